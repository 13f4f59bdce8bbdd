#include "core/subtitles/ass_format.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/base/ascii.h"
#include "core/subtitles/cue_time.h"
#include "core/subtitles/text.h"

namespace sightline {
namespace {

constexpr std::string_view kNoBreakSpace = "\xc2\xa0";

// Where the fields of a Dialogue line stand; the last one holds the rest of the line.
struct Columns {
    std::size_t count = 10;
    std::size_t start = 1;
    std::size_t end = 2;
    std::size_t text = 9;
};

// Nothing when start, end or text is missing.
std::optional<Columns> parseColumns(std::string_view format) {
    constexpr std::size_t kMissing = std::string_view::npos;
    Columns columns{.count = 0, .start = kMissing, .end = kMissing, .text = kMissing};
    while (true) {
        const std::size_t comma = std::min(format.find(','), format.size());
        const std::string name = lowerCase(trimmed(format.substr(0, comma)));
        if (name == "start") {
            columns.start = columns.count;
        } else if (name == "end") {
            columns.end = columns.count;
        } else if (name == "text") {
            columns.text = columns.count;
        }
        ++columns.count;
        if (comma == format.size()) {
            break;
        }
        format.remove_prefix(comma + 1);
    }
    const bool complete = columns.start != kMissing && columns.end != kMissing && columns.text != kMissing;
    return complete ? std::optional(columns) : std::nullopt;
}

// Fewer fields than columns when the line is short.
std::vector<std::string_view> splitFields(std::string_view line, std::size_t count) {
    std::vector<std::string_view> fields;
    while (fields.size() + 1 < count) {
        const std::size_t comma = line.find(',');
        if (comma == std::string_view::npos) {
            break;
        }
        fields.push_back(line.substr(0, comma));
        line.remove_prefix(comma + 1);
    }
    fields.push_back(line);
    return fields;
}

// The last \p in an override block turns drawing on (a scale from 1) or off (0).
bool isDrawingAfter(std::string_view overrides, bool drawing) {
    for (std::size_t at = overrides.find("\\p"); at != std::string_view::npos; at = overrides.find("\\p", at + 2)) {
        if (at + 2 < overrides.size() && overrides[at + 2] >= '0' && overrides[at + 2] <= '9') {  // not \pos, \pbo
            drawing = overrides[at + 2] != '0';
        }
    }
    return drawing;
}

// `softBreaks`: whether "\n" breaks a line, as it does with WrapStyle 2; otherwise it is a space.
std::string plainText(std::string_view text, bool softBreaks) {
    std::string result;
    bool drawing = false;
    bool closes = true;  // whether there is a "}" ahead, so that a text of nothing but "{" is searched once
    while (!text.empty()) {
        std::size_t taken = 1;
        std::string_view shown = text.substr(0, 1);
        if (text[0] == '{' && closes) {
            const std::size_t end = text.find('}');
            closes = end != std::string_view::npos;
            if (closes) {
                drawing = isDrawingAfter(text.substr(0, end), drawing);
                taken = end + 1;
                shown = {};
            }
        } else if (text[0] == '\\' && text.size() > 1) {
            const char next = text[1];
            taken = 2;
            if (next == 'N' || next == 'n') {
                shown = next == 'N' || softBreaks ? "\n" : " ";
            } else if (next == 'h') {
                shown = kNoBreakSpace;
            } else if (next == '{' || next == '}') {
                shown = text.substr(1, 1);
            } else {
                taken = text.substr(1).starts_with(kWordJoiner) ? 1 + kWordJoiner.size() : 1;
            }
        }
        if (!drawing) {
            result += shown;
        }
        text.remove_prefix(taken);
    }
    return result;
}

std::string escaped(std::string_view text) {
    std::string result;
    for (const char c : text) {
        if (c == '\n') {
            result += "\\N";
        } else if (c == '{' || c == '}') {
            result.append("\\").append(1, c);
        } else if (c == '\\') {
            result.append("\\").append(kWordJoiner);
        } else {
            result += c;
        }
    }
    return result;
}

// The value of "Key: value" if the line has that key.
std::optional<std::string_view> valueOf(std::string_view key, std::string_view line) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !equalsIgnoringCase(trimmed(line.substr(0, colon)), key)) {
        return std::nullopt;
    }
    return line.substr(colon + 1);
}

}  // namespace

