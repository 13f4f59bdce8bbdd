#include "core/media/frozen_time.h"

#include <algorithm>

namespace sightline {

FrozenTimeLine::FrozenTimeLine(std::vector<Freeze> freezes) : freezes_(std::move(freezes)) {
    std::ranges::stable_sort(freezes_, {}, &Freeze::at);
}

MediaTime FrozenTimeLine::startAt(MediaTime time) const {
    MediaTime moved = time;
    for (const Freeze& freeze : freezes_) {
        moved += freeze.at <= time ? freeze.length : MediaTime::zero();
    }
    return moved;
}

MediaTime FrozenTimeLine::endAt(MediaTime time) const {
    MediaTime moved = time;
    for (const Freeze& freeze : freezes_) {
        moved += freeze.at < time ? freeze.length : MediaTime::zero();
    }
    return moved;
}

}  // namespace sightline
