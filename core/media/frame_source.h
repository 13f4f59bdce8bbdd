// Where frames come from: a video file, a camera, a test's numbered pictures.
#pragma once

#include <functional>
#include <string>

#include "core/base/result.h"
#include "core/media/frame.h"

namespace sightline {

struct StreamDescription {
    std::string name;  // file name or camera, for people
    int width = 0;     // as displayed, rotation applied
    int height = 0;
    double frameRate = 0;  // nominal; zero when unknown. Never used to compute times.
    MediaTime duration{};  // zero when unknown or endless
    bool live = false;     // frames come at their own pace and cannot be sought
};

// A frame whose picture is made when somebody asks for it: of most frames of a file a few pixels are enough.
struct FrameGlimpse {
    static constexpr int kColumns = 128;
    static constexpr int kRows = 72;

    Frame frame;                               // without its image where there are `points`
    Image points;                              // kColumns x kRows pixels, each the middle one of its part of the image
    std::function<Result<Image>()> makeImage;  // the reading thread only, while the source lives
};

// The frame with its image; the reading thread only. Errors: those of FrameSource::read().
Result<Frame> developed(FrameGlimpse glimpse);

// All calls from one thread at a time, except interrupt().
class FrameSource {
public:
    FrameSource() = default;
    FrameSource(const FrameSource&) = delete;
    FrameSource& operator=(const FrameSource&) = delete;
    virtual ~FrameSource() = default;

    virtual const StreamDescription& description() const = 0;

    // The next frame in presentation order; blocks. EndOfStream after the last one, Cancelled after interrupt(),
    // Corrupt when the stream ends before its time or cannot be decoded at all, Device when a camera is gone.
    virtual Result<Frame> read() = 0;

    // As read(), for those who want few of the images. Where that saves nothing, the frame has its image and there are
    // no points.
    virtual Result<FrameGlimpse> glimpse();

    // Makes the next read() return the frame that is on screen at `time`, or the nearest there is.
    // Unsupported for a live source.
    virtual Result<void> seek(MediaTime time) = 0;

    // Any thread: makes a blocked read() return Cancelled soon, and later ones at once.
    virtual void interrupt() = 0;
};

}  // namespace sightline
