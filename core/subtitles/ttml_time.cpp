#include "core/subtitles/ttml_time.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>

#include "core/subtitles/cue_time.h"
#include "core/subtitles/text.h"
#include "core/subtitles/xml.h"

namespace sightline {
namespace {

constexpr double kNtsc = 1000.0 / 1001.0;

std::optional<double> parseNumber(std::string_view text) {
    double value = 0.0;
    const auto [end, problem] =
        std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
    const bool whole = problem == std::errc() && end == text.data() + text.size();
    return whole && value >= 0.0 ? std::optional(value) : std::nullopt;
}

// `otherwise` for what is no positive number.
double positive(std::string_view text, double otherwise) {
    const double value = parseNumber(trimmed(text)).value_or(0.0);
    return value > 0.0 ? value : otherwise;
}

}  // namespace

TtmlClock TtmlClock::of(const pugi::xml_node& tt) {
    TtmlClock clock;
    const std::string_view frameRate = attribute(tt, "frameRate");
    clock.frameRate = positive(frameRate, clock.frameRate);
    clock.labelRate = std::max(1.0, std::round(clock.frameRate));
    clock.countsFrames = attribute(tt, "timeBase") == "smpte";
    const std::string_view dropMode = attribute(tt, "dropMode");
    clock.drop = dropMode == "dropNTSC" ? Drop::Ntsc : dropMode == "dropPAL" ? Drop::Pal : Drop::None;
    clock.subFrameRate = positive(attribute(tt, "subFrameRate"), clock.subFrameRate);
    // "1000 1001"; older drafts had a colon.
    const std::string multiplier = replaceAll(trimmed(attribute(tt, "frameRateMultiplier")), ":", " ");
    const std::size_t space = multiplier.find(' ');
    if (space != std::string::npos) {
        const std::string_view both = multiplier;
        const double factor = positive(both.substr(0, space), 1.0) / positive(both.substr(space + 1), 1.0);
        // iTunes Timed Text writes "999 1000" for the same 23.976 and 29.97.
        clock.frameRate *= factor == 0.999 ? kNtsc : factor;
    } else if (clock.countsFrames && clock.drop == Drop::Ntsc && clock.frameRate == clock.labelRate) {
        clock.frameRate *= kNtsc;  // nothing else has drop-frame labels, though files leave the multiplier out
    }
    clock.tickRate =
        positive(attribute(tt, "tickRate"), frameRate.empty() ? 1.0 : clock.frameRate * clock.subFrameRate);
    return clock;
}

std::optional<MediaTime> TtmlClock::parse(std::string_view text) const {
    text = trimmed(text);
    const auto colons = std::count_if(text.begin(), text.end(), [](char c) { return c == ':' || c == ';'; });
    if (colons == 3) {  // hours:minutes:seconds:frames, perhaps .subframes
        const std::size_t last = text.find_last_of(":;");
        const std::string_view frames = text.substr(last + 1);
        const std::size_t point = std::min(frames.find('.'), frames.size());
        const auto clock = parseClock(text.substr(0, last));
        const auto whole = parseNumber(frames.substr(0, point));
        const auto part = point < frames.size() ? parseNumber(frames.substr(point + 1)) : std::optional(0.0);
        if (!clock || !whole || !part) {
            return std::nullopt;
        }
        const double count = *whole + *part / subFrameRate;
        const bool semicolon = text[last] == ';' && frameRate < labelRate;
        if (countsFrames || semicolon) {
            return ofLabel(*clock, count, semicolon ? Drop::Ntsc : drop);
        }
        const auto rest = secondsToTime(count / frameRate);
        return rest ? std::optional(*clock + *rest) : std::nullopt;
    }
    if (colons > 0) {
        const auto clock = text.starts_with('-') ? std::nullopt : parseClock(text);
        return clock && countsFrames ? ofLabel(*clock, 0.0, drop) : clock;
    }
    const std::size_t digits = std::min(text.find_first_not_of("0123456789."), text.size());
    const std::string_view metric = text.substr(digits);
    const std::pair<std::string_view, double> seconds[] = {
        {"h", 3600.0}, {"m", 60.0}, {"s", 1.0}, {"ms", 0.001}, {"f", 1.0 / frameRate}, {"t", 1.0 / tickRate},
    };
    const auto found = std::find_if(std::begin(seconds), std::end(seconds),
                                    [metric](const auto& entry) { return entry.first == metric; });
    const auto value = parseNumber(text.substr(0, digits));
    return found != std::end(seconds) && value ? secondsToTime(*value * found->second) : std::nullopt;
}

std::optional<MediaTime> TtmlClock::ofLabel(MediaTime clock, double frames, Drop dropped) const {
    const auto minutes = clock / std::chrono::minutes(1);
    double left = 0.0;
    if (dropped == Drop::Ntsc) {
        left = static_cast<double>(minutes - minutes / 10) * std::round(labelRate / 15.0);
    } else if (dropped == Drop::Pal) {
        left = static_cast<double>(minutes / 2 - minutes / 20) * 4.0;
    }
    return secondsToTime((toSeconds(clock) * labelRate + frames - left) / frameRate);
}

}  // namespace sightline
