#include "core/subtitles/timing_line.h"

#include <algorithm>
#include <string>

#include "core/subtitles/cue_time.h"
#include "core/subtitles/text.h"

namespace sightline {
namespace {

constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kWhiteSpace = " \t\r";

void skip(std::string_view& text, std::string_view characters) {
    text.remove_prefix(std::min(text.find_first_not_of(characters), text.size()));
}

std::string_view takeDigits(std::string_view& text) {
    const std::string_view digits = text.substr(0, text.find_first_not_of(kDigits));
    text.remove_prefix(digits.size());
    return digits;
}

// Takes a time off the front of `text`, "-00: 00:01:000 ...", and returns it as parseClock knows it, "-00:00:01.000".
std::string takeClock(std::string_view& text) {
    skip(text, kWhiteSpace);
    std::string clock(text.starts_with('-') ? "-" : "");
    text.remove_prefix(clock.size());
    int colons = 0;
    for (bool fraction = false;;) {
        clock += takeDigits(text);
        std::string_view next = text;
        skip(next, kWhiteSpace);
        if (fraction || next.empty() || std::string_view(":.,").find(next[0]) == std::string_view::npos) {
            return clock;
        }
        const char separator = next[0];
        next.remove_prefix(1);
        std::string_view after = next;
        skip(after, kWhiteSpace);
        const std::size_t digits = std::min(after.find_first_not_of(kDigits), after.size());
        if (separator == ':' && digits > 0 && colons < 2) {
            ++colons;
            clock += ':';
        } else if (separator == ':' ? digits == 3 : digits > 0 || next.size() < text.size()) {
            // A fourth number of two digits counts frames, of which the line does not say how long they are.
            fraction = true;
            clock += '.';
        } else {
            return clock;
        }
        text = digits > 0 ? after : next;
    }
}

}  // namespace

std::optional<std::pair<MediaTime, MediaTime>> parseTimingLine(std::string_view line) {
    const std::size_t arrow = line.find(kArrow);
    if (arrow == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string before = withoutInvisible(line.substr(0, arrow));
    const std::string after = withoutInvisible(line.substr(arrow + kArrow.size()));
    std::string_view startText = before;
    std::string_view endText = after;
    const auto start = parseClock(takeClock(startText));
    const auto end = parseClock(takeClock(endText));
    const bool endStandsAlone = endText.empty() || kWhiteSpace.find(endText[0]) != std::string_view::npos;
    return start && end && trimmed(startText).empty() && endStandsAlone ? std::optional(std::pair(*start, *end))
                                                                        : std::nullopt;
}

std::optional<std::pair<MediaTime, MediaTime>> parseLooseTimingLine(std::string_view line) {
    if (auto times = parseTimingLine(line)) {
        return times;
    }
    constexpr std::size_t kLongest = 80;  // two times with whatever stands between; longer lines are text
    if (line.size() > kLongest || std::count(line.begin(), line.end(), ':') != 4) {
        return std::nullopt;
    }
    const std::string plain = withoutInvisible(line);
    const auto clockIn = [](std::string_view text) {
        return std::count(text.begin(), text.end(), ':') == 2 ? parseClock(text) : std::nullopt;
    };
    for (const std::string_view arrow : {"->", "-- >", "\xe2\x80\x93>", "\xe2\x80\x94>", "\xe2\x86\x92", ","}) {
        const std::size_t at = plain.find(arrow);
        if (at == std::string::npos) {
            continue;
        }
        const auto start = clockIn(std::string_view(plain).substr(0, at));
        const auto end = clockIn(std::string_view(plain).substr(at + arrow.size()));
        if (start && end) {
            return std::pair(*start, *end);
        }
    }
    return std::nullopt;
}

}  // namespace sightline
