// Small pictures of a video, from its keyframes.
#pragma once

#include <filesystem>
#include <memory>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/media/image.h"

namespace sightline {

struct Keyframe {
    Image image;
    MediaTime pts{};
};

// A picture at its displayed shape, `height` pixels high.
Image shrunk(const Image& image, double pixelAspect, int height);

// One thread at a time, except interrupt().
class KeyframeReader {
public:
    // Errors: those of openVideoFile().
    static Result<std::unique_ptr<KeyframeReader>> open(const std::filesystem::path& path);

    virtual ~KeyframeReader() = default;

    // The last keyframe at or before `time` that the container leads to, or the first one there is, upright, at its
    // displayed shape and `height` pixels high. Errors: Corrupt, Cancelled.
    virtual Result<Keyframe> at(MediaTime time, int height) = 0;

    // Any thread: makes a running call return Cancelled soon, and later ones at once.
    virtual void interrupt() = 0;
};

}  // namespace sightline
