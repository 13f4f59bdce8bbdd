#include "core/captions/navigation.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace sightline {
namespace {

template <typename Wanted>
std::vector<MediaTime> starts(std::span<const Cue> cues, Wanted wanted) {
    std::vector<MediaTime> times;
    for (const Cue& cue : cues) {
        if (wanted(cue)) {
            times.push_back(cue.start);
        }
    }
    return times;
}

auto anyCue() {
    return [](const Cue&) { return true; };
}

auto lessSureThan(double confidence) {
    return [confidence](const Cue& cue) { return cue.origin == CueOrigin::Model && cue.confidence < confidence; };
}

}  // namespace

std::optional<MediaTime> nextTime(std::span<const MediaTime> times, const TimeRange& shown) {
    const MediaTime from = std::max(shown.end, shown.start + MediaTime(1));
    const auto next = std::ranges::lower_bound(times, from);
    return next == times.end() ? std::nullopt : std::optional(*next);
}

std::optional<MediaTime> previousTime(std::span<const MediaTime> times, const TimeRange& shown) {
    const auto here = std::ranges::lower_bound(times, shown.start);
    return here == times.begin() ? std::nullopt : std::optional(*std::prev(here));
}

std::optional<MediaTime> nextCue(std::span<const Cue> cues, const TimeRange& shown) {
    return nextTime(starts(cues, anyCue()), shown);
}

std::optional<MediaTime> previousCue(std::span<const Cue> cues, const TimeRange& shown) {
    return previousTime(starts(cues, anyCue()), shown);
}

double doubtfulBelow(std::span<const Cue> cues) {
    std::vector<double> confidences;
    for (const Cue& cue : cues) {
        if (cue.origin == CueOrigin::Model) {
            confidences.push_back(cue.confidence);
        }
    }
    if (confidences.empty()) {
        return 0.0;
    }
    const auto quarter = confidences.begin() + static_cast<std::ptrdiff_t>(confidences.size() / 4);
    std::ranges::nth_element(confidences, quarter);
    return std::nextafter(*quarter, 1.0);  // that one too
}

std::optional<MediaTime> nextDoubtfulCue(std::span<const Cue> cues, const TimeRange& shown, double confidence) {
    return nextTime(starts(cues, lessSureThan(confidence)), shown);
}

std::optional<MediaTime> previousDoubtfulCue(std::span<const Cue> cues, const TimeRange& shown, double confidence) {
    return previousTime(starts(cues, lessSureThan(confidence)), shown);
}

}  // namespace sightline
