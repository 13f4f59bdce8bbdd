// Which frames of a video are worth a caption.
#pragma once

#include <optional>

#include "core/base/clock.h"
#include "core/scenes/frame_signature.h"

namespace sightline {

struct SampleOptions {
    MediaTime interval = std::chrono::seconds(1);  // between captions of a picture that changes
};

// One thread at a time; frames in presentation order. Takes the first frame, then one an interval while the picture
// changes, one every ten intervals while it does not, and one soon after it became another one altogether.
class SamplePicker {
public:
    explicit SamplePicker(const SampleOptions& options) : options_(options) {}

    bool wants(const FrameSignature& signature, MediaTime pts);

private:
    // immutable
    const SampleOptions options_;

    std::optional<FrameSignature> last_;  // taken
    MediaTime lastTime_{};
    FrameSignature previous_;  // frame
};

}  // namespace sightline
