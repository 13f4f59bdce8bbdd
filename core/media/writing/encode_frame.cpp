#include "core/media/writing/encode_frame.h"

namespace sightline {

Result<void> encodeFrame(AVCodecContext& encoder, const AVFrame* frame, const PacketSink& sink,
                         const std::function<Error(int)>& failure) {
    int code = avcodec_send_frame(&encoder, frame);
    const PacketPtr packet(av_packet_alloc());
    while (code >= 0 && (code = avcodec_receive_packet(&encoder, packet.get())) >= 0) {
        if (auto written = sink(*packet); !written) {
            return written;
        }
    }
    if (code != AVERROR(EAGAIN) && code != AVERROR_EOF) {
        return tl::unexpected(failure(code));
    }
    return {};
}

}  // namespace sightline
