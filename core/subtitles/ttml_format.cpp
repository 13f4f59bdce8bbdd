#include "core/subtitles/ttml_format.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/subtitles/cue_time.h"
#include "core/subtitles/text.h"
#include "core/subtitles/ttml_time.h"
#include "core/subtitles/xml.h"

namespace sightline {
namespace {

bool isElement(const pugi::xml_node& node, std::string_view name) {
    return node.type() == pugi::node_element && localName(node.name()) == name;
}

bool preservesSpace(const pugi::xml_node& node, bool inherited) {
    const std::string_view space = node.attribute("xml:space").value();
    return space.empty() ? inherited : space == "preserve";
}

// Appends what an element shows. Without xml:space="preserve", white space runs become one space.
void appendText(const pugi::xml_node& element, bool preserve, std::string& text) {
    for (const pugi::xml_node& child : element.children()) {
        if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) {
            for (const char c : std::string_view(child.value())) {
                const bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
                if (preserve || !space) {
                    text += c;
                } else if (!text.empty() && text.back() != ' ' && text.back() != '\n') {
                    text += ' ';
                }
            }
        } else if (isElement(child, "br")) {
            if (!preserve && text.ends_with(' ')) {
                text.pop_back();
            }
            text += '\n';
        } else if (isElement(child, "span")) {
            appendText(child, preservesSpace(child, preserve), text);
        }
    }
}

// Walks the elements that have times and collects the paragraphs.
class TtmlReader {
public:
    TtmlReader(std::string_view utf8, const TtmlClock& clock, SubtitleReading& reading)
        : lines_(utf8), clock_(clock), reading_(reading) {}

    // `origin`: the time that the element's begin counts from; `end`: when what holds it ends. Returns when the element
    // ends.
    std::optional<MediaTime> read(const pugi::xml_node& element, MediaTime origin, std::optional<MediaTime> limit,
                                  bool preserve) {
        const auto begin = time(element, "begin");
        const auto end = time(element, "end");
        const auto duration = time(element, "dur");
        if (damaged_) {
            damaged_ = false;
            skipCue(reading_, lineOf(lines_, element), "has a time that TTML does not know");
            return std::nullopt;
        }
        const MediaTime start = std::min(origin + begin.value_or(MediaTime::zero()), kMaxCueTime);
        for (const auto& candidate :
             {end ? std::optional(origin + *end) : end, duration ? std::optional(start + *duration) : duration}) {
            limit = candidate && limit ? std::min(*candidate, *limit) : candidate ? candidate : limit;
        }
        preserve = preservesSpace(element, preserve);
        const bool holdsTimes = isElement(element, "p") || isElement(element, "span");
        if (holdsTimes && (begin || end || duration || !hasTimedSpans(element))) {
            addParagraph(element, start, limit, preserve);
            return limit;
        }
        const bool sequential = element.attribute("timeContainer").value() == std::string_view("seq");
        MediaTime childOrigin = start;
        for (const pugi::xml_node& child : element.children()) {
            if (isElement(child, "div") || isElement(child, "p") || (holdsTimes && isElement(child, "span"))) {
                const auto childEnd = read(child, childOrigin, limit, preserve);
                childOrigin = sequential ? childEnd.value_or(childOrigin) : childOrigin;
            }
        }
        return limit ? limit : sequential ? std::optional(childOrigin) : std::nullopt;
    }

    // To call after the last read(). What has no end, and nothing around it has, is shown as long as the document,
    // which lasts until the last of the others ends.
    void addEndless() {
        for (auto& [cue, line] : endless_) {
            if (cue.start < last_) {
                cue.end = last_;
                addCue(reading_, std::move(cue), line);
            } else {
                skipCue(reading_, line, "has no end");
            }
        }
        endless_.clear();
    }

private:
    std::optional<MediaTime> time(const pugi::xml_node& element, const char* name) {
        const pugi::xml_attribute value = element.attribute(name);
        const auto parsed = value ? clock_.parse(value.value()) : std::nullopt;
        damaged_ = damaged_ || (value && !parsed);
        return parsed;
    }

    static bool hasTimedSpans(const pugi::xml_node& element) {
        const auto children = element.children();
        return std::any_of(children.begin(), children.end(), [](const pugi::xml_node& child) {
            return isElement(child, "span") &&
                   (child.attribute("begin") || child.attribute("end") || hasTimedSpans(child));
        });
    }

