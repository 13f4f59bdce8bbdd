#include "core/subtitles/cue_time.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>

#include <fmt/format.h>

#include "core/subtitles/text.h"

namespace sightline {
namespace {

constexpr std::int64_t kNanoseconds = 1'000'000'000;
constexpr std::size_t kMaxWarnings = 100;
constexpr std::size_t kMaxDigits = 12;  // of one part of a time; more are beyond kMaxCueTime or below a nanosecond

// Takes digits from the front; nothing when there are none or too many.
std::optional<std::int64_t> takeNumber(std::string_view& text) {
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    std::int64_t value = 0;
    if (digits == 0 || digits > kMaxDigits) {
        return std::nullopt;
    }
    std::from_chars(text.data(), text.data() + digits, value);
    text.remove_prefix(digits);
    return value;
}

// ".345" or ",345" or nothing, in nanoseconds.
std::optional<std::int64_t> takeFraction(std::string_view& text) {
    if (!text.starts_with('.') && !text.starts_with(',')) {
        return 0;
    }
    text.remove_prefix(1);
    std::int64_t value = 0;
    std::int64_t unit = kNanoseconds;
    for (; !text.empty() && text[0] >= '0' && text[0] <= '9'; text.remove_prefix(1)) {
        unit /= 10;
        value += unit * (text[0] - '0');
    }
    return value;
}

}  // namespace

MediaTime writtenTime(MediaTime time, MediaTime unit) {
    return std::clamp(time, MediaTime::zero(), kMaxCueTime) / unit * unit;
}

std::string formatClock(MediaTime time, char decimalPoint, int fractionDigits, int hourDigits) {
    std::int64_t fraction = time.count() % kNanoseconds;
    for (int digit = fractionDigits; digit < 9; ++digit) {
        fraction /= 10;
    }
    const std::int64_t seconds = time.count() / kNanoseconds;
    return fmt::format("{:0{}}:{:02}:{:02}{}{:0{}}", seconds / 3600, hourDigits, seconds / 60 % 60, seconds % 60,
                       decimalPoint, fraction, fractionDigits);
}

std::string formatSeconds(MediaTime time) {
    std::string text = fmt::format("{}.{:09}", time.count() / kNanoseconds, time.count() % kNanoseconds);
    const std::size_t shortest = text.size() - 6;
    text.resize(std::max(shortest, text.find_last_not_of('0') + 1));
    return text;
}

std::optional<MediaTime> parseClock(std::string_view text) {
    text = trimmed(text);
    const bool negative = text.starts_with('-');
    text.remove_prefix(negative ? 1 : 0);
    std::int64_t seconds = 0;
    int parts = 0;
    for (; parts < 3; ++parts) {
        if (parts > 0) {
            if (!text.starts_with(':')) {
                break;
            }
            text.remove_prefix(1);
        }
        const auto number = takeNumber(text);
        if (!number) {
            return std::nullopt;
        }
        seconds = seconds * 60 + *number;
        if (seconds > kMaxCueTime / std::chrono::seconds(1)) {
            return std::nullopt;
        }
    }
    const auto fraction = takeFraction(text);
    if (parts < 2 || !fraction || !text.empty()) {
        return std::nullopt;
    }
    const MediaTime time = std::chrono::seconds(seconds) + MediaTime(*fraction);
    return negative ? -time : time;
}

std::optional<MediaTime> parseSeconds(std::string_view text) {
    text = trimmed(text);
    // As formatSeconds() writes them, to the nanosecond, which a double does not hold from 1,000 hours on.
    constexpr std::size_t kDigitsOfNanoseconds = 9;
    const std::size_t point = text.find('.');
    if (std::string_view rest = text;
        point != std::string_view::npos && text.size() - point - 1 <= kDigitsOfNanoseconds) {
        const auto whole = takeNumber(rest);
        const auto fraction = takeFraction(rest);
        if (whole && fraction && rest.empty() && *whole <= kMaxCueTime / std::chrono::seconds(1)) {
            return std::chrono::seconds(*whole) + MediaTime(*fraction);
        }
    }
    double seconds = 0.0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (problem != std::errc() || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return secondsToTime(seconds);
}

std::optional<MediaTime> secondsToTime(double seconds) {
    if (!(std::abs(seconds) <= std::chrono::duration<double>(kMaxCueTime).count())) {
        return std::nullopt;  // NaN too
    }
    // The fraction alone is scaled: the product of the whole would be rounded to more than a nanosecond from 1,000
    // hours on.
    const double whole = std::trunc(seconds);
    return std::chrono::seconds(static_cast<std::int64_t>(whole)) +
           MediaTime(std::llround((seconds - whole) * static_cast<double>(kNanoseconds)));
}

void addCue(SubtitleReading& reading, Cue cue, std::size_t line) {
    if (cue.end > kMaxCueTime || cue.start < -kMaxCueTime) {
        skipCue(reading, line, "has a time beyond 100,000 hours");
    } else if (cue.end < cue.start) {
        skipCue(reading, line,
                fmt::format("ends at {} s before it starts at {} s", toSeconds(cue.end), toSeconds(cue.start)));
    } else if (cue.start < MediaTime::zero() && cue.end <= MediaTime::zero()) {
        skipCue(reading, line, fmt::format("at {} s lies before the start of the video", toSeconds(cue.start)));
    } else {
        cue.start = std::max(cue.start, MediaTime::zero());
        reading.track.cues.push_back(std::move(cue));
    }
}

void skipCue(SubtitleReading& reading, std::size_t line, std::string_view cause) {
    ++reading.skippedCues;
    warn(reading, line, fmt::format("The cue {}; it is left out.", cause));
}

void warn(SubtitleReading& reading, std::size_t line, std::string message) {
    if (reading.warnings.size() < kMaxWarnings) {
        reading.warnings.push_back({line, std::move(message)});
    }
}

std::string describeWarning(const SubtitleWarning& warning) {
    return warning.line == 0 ? warning.message : fmt::format("Line {}: {}", warning.line, warning.message);
}

tl::unexpected<Error> corrupt(std::size_t line, std::string_view cause, std::string_view fix, std::string detail) {
    return fail(ErrorCode::Corrupt, fmt::format("Line {} {}. {}", line, cause, fix), std::move(detail));
}

}  // namespace sightline
