// Pictures as H.264: the one way in which files of pictures are encoded anew. Included by core/media sources only.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "core/base/result.h"
#include "core/media/ffmpeg_common.h"
#include "core/media/writing/encode_frame.h"

namespace sightline {

struct H264Settings {
    std::string preset = "medium";
    int quality = 20;
    int threads = 0;
};

// One thread; x264 has its own.
class H264Track {
public:
    // Fills in the codec of `to`. All pictures are of the kind and size of `picture`, with timestamps in units of
    // `base`; `rate` only steers the distribution of bits. `globalHeader`: of the container. Errors: Unsupported (no
    // such preset, no x264, a picture too large).
    static Result<H264Track> open(const AVFrame& picture, AVRational base, AVRational rate, AVStream& to,
                                  bool globalHeader, const H264Settings& settings);

    // A null picture flushes. `duration` is kept for its packet. Errors: those of `sink`, Internal.
    Result<void> write(const AVFrame* picture, std::int64_t duration, const PacketSink& sink);

    // Of a picture that is still within the encoder.
    void setDuration(std::int64_t timestamp, std::int64_t duration);

private:
    CodecContextPtr encoder_;
    std::map<std::int64_t, std::int64_t> durations_;  // of the pictures within the encoder, by timestamp
};

}  // namespace sightline
