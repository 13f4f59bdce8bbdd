// Audio that a container does not take, as AAC. Included by core/media sources only.
#pragma once

#include "core/base/result.h"
#include "core/media/filter_graph.h"
#include "core/media/writing/encode_frame.h"

namespace sightline {

// One audio stream, decoded and encoded again; timestamps count as before, gaps become silence. One thread.
class AacTrack {
public:
    // Fills in the codec of `to`. `globalHeader`: of the container. Errors: Unsupported.
    static Result<AacTrack> open(const AVStream& from, AVStream& to, bool globalHeader);

    AVRational timeBase() const { return encoder_->time_base; }

    // A null packet flushes. A packet that cannot be decoded is skipped. Errors: those of `sink`, Internal.
    Result<void> write(const AVPacket* packet, const PacketSink& sink);

private:
    AacTrack() = default;
    Result<void> filter(AVFrame* frame, const PacketSink& sink);  // null flushes
    Result<void> configure(const AVFrame& frame);

    CodecContextPtr decoder_;
    CodecContextPtr encoder_;
    std::unique_ptr<FilterGraph> graph_;
    int rate_ = 0, format_ = -1, channels_ = 0;  // of the frames graph_ takes
    AVRational inputBase_{};
};

}  // namespace sightline
