// How loud a video is over time, at every zoom.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/result.h"

namespace sightline {

// The lowest and the highest sample of every 10 ms, and of 4, 16, 64 ... times as much, so that asking for a part takes
// as long whether it lasts a second or three hours. An hour takes 1 MB. Not thread-safe.
class Waveform {
public:
    static constexpr MediaTime kStep = std::chrono::milliseconds(10);

    // Of the next step, -1 to 1.
    void append(float lowest, float highest);

    // The end of what was appended.
    MediaTime end() const { return kStep * static_cast<std::int64_t>(levels_.empty() ? 0 : levels_[0].size()); }

    // The largest amount, 0 to 1, in each of `count` equal parts of [start, end); zero where nothing was appended.
    std::vector<float> peaks(MediaTime start, MediaTime end, int count) const;

    // All of it in a few bytes, and back. Corrupt for anything that toBytes() did not write.
    std::string toBytes() const;
    static Result<Waveform> fromBytes(std::string_view bytes);

    bool operator==(const Waveform&) const = default;

private:
    struct Extent {
        std::int8_t lowest = 0;  // of -127 to 127
        std::int8_t highest = 0;

        bool operator==(const Extent&) const = default;
    };

    void append(Extent extent);

    std::vector<std::vector<Extent>> levels_;
};

}  // namespace sightline
