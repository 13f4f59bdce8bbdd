#include "core/subtitles/srt_format.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/base/ascii.h"
#include "core/subtitles/character_reference.h"
#include "core/subtitles/cue_time.h"
#include "core/subtitles/text.h"
#include "core/subtitles/timing_line.h"

namespace sightline {
namespace {

constexpr std::size_t kLongestReference = 16;

// Length of the tag at the start of `text`, zero when there is none: <i>, </font>, <font color="red">, {\an8}. A "<" or
// "{" of other meaning is text.
std::size_t tagLength(std::string_view text) {
    constexpr std::size_t kLongestTag = 300;  // a bound on the search in a text of nothing but "<"
    if (text.starts_with("{\\")) {
        const std::size_t end = text.substr(0, kLongestTag).find('}');
        return end == std::string_view::npos ? 0 : end + 1;
    }
    if (!text.starts_with('<')) {
        return 0;
    }
    const std::size_t end = text.substr(0, kLongestTag).find('>');
    if (end == std::string_view::npos) {
        return 0;
    }
    std::string_view tag = text.substr(1, end - 1);
    tag.remove_prefix(tag.starts_with('/') ? 1 : 0);
    const std::string_view element = tag.substr(0, tag.find_first_of(" \t/"));
    constexpr std::array<std::string_view, 7> kElements{"i", "b", "u", "s", "font", "span", "br"};
    const bool known = std::any_of(kElements.begin(), kElements.end(),
                                   [element](std::string_view other) { return equalsIgnoringCase(element, other); });
    return known ? end + 1 : 0;
}

bool isLineBreak(std::string_view tag) {
    std::string_view element = tag.substr(tag.starts_with("</") ? 2 : 1);
    element = trimmed(element.substr(0, element.find_first_of("/>")));
    return equalsIgnoringCase(element, "br");
}

std::string_view behindJoiners(std::string_view text) {
    while (text.starts_with(kWordJoiner)) {
        text.remove_prefix(kWordJoiner.size());
    }
    return text;
}

// Whether `text`, from after a "&", is a reference, behind any word joiners.
bool looksLikeReference(std::string_view text) {
    std::string ignored;
    const std::string whole = fmt::format("&{}", behindJoiners(text).substr(0, kLongestReference));
    std::string_view reference = whole;
    return takeCharacterReference(ignored, reference);
}

// What the writer protected an arrow with is one word joiner more than there is: in every arrow that has some, and with
// `all` in the others too.
std::string protectedArrows(std::string_view text, bool all) {
    std::string result;
    for (std::size_t at = 0; at < text.size(); ++at) {
        result += text[at];
        if (!text.substr(0, at + 1).ends_with("--")) {
            continue;
        }
        const std::string_view after = text.substr(at + 1);
        if (behindJoiners(after).starts_with('>') && (all || after.starts_with(kWordJoiner))) {
            result += kWordJoiner;
        }
    }
    return result;
}

std::string unprotectedArrows(std::string text) {
    for (std::size_t at = text.find("--"); at != std::string::npos; at = text.find("--", at + 1)) {
        const std::string_view after = std::string_view(text).substr(at + 2);
        if (after.starts_with(kWordJoiner) && behindJoiners(after).starts_with('>')) {
            text.erase(at + 2, kWordJoiner.size());
        }
    }
    return text;
}

// Whether `line`, behind any word joiners, could be taken for times.
bool looksLikeTimes(std::string_view line) { return parseLooseTimingLine(behindJoiners(line)).has_value(); }

std::string plainText(std::string_view line) {
    std::string result;
    if (line.starts_with(kWordJoiner) && looksLikeTimes(line)) {
        line.remove_prefix(kWordJoiner.size());
    }
    while (!line.empty()) {
        if (takeCharacterReference(result, line)) {
            continue;
        }
        const std::size_t tag = tagLength(line);
        const bool opens = tag == 0 && (line[0] == '<' || line[0] == '{');
        const bool protects = opens || (line[0] == '&' && looksLikeReference(line.substr(1)));
        if (tag == 0) {
            result += line[0];
        } else if (line[0] == '<' && isLineBreak(line.substr(0, tag))) {
            result += '\n';
        }
        line.remove_prefix(std::max<std::size_t>(tag, 1));
        line.remove_prefix(protects && line.starts_with(kWordJoiner) ? kWordJoiner.size() : 0);
    }
    return unprotectedArrows(std::move(result));
}

// Players differ in what they take for a tag (FFmpeg: "a < b > c"), so every bracket that is closed again is kept apart
// from what it holds; and some decode character references.
std::string protectedLine(std::string_view line) {
    const std::size_t lastAngle = line.rfind('>');
    const std::size_t lastBrace = line.rfind('}');
    const auto closes = [](std::size_t last, std::size_t i) { return last != std::string_view::npos && last > i; };
    std::string result;
    for (std::size_t i = 0; i < line.size(); ++i) {
        result += line[i];
        const std::string_view after = line.substr(i + 1);
        const bool isJoined = after.starts_with(kWordJoiner);  // of which reading takes one out
        if ((line[i] == '<' && (isJoined || closes(lastAngle, i))) ||
            (line[i] == '{' && (isJoined || closes(lastBrace, i))) || (line[i] == '&' && looksLikeReference(after))) {
            result += kWordJoiner;
        }
    }
    if (parseTimingLine(result)) {
        return protectedArrows(result, true);
    }
    result = protectedArrows(result, false);
    return looksLikeTimes(result) ? std::string(kWordJoiner) + result : result;
}

// An index: a number, whatever invisible characters stand around it.
bool isIndex(std::string_view line) { return isNumber(trimmed(withoutInvisible(line))); }

// The text of a cue, which stands in lines[from, to); the lines after its first paragraph may hold damaged cues.
void finishCue(SubtitleReading& reading, std::optional<Cue>& cue, const std::vector<std::string_view>& lines,
               std::size_t from, std::size_t to, std::size_t cueLine) {
    std::string text;
    bool bad = false;
    for (std::size_t i = from; i < to; ++i) {
        const std::string_view line = trimmed(lines[i]);
        const bool startsParagraph = i == from ? !cue : trimmed(lines[i - 1]).empty();
        // A paragraph that starts like a cue but has no times that can be read is a cue that is damaged, and so is what
        // follows. Any other goes on with the text.
        if (startsParagraph && (isIndex(line) || line.find(kArrow) != std::string_view::npos)) {
            bad = true;
            skipCue(reading, i + 1, "has no times of the form 00:00:01,000 --> 00:00:02,000");
        }
        if (!bad) {
            text.append(plainText(line)).append("\n");
        }
    }
    if (cue) {
        cue->text = compactLines(text);
        addCue(reading, std::move(*cue), cueLine);
    }
}

// Where the text that starts at `from` ends when the next times stand in line `times`: before their index, the number
// above them. The blank line before the index may be missing, or there may be some after it.
std::size_t textEnd(const std::vector<std::string_view>& lines, std::size_t from, std::size_t times) {
    const auto isBlank = [&lines](std::size_t i) { return trimmed(lines[i]).empty(); };
    std::size_t end = times;
    while (end > from && isBlank(end - 1)) {
        --end;
    }
    const bool numbered = end > from && isIndex(lines[end - 1]);
    const bool onItsOwn = numbered && (end - 1 == 0 || isBlank(end - 2));
    return numbered && (end == times || onItsOwn) ? end - 1 : times;
}

}  // namespace

bool SrtFormat::recognises(std::string_view utf8) const {
    const auto lines = splitLines(utf8.substr(0, 4096));
    return std::any_of(lines.begin(), lines.end(), [](std::string_view line) { return parseLooseTimingLine(line); });
}

std::string SrtFormat::encode(const CueTrack& track, const SubtitleContext& /*context*/) const {
    std::string result;
    std::size_t index = 0;
    for (const Cue& cue : track.cues) {
        result += fmt::format("{}\n{} {} {}\n", ++index, formatClock(cue.start, ',', 3), kArrow,
                              formatClock(cue.end, ',', 3));
        const std::string text = compactLines(cue.text);
        for (const std::string_view line : splitLines(text)) {
            result.append(protectedLine(line)).append("\n");
        }
        result += "\n";
    }
    return result;
}

Result<SubtitleReading> SrtFormat::parse(std::string_view utf8, const SubtitleContext& /*context*/) const {
    SubtitleReading reading;
    const auto lines = splitLines(utf8);
    std::optional<Cue> cue;     // whose text is being read
    std::size_t textStart = 0;  // its first line
    std::size_t cueLine = 0;    // of its times, from 1
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const auto times = parseLooseTimingLine(lines[i]);
        if (!times) {
            continue;
        }
        finishCue(reading, cue, lines, textStart, textEnd(lines, textStart, i), cueLine);
        cue = Cue{.start = times->first, .end = times->second, .text = {}, .origin = CueOrigin::Edited};
        textStart = i + 1;
        cueLine = i + 1;
    }
    finishCue(reading, cue, lines, textStart, lines.size(), cueLine);
    if (!cue && reading.skippedCues == 0 &&
        !std::all_of(lines.begin(), lines.end(), [](auto line) { return trimmed(line).empty(); })) {
        return corrupt(1, "starts no SubRip file: there are no times of the form 00:00:01,000 --> 00:00:02,000",
                       "Choose a caption file.");
    }
    return reading;
}

}  // namespace sightline
