#include "core/subtitles/webvtt_format.h"

#include <algorithm>
#include <charconv>
#include <functional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/subtitles/cue_json.h"
#include "core/subtitles/cue_time.h"
#include "core/subtitles/text.h"
#include "core/subtitles/timing_line.h"

namespace sightline {
namespace {

constexpr std::string_view kSignature = "WEBVTT";

bool hasSignature(std::string_view utf8) {
    const std::string_view after = utf8.substr(std::min(kSignature.size(), utf8.size()));
    return utf8.starts_with(kSignature) &&
           (after.empty() || std::string_view(" \t\r\n").find(after[0]) != std::string_view::npos);
}

// Appends the character that a reference after "&" means and takes the reference from `text`; false when it is none.
bool takeReference(std::string& result, std::string_view& text) {
    constexpr std::size_t kLongest = 10;
    constexpr std::pair<std::string_view, char32_t> kNamed[] = {
        {"amp", '&'},   {"lt", '<'},    {"gt", '>'},     {"quot", '"'},
        {"apos", '\''}, {"nbsp", 0xa0}, {"lrm", 0x200e}, {"rlm", 0x200f},
    };
    const std::size_t end = text.substr(0, kLongest).find(';');
    if (end == std::string_view::npos || end < 2) {
        return false;
    }
    std::string_view name = text.substr(1, end - 1);
    if (name.starts_with('#')) {
        const bool hexadecimal = name.starts_with("#x") || name.starts_with("#X");
        name.remove_prefix(hexadecimal ? 2 : 1);
        std::uint32_t value = 0;
        const auto [last, problem] =
            std::from_chars(name.data(), name.data() + name.size(), value, hexadecimal ? 16 : 10);
        if (name.empty() || problem != std::errc() || last != name.data() + name.size()) {
            return false;
        }
        appendUtf8(result, value);
    } else {
        const auto found = std::find_if(std::begin(kNamed), std::end(kNamed),
                                        [name](const auto& entry) { return entry.first == name; });
        if (found == std::end(kNamed)) {
            return false;
        }
        appendUtf8(result, found->second);
    }
    text.remove_prefix(end + 1);
    return true;
}

// Tags (<v Ann>, <c.loud>, </i>, <00:00:01.000>) go, references become characters; what is neither stays.
std::string plainText(std::string_view text) {
    std::string result;
    bool closes = true;  // whether there is a ">" ahead, so that a text of nothing but "<" is searched once
    while (!text.empty()) {
        if (text[0] == '&' && takeReference(result, text)) {
            continue;
        }
        const char next = text.size() > 1 ? text[1] : ' ';
        const bool mayBeTag = text[0] == '<' && (next == '/' || (next >= '0' && next <= '9') ||
                                                 (next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z'));
        if (mayBeTag && closes) {
            const std::size_t end = text.find('>');
            if (end != std::string_view::npos) {
                text.remove_prefix(end + 1);
                continue;
            }
            closes = false;
        }
        result += text[0];
        text.remove_prefix(1);
    }
    return result;
}

std::string escaped(std::string_view text) {
    return replaceAll(replaceAll(replaceAll(text, "&", "&amp;"), "<", "&lt;"), ">", "&gt;");
}

std::string writeCues(const CueTrack& track, const std::function<std::string(const Cue&)>& payload) {
    std::string result = fmt::format("{}\n", kSignature);
    for (const Cue& cue : track.cues) {
        result += fmt::format("\n{} {} {}\n", formatClock(cue.start, '.', 3), kArrow, formatClock(cue.end, '.', 3));
        const std::string text = payload(cue);
        result.append(text).append(text.empty() ? "" : "\n");
    }
    return result;
}

using TakePayload = std::function<void(SubtitleReading& reading, Cue cue, std::string_view payload, std::size_t line)>;

// Calls `take` for each cue with its raw text and the line of its times. Follows section 6.1 of the specification
// (the parser's algorithm) in where blocks begin and end.
Result<SubtitleReading> readCues(std::string_view utf8, const TakePayload& take) {
    if (!hasSignature(utf8)) {
        return corrupt(1, "does not start with WEBVTT", "Choose a WebVTT file, or add that line.");
    }
    SubtitleReading reading;
    const auto lines = splitLines(utf8);
    const auto isBlank = [&lines](std::size_t i) { return trimmed(lines[i]).empty(); };
    const auto hasArrow = [&lines](std::size_t i) {
        return i < lines.size() && lines[i].find(kArrow) != std::string_view::npos;
    };
    std::size_t i = 1;
    for (; i < lines.size() && !isBlank(i) && !hasArrow(i); ++i) {
        const std::size_t colon = std::min(lines[i].find(':'), lines[i].size());
        if (equalsIgnoringCase(lines[i].substr(0, colon), "language") && colon < lines[i].size()) {
            reading.track.language = trimmed(lines[i].substr(colon + 1));
        }
    }
    while (i < lines.size()) {
        if (isBlank(i)) {
            ++i;
            continue;
        }
        const std::size_t first = i;
        const std::size_t timing = hasArrow(i) ? i : i + 1;  // an identifier may stand above
        if (!hasArrow(timing)) {
            const std::string_view word = lines[first].substr(0, lines[first].find_first_of(" \t"));
            if (word != "NOTE" && word != "STYLE" && word != "REGION") {
                skipCue(reading, first + 1, "has no times of the form 00:00:01.000 --> 00:00:02.000");
            }
            while (i < lines.size() && !isBlank(i) && !hasArrow(i)) {
                ++i;
            }
            continue;
        }
        std::string payload;
        for (i = timing + 1; i < lines.size() && !isBlank(i) && !hasArrow(i); ++i) {
            payload.append(payload.empty() ? "" : "\n").append(lines[i]);
        }
        if (const auto times = parseTimingLine(lines[timing])) {
            take(reading, {.start = times->first, .end = times->second, .text = {}, .origin = CueOrigin::Edited},
                 payload, timing + 1);
        } else {
            skipCue(reading, timing + 1, "has no times of the form 00:00:01.000 --> 00:00:02.000");
        }
    }
    return reading;
}

// The first cue's text, to tell the two flavours apart.
bool holdsObjects(std::string_view utf8) {
    const std::size_t arrow = utf8.find(kArrow);
    const std::size_t lineEnd = arrow == std::string_view::npos ? arrow : utf8.find_first_of("\r\n", arrow);
    const std::size_t text = lineEnd == std::string_view::npos ? lineEnd : utf8.find_first_not_of(" \t\r\n", lineEnd);
    return text != std::string_view::npos && utf8[text] == '{' && utf8.find("\"text\"", text) != std::string_view::npos;
}

}  // namespace

bool WebVttFormat::recognises(std::string_view utf8) const { return hasSignature(utf8) && !holdsObjects(utf8); }

std::string WebVttFormat::encode(const CueTrack& track) const {
    return writeCues(track, [](const Cue& cue) { return escaped(compactLines(cue.text)); });
}

Result<SubtitleReading> WebVttFormat::parse(std::string_view utf8) const {
    return readCues(utf8, [](SubtitleReading& reading, Cue cue, std::string_view payload, std::size_t line) {
        cue.text = compactLines(plainText(payload));
        addCue(reading, std::move(cue), line);
    });
}

bool WebVttJsonFormat::recognises(std::string_view utf8) const { return hasSignature(utf8) && holdsObjects(utf8); }

std::string WebVttJsonFormat::encode(const CueTrack& track) const {
    return writeCues(track, [](const Cue& cue) {
        nlohmann::ordered_json object{{"text", cue.text}};
        if (cue.confidence > 0.0) {
            object["confidence"] = cue.confidence;
        }
        object["origin"] = originName(cue.origin);
        // An arrow would start the next cue, whatever stands around it.
        return replaceAll(object.dump(), kArrow, "--\\u003e");
    });
}

Result<SubtitleReading> WebVttJsonFormat::parse(std::string_view utf8) const {
    return readCues(utf8, [](SubtitleReading& reading, Cue cue, std::string_view payload, std::size_t line) {
        const auto object = parseJson(payload);
        if (!object || !object->is_object() || !object->contains("text") || !object->at("text").is_string()) {
            skipCue(reading, line, "has no JSON object with a \"text\"");
            return;
        }
        cue.text = object->at("text").get<std::string>();
        cue.confidence = confidenceOf(object->value("confidence", nlohmann::json()));
        cue.origin = originOf(object->value("origin", nlohmann::json()));
        addCue(reading, std::move(cue), line);
    });
}

}  // namespace sightline
