#include "core/scenes/sample_picker.h"

namespace sightline {
namespace {

// Differences of signatures, of 255. Noise of a still camera stays below 0.5, another picture differs by more than 7.
constexpr double kSame = 1.0;
constexpr double kOther = 7.0;
constexpr double kSettled = 3.0;  // to the frame before; while it moves more, a cut or dissolve goes on
constexpr int kStillIntervals = 10;
constexpr int kSoon = 4;  // of the interval: a quarter

}  // namespace

bool SamplePicker::wants(const FrameSignature& signature, MediaTime pts) {
    bool wanted = true;
    if (last_) {
        const MediaTime since = pts - lastTime_;
        const double change = difference(*last_, signature);
        const bool settled = difference(previous_, signature) < kSettled;
        wanted = since >= kStillIntervals * options_.interval || (since >= options_.interval && change >= kSame) ||
                 (since >= options_.interval / kSoon && change >= kOther && settled);
    }
    previous_ = signature;
    if (wanted) {
        last_ = signature;
        lastTime_ = pts;
    }
    return wanted;
}

}  // namespace sightline
