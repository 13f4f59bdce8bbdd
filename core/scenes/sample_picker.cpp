#include "core/scenes/sample_picker.h"

#include <algorithm>

namespace sightline {
namespace {

// Differences of signatures, of 255: noise of a still camera stays below 1, another photograph differs by more than 15.
constexpr double kSame = 1.5;
constexpr double kOther = 8.0;
constexpr double kMoving = 3.0;  // to the frame before; while it moves more, a transition goes on

}  // namespace

bool SamplePicker::wants(const FrameSignature& signature, MediaTime pts) {
    const bool moving = previous_ && difference(*previous_, signature) > kMoving;
    previous_ = signature;
    if (isBlank(brightness(signature))) {
        movedAt_.reset();
        jumpedAt_.reset();
        return false;
    }
    if (!taken_) {
        taken_ = signature;
        takenAt_ = pts;
        return true;
    }
    const double change = difference(*taken_, signature);
    const MediaTime since = pts - takenAt_;
    if (change < kOther) {
        movedAt_.reset();
        jumpedAt_.reset();
    } else if (moving) {
        movedAt_ = pts;
        jumpedAt_ = jumpedAt_.value_or(pts);
    }
    // What goes on moving never settles.
    const bool wanted = movedAt_ ? pts - *movedAt_ >= options_.settle || pts - *jumpedAt_ >= options_.interval
                                 : since >= (change < kSame ? interval_ : options_.interval);
    if (!wanted) {
        return false;
    }
    interval_ = change < kSame ? std::min(2 * interval_, options_.longestInterval) : options_.interval;
    taken_ = signature;
    takenAt_ = pts;
    movedAt_.reset();
    jumpedAt_.reset();
    return true;
}

}  // namespace sightline
