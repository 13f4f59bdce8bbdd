// What each tap of a depthwise kernel adds to the address of its first, two by two.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include "core/inference/kernels/kernels.h"

namespace sightline {

constexpr int kMostTaps = 64;

// An odd last tap comes twice; its partner weighs nothing.
inline std::array<std::ptrdiff_t, kMostTaps> pairedTaps(int kernel, std::ptrdiff_t rowStride) {
    std::array<std::ptrdiff_t, kMostTaps> taps;
    const int count = kernel * kernel;
    for (int t = 0; t < (count + 1) / 2 * 2; ++t) {
        const int tap = std::min(t, count - 1);
        taps[static_cast<std::size_t>(t)] =
            tap / kernel * rowStride + static_cast<std::ptrdiff_t>(tap % kernel) * kChannels;
    }
    return taps;
}

}  // namespace sightline
