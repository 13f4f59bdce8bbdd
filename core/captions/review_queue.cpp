#include "core/captions/review_queue.h"

#include <algorithm>
#include <utility>

namespace sightline {

int nextToReview(const Cues& cues, int row) {
    using Rank = std::pair<double, int>;  // confidence, row
    const bool begun = row >= 0 && row < static_cast<int>(cues.size());
    const Rank present{begun ? cues[static_cast<std::size_t>(row)].confidence : -1.0, row};
    const Rank none{2.0, -1};  // above every confidence
    Rank first = none;
    Rank next = none;
    for (int i = 0; i < static_cast<int>(cues.size()); ++i) {
        const Cue& cue = cues[static_cast<std::size_t>(i)];
        if (isPeoples(cue)) {
            continue;
        }
        const Rank rank{cue.confidence, i};
        first = std::min(first, rank);
        if (rank > present) {
            next = std::min(next, rank);
        }
    }
    return next != none ? next.second : first.second;
}

std::size_t leftToReview(const Cues& cues) {
    return static_cast<std::size_t>(
        std::ranges::count_if(cues, [](const Cue& cue) { return cue.origin == CueOrigin::Model; }));
}

}  // namespace sightline
