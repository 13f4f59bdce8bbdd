// One picture of a stream, with the time it belongs to.
#pragma once

#include <cstdint>

#include "core/base/clock.h"
#include "core/media/image.h"

namespace sightline {

// Immutable once published as shared_ptr<const Frame>.
struct Frame {
    std::uint64_t id = 0;          // counts the frames of one source, from 0
    std::uint32_t generation = 0;  // of the session: raised by seek and source change
    MediaTime pts{};               // on screen from here ...
    MediaTime duration{};          // ... for this long; zero when unknown
    SteadyTime captured{};         // when the source handed it out; a caption's age counts from here
    double pixelAspect = 1.0;      // width / height of one pixel as displayed
    Image image;
};

}  // namespace sightline
