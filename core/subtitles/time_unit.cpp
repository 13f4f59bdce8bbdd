#include "core/subtitles/time_unit.h"

#include <algorithm>

#include "core/subtitles/cue_time.h"

namespace sightline {

std::optional<TimeUnit> unitByNumbers(const std::vector<std::pair<double, double>>& times) {
    // Of the cue in the middle, in units. Captions last 1 to 10 s, words of speech recognisers some 200 ms.
    constexpr double kLongestInSeconds = 60.0;
    constexpr double kShortestSureMilliseconds = 1000.0;
    constexpr double kLongestVideo = 24.0 * 3600.0;  // in seconds
    std::vector<double> lengths;
    double last = 0.0;
    for (const auto& [start, end] : times) {
        lengths.push_back(end - start);
        last = std::max(last, end);
    }
    if (lengths.empty()) {
        return std::nullopt;
    }
    const auto middle = lengths.begin() + static_cast<std::ptrdiff_t>(lengths.size() / 2);
    std::nth_element(lengths.begin(), middle, lengths.end());
    if (*middle < kLongestInSeconds) {
        return std::nullopt;
    }
    return *middle >= kShortestSureMilliseconds || last > kLongestVideo ? TimeUnit::SeemsMilliseconds
                                                                        : TimeUnit::Unclear;
}

void countMilliseconds(std::vector<Cue>& cues) {
    for (Cue& cue : cues) {
        cue.start /= 1000;
        cue.end /= 1000;
    }
}

void countSeconds(std::vector<Cue>& cues) {
    for (Cue& cue : cues) {
        cue.start *= 1000;
        cue.end *= 1000;
    }
}

void settleTimeUnit(SubtitleReading& reading, MediaTime videoDuration) {
    constexpr double kUnits = 1000.0;  // of milliseconds in a second
    auto& cues = reading.track.cues;
    const auto last =
        std::max_element(cues.begin(), cues.end(), [](const Cue& a, const Cue& b) { return a.end < b.end; });
    if (reading.timeUnit == TimeUnit::Known || last == cues.end()) {
        return;
    }
    const bool areMilliseconds = reading.timeUnit == TimeUnit::SeemsMilliseconds;
    if (videoDuration <= MediaTime::zero()) {
        if (!areMilliseconds) {
            warn(reading, 1, kUnclearUnit);
        }
        return;
    }
    // As seconds, captions of this video end within it (or not far beyond) and reach through a good part of it.
    const double lastAsSeconds = toSeconds(last->end) * (areMilliseconds ? kUnits : 1.0);
    const double video = toSeconds(videoDuration);
    const bool milliseconds = lastAsSeconds > 2.0 * video || (areMilliseconds && lastAsSeconds < video / 4.0);
    if (milliseconds && !areMilliseconds) {
        countMilliseconds(cues);
    } else if (!milliseconds && areMilliseconds) {
        countSeconds(cues);
    }
    reading.timeUnit = TimeUnit::Known;
}

}  // namespace sightline
