// Decodes the sound of a live source for a tap. Included by core/media/live only.
#pragma once

#include <memory>
#include <vector>

#include "core/media/ffmpeg_common.h"
#include "core/media/live/sound_tap.h"

struct SwrContext;

namespace sightline {

// One thread.
class LiveSound {
public:
    // Null where there is no sound that can be decoded.
    static std::unique_ptr<LiveSound> open(AVFormatContext& format, std::shared_ptr<SoundTap> tap);

    int stream() const { return stream_; }
    void hear(const AVPacket& packet);  // damaged ones are left out

private:
    struct ResamplerDeleter {
        void operator()(SwrContext* context) const;
    };

    LiveSound(int stream, CodecContextPtr codec, std::shared_ptr<SoundTap> tap)
        : stream_(stream), codec_(std::move(codec)), tap_(std::move(tap)) {}

    bool configure(const AVFrame& frame);
    void give(const AVFrame& frame);

    const int stream_;
    const CodecContextPtr codec_;
    const std::shared_ptr<SoundTap> tap_;
    std::unique_ptr<SwrContext, ResamplerDeleter> resampler_;
    int rate_ = 0;  // what it was made for
    int format_ = -1;
    int channels_ = 0;
    std::vector<float> samples_;
};

}  // namespace sightline
