// A description of what is seen, tied to the frame it describes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/clock.h"

namespace sightline {

struct Caption {
    std::string text;         // UTF-8, without a full stop
    double confidence = 0.0;  // 0..1, the chance that it is right, as the model sees it
    std::vector<int> tokens;  // vocabulary ids, end token included where it came
    std::uint64_t frameId = 0;
    std::uint32_t generation = 0;  // of the session when the frame was taken
    MediaTime start{};             // half-open range [start, end); equal when only the frame's own time is known
    MediaTime end{};
    SteadyTime captured{};  // of the frame
    SteadyTime finished{};  // when the caption was ready
};

}  // namespace sightline
