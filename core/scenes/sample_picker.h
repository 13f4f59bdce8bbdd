// Which frames of a video are worth a caption.
#pragma once

#include <optional>

#include "core/base/clock.h"
#include "core/scenes/frame_signature.h"

namespace sightline {

struct SampleOptions {
    MediaTime settle = std::chrono::milliseconds(300);     // from a new picture to its first caption
    MediaTime interval = std::chrono::seconds(1);          // between captions of a picture that changes
    MediaTime longestInterval = std::chrono::seconds(16);  // of one that does not; the interval doubles up to here
};

// One thread at a time; frames in presentation order. Takes the first frame that shows something, and after each change
// to another picture the frame `settle` later, so that it shows neither a mixture nor a flash. While the picture
// changes, a frame each `interval` is taken; while it does not, the interval doubles from one to the next.
// Black and white frames are never taken.
class SamplePicker {
public:
    explicit SamplePicker(const SampleOptions& options = {}) : options_(options), interval_(options.interval) {}

    bool wants(const FrameSignature& signature, MediaTime pts);

private:
    // immutable
    const SampleOptions options_;

    std::optional<FrameSignature> taken_;
    MediaTime takenAt_{};
    MediaTime interval_;
    std::optional<MediaTime> jumpedAt_;       // since then the picture is another one than the one taken
    std::optional<MediaTime> movedAt_;        // last frame of that movement
    std::optional<FrameSignature> previous_;  // frame
};

}  // namespace sightline