bool AssFormat::recognises(std::string_view utf8) const {
    for (const std::string_view line : splitLines(utf8.substr(0, 4096))) {
        const std::string_view content = trimmed(line);
        if (!content.empty() && !content.starts_with(';')) {
            return equalsIgnoringCase(content, "[Script Info]") || equalsIgnoringCase(content, "[Events]");
        }
    }
    return false;
}

std::string AssFormat::encode(const CueTrack& track, const SubtitleContext& /*context*/) const {
    std::string result = fmt::format(
        "[Script Info]\nTitle: {}\nScriptType: v4.00+\nPlayResX: 1920\nPlayResY: 1080\nWrapStyle: 0\n"
        "ScaledBorderAndShadow: yes\nLanguage: {}\n\n",
        track.title, track.language);
    // White with a black outline, centred at the bottom; 54 of 1080 lines is what broadcasters use.
    result +=
        "[V4+ Styles]\nFormat: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, "
        "Bold, "
        "Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, "
        "MarginL, "
        "MarginR, MarginV, Encoding\n"
        "Style: Default,Arial,54,&H00FFFFFF,&H00FFFFFF,&H00000000,&H80000000,0,0,0,0,100,100,0,0,1,3,1,2,96,96,54,1\n\n"
        "[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n";
    for (const Cue& cue : track.cues) {
        result += fmt::format("Dialogue: 0,{},{},Default,,0,0,0,,{}\n", formatClock(cue.start, '.', 2, 1),
                              formatClock(cue.end, '.', 2, 1), escaped(cue.text));
    }
    return result;
}

Result<SubtitleReading> AssFormat::parse(std::string_view utf8, const SubtitleContext& /*context*/) const {
    SubtitleReading reading;
    std::string section;
    Columns columns;
    bool softBreaks = false;
    bool known = false;  // whether anything showed that this is such a file
    const auto lines = splitLines(utf8);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const std::string_view line = trimmed(lines[i]);
        if (line.starts_with('[') && line.ends_with(']')) {
            section = lowerCase(line);
            known = known || section == "[script info]" || section == "[events]";
        } else if (section == "[script info]") {
            if (const auto title = valueOf("title", line)) {
                reading.track.title = trimmed(*title);
            } else if (const auto language = valueOf("language", line); language && !trimmed(*language).empty()) {
                reading.track.language = trimmed(*language);
            } else if (const auto wrapStyle = valueOf("wrapstyle", line)) {
                softBreaks = trimmed(*wrapStyle) == "2";
            }
        } else if (section == "[events]") {
            if (const auto format = valueOf("format", line)) {
                const auto named = parseColumns(*format);
                if (!named) {
                    return corrupt(i + 1, "names no Start, End or Text column",
                                   "Add the missing name to the Format line.");
                }
                columns = *named;
            } else if (const auto dialogue = valueOf("dialogue", lines[i])) {
                const auto fields = splitFields(*dialogue, columns.count);
                const auto field = [&fields](std::size_t at) {
                    return at < fields.size() ? fields[at] : std::string_view();
                };
                const auto start = parseClock(field(columns.start));
                const auto end = parseClock(field(columns.end));
                if (!start || !end || fields.size() < columns.count) {
                    skipCue(reading, i + 1, "has no times of the form 0:00:01.00,0:00:02.00 or lacks fields");
                    continue;
                }
                addCue(reading,
                       {.start = *start,
                        .end = *end,
                        .text = plainText(field(columns.text), softBreaks),
                        .origin = CueOrigin::Edited},
                       i + 1);
            }
        }
    }
    if (!known) {
        return corrupt(1, "starts no SubStation Alpha file: there is neither a [Script Info] nor an [Events] section",
                       "Choose a caption file.");
    }
    return reading;
}

}  // namespace sightline
