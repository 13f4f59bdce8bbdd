// What is heard of sound that was coded: decoded again while it is written. Included by core/media/writing only.
#pragma once

#include <vector>

#include "core/base/result.h"
#include "core/media/ffmpeg_common.h"
#include "core/media/writing/sound_muxer.h"

namespace sightline {

// One thread.
class CodedSound {
public:
    // What `encoder` makes. Error: Unsupported (no decoder).
    static Result<CodedSound> open(const AVCodecContext& encoder);

    // Null: the rest, and an empty step. Packets that cannot be decoded are left out. Errors: those of `heard`.
    Result<void> hear(const AVPacket* packet, const HeardSound& heard);

private:
    CodedSound() = default;

    CodecContextPtr decoder_;
    AvFramePtr frame_;
    std::vector<float> samples_;
};

}  // namespace sightline