    void addParagraph(const pugi::xml_node& element, MediaTime start, std::optional<MediaTime> end, bool preserve) {
        std::string text;
        appendText(element, preserve, text);
        if (!preserve && text.ends_with(' ')) {
            text.pop_back();
        }
        Cue cue{.start = start, .end = end.value_or(start), .text = std::move(text), .origin = CueOrigin::Edited};
        if (end) {
            last_ = std::max(last_, *end);
            addCue(reading_, std::move(cue), lineOf(lines_, element));
        } else {
            endless_.emplace_back(std::move(cue), lineOf(lines_, element));
        }
    }

    const LineNumbers lines_;
    const TtmlClock clock_;
    SubtitleReading& reading_;
    std::vector<std::pair<Cue, std::size_t>> endless_;  // with their lines
    MediaTime last_{};                                  // end of the cues that have one
    bool damaged_ = false;                              // one of the times just read
};

void appendParagraph(pugi::xml_node division, const Cue& cue) {
    pugi::xml_node paragraph = division.append_child("p");
    paragraph.append_attribute("begin") = formatClock(cue.start, '.', 3).c_str();
    paragraph.append_attribute("end") = formatClock(cue.end, '.', 3).c_str();
    paragraph.append_attribute("xml:space") = "preserve";
    std::size_t at = 0;
    for (std::size_t end = 0; end < cue.text.size(); at = end + 1) {
        end = std::min(cue.text.find('\n', at), cue.text.size());
        if (end > at) {
            paragraph.append_child(pugi::node_pcdata).set_value(cue.text.substr(at, end - at).c_str());
        }
        if (end < cue.text.size()) {
            paragraph.append_child("br");
        }
    }
}

}  // namespace

bool TtmlFormat::recognises(std::string_view utf8) const { return rootName(utf8) == "tt"; }

std::string TtmlFormat::encode(const CueTrack& track, const SubtitleContext& /*context*/) const {
    pugi::xml_document document;
    pugi::xml_node tt = document.append_child("tt");
    tt.append_attribute("xmlns") = "http://www.w3.org/ns/ttml";
    tt.append_attribute("xmlns:ttp") = "http://www.w3.org/ns/ttml#parameter";
    tt.append_attribute("xmlns:ttm") = "http://www.w3.org/ns/ttml#metadata";
    tt.append_attribute("ttp:timeBase") = "media";
    tt.append_attribute("xml:lang") = track.language.c_str();
    newLine(tt, 1);
    pugi::xml_node head = tt.append_child("head");
    if (!track.title.empty()) {
        head.append_child("metadata").append_child("ttm:title").text() = track.title.c_str();
    }
    newLine(tt, 1);
    pugi::xml_node division = tt.append_child("body").append_child("div");
    for (const Cue& cue : track.cues) {
        newLine(division, 2);
        appendParagraph(division, cue);
    }
    newLine(division, 1);
    newLine(tt, 0);
    return serialised(document);
}

Result<SubtitleReading> TtmlFormat::parse(std::string_view utf8, const SubtitleContext& /*context*/) const {
    pugi::xml_document document;
    if (auto parsed = parseXml(utf8, document); !parsed) {
        return tl::unexpected(std::move(parsed.error()));
    }
    const pugi::xml_node tt = document.document_element();
    if (!isElement(tt, "tt")) {
        return corrupt(lineOf(LineNumbers(utf8), tt), fmt::format("starts a document of <{}>, not of <tt>", tt.name()),
                       "Choose a TTML file.");
    }
    SubtitleReading reading;
    if (const pugi::xml_attribute language = tt.attribute("xml:lang"); language && *language.value() != '\0') {
        reading.track.language = language.value();
    }
    const pugi::xml_node title = tt.find_node([](const pugi::xml_node& node) { return isElement(node, "title"); });
    reading.track.title = title.text().get();
    TtmlReader reader(utf8, TtmlClock::of(tt), reading);
    for (const pugi::xml_node& child : tt.children()) {
        if (isElement(child, "body")) {
            reader.read(child, MediaTime::zero(), std::nullopt, preservesSpace(tt, false));
        }
    }
    reader.addEndless();
    return reading;
}

}  // namespace sightline
