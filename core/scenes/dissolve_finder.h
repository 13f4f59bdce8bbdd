// Finds dissolves: stretches in which every frame is a mixture of the frame before them and the frame after them.
//
// The frame that lies at the share a of the way from picture f to picture t is k = (1 - a) f + a t. For each pair of
// ends within the last seconds the best a of every frame between, and what it leaves unexplained, follow from inner
// products alone, which are computed once for each pair of frames. Where the shots move while they dissolve, the rest
// grows, but the variance still dips as that of a mixture does (the parabola of A. M. Alattar, "Detecting and
// compressing dissolve regions in video sequences", ISCAS 1993). Pans and zooms pass through pictures that are no
// mixtures and keep their variance.
#pragma once

#include <array>
#include <cstddef>
#include <deque>
#include <optional>

#include "core/base/clock.h"
#include "core/scenes/frame_signature.h"

namespace sightline {

struct Dissolve {
    MediaTime middle{};  // where both pictures have the same share
    MediaTime start{};   // of a straight line through the shares
    MediaTime end{};
    double score = 0.0;  // distance of the two pictures, less where they do not fit a mixture
};

// One thread at a time. Holds the frames of the last kLongest, at most 25 a second: 1.5 MB.
class DissolveFinder {
public:
    static constexpr MediaTime kLongest = std::chrono::seconds(3);
    // A dissolve is found at the latest this long after its middle.
    static constexpr MediaTime kDelay = kLongest;

    // Frames in presentation order; `blank` ones are no part of a dissolve. Gives the best explanation of the frames
    // up to this one, if they end in a dissolve: the same one is found with many ends, the best score is right.
    std::optional<Dissolve> push(const FrameSignature& signature, MediaTime pts, bool blank);

private:
    static constexpr std::size_t kMostTicks = 80;

    struct Tick {
        FrameSignature signature;
        MediaTime pts{};
        bool blank = false;
        std::array<double, 3> means{};                  // of luma and the two colour differences
        std::array<double, kMostTicks + 1> products{};  // with this tick and those before it, mean of all values
    };

    double product(std::size_t a, std::size_t b) const;
    double covariance(std::size_t a, std::size_t b) const;
    std::optional<Dissolve> judge(std::size_t first, std::size_t last) const;

    std::deque<Tick> ticks_;
};

}  // namespace sightline
