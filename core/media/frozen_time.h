// Where a video's picture stands still, and what that does to its times.
#pragma once

#include <vector>

#include "core/base/clock.h"

namespace sightline {

struct Freeze {
    MediaTime at{};  // on the time line of the video as it was
    MediaTime length{};

    bool operator==(const Freeze&) const = default;
};

// From the time line of a video to the longer one that it has with freezes. Pure: any thread.
class FrozenTimeLine {
public:
    FrozenTimeLine() = default;
    // In any order. Those of one moment follow each other as given.
    explicit FrozenTimeLine(std::vector<Freeze> freezes);

    const std::vector<Freeze>& freezes() const { return freezes_; }  // in order
    bool isEmpty() const { return freezes_.empty(); }

    // When something is then that begins at `time`: a freeze at this very moment is over.
    MediaTime startAt(MediaTime time) const;
    // That ends at `time`: such a freeze is still to come. Also the picture that is held, and a video's length.
    MediaTime endAt(MediaTime time) const;

private:
    std::vector<Freeze> freezes_;
};

}  // namespace sightline
