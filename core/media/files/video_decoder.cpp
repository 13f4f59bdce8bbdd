#include "core/media/files/video_decoder.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/media/files/video_input.h"

namespace sightline {
namespace {

// Larger pictures than this (16 k x 8 k) come from damaged headers.
constexpr std::int64_t kMaxPixels = 134'217'728;
// More damaged pictures than any decoder holds back: it reports the same one for ever.
constexpr int kMaxDrainErrors = 64;

}  // namespace

VideoDecoder::VideoDecoder(std::filesystem::path path, int threads, const std::atomic<bool>& interrupted)
    : threads_(threads), interrupted_(interrupted), demuxer_(std::move(path), interrupted), deinterlacer_(threads),
      packet_(av_packet_alloc()) {}

Result<void> VideoDecoder::open() {
    if (auto opened = demuxer_.open(); !opened) {
        return opened;
    }
    codec_.reset();
    restart(Landing::Done);
    damaged_ = 0;
    const AVStream& stream = demuxer_.stream();
    const AVCodec* decoder = decoderFor(stream);
    if (!decoder) {
        return fail(ErrorCode::Unsupported,
                    fmt::format("Cannot decode the video in {}: its codec ({}) is unknown here. Convert it to H.264.",
                                demuxer_.path().string(), avcodec_get_name(stream.codecpar->codec_id)));
    }
    CodecContextPtr codec(avcodec_alloc_context3(decoder));
    avcodec_parameters_to_context(codec.get(), stream.codecpar);
    codec->pkt_timebase = stream.time_base;
    codec->thread_count = threads_;
    codec->max_pixels = kMaxPixels;
    const int code = avcodec_open2(codec.get(), decoder, nullptr);
    if (code < 0) {
        return fail(
            ErrorCode::Unsupported,
            fmt::format("Cannot decode the video in {}: its headers are damaged or ask for a picture too large. "
                        "Get an intact copy.",
                        demuxer_.path().string()),
            ffmpegErrorText(code));
    }
    codec_ = std::move(codec);
    return {};
}

bool VideoDecoder::jump(std::int64_t timestamp) {
    if (!codec_ || !demuxer_.jump(timestamp)) {
        return false;
    }
    avcodec_flush_buffers(codec_.get());
    restart(Landing::AwaitPacket);
    return true;
}

void VideoDecoder::restart(Landing landing) {
    landingState_ = landing;
    lastKey_ = landing_ = AV_NOPTS_VALUE;
    deinterlacer_.reset(landing == Landing::Done ? Deinterlacer::From::Start : Deinterlacer::From::Middle);
    draining_ = ended_ = demuxFailed_ = encrypted_ = false;
    drainErrors_ = 0;
}

void VideoDecoder::hurryTo(std::optional<std::int64_t> timestamp) {
    hurryTo_ = timestamp;
    leftOut_ = AV_NOPTS_VALUE;
}

// Only where every packet tells its picture's time: guesses of missing ones count pictures.
void VideoDecoder::hurry(const AVPacket& packet) {
    const bool suits = (codec_->codec_id == AV_CODEC_ID_H264 || codec_->codec_id == AV_CODEC_ID_HEVC) &&
                       codec_->field_order <= AV_FIELD_PROGRESSIVE && !interlaced_;
    if (hurryTo_ && packet.pts == AV_NOPTS_VALUE && leftOut_ != AV_NOPTS_VALUE) {
        leftOut_ = INT64_MAX;
    }
    const bool now = hurryTo_ && suits && packet.pts != AV_NOPTS_VALUE && packet.pts < *hurryTo_;
    codec_->skip_frame = now ? AVDISCARD_NONREF : AVDISCARD_DEFAULT;
    leftOut_ = now ? std::max(leftOut_, packet.pts) : leftOut_;
}

void VideoDecoder::note(int code) {
    if (landingState_ == Landing::Done) {  // what a landing lacks is not damage
        problem_ = ffmpegErrorText(code);
        ++damaged_;
    }
}

bool VideoDecoder::isUseful(const AVPacket& packet) {
    if ((packet.flags & AV_PKT_FLAG_KEY) == 0) {
        return landingState_ != Landing::AwaitPacket;
    }
    const std::int64_t timestamp = packet.dts != AV_NOPTS_VALUE ? packet.dts : packet.pts;
    if (landingState_ == Landing::AwaitPacket) {
        landingState_ = Landing::AwaitPicture;
        landing_ = timestamp;
        landingHidden_ = (packet.flags & AV_PKT_FLAG_DISCARD) != 0;
    }
    if (lastKey_ != AV_NOPTS_VALUE && timestamp > lastKey_) {
        keyInterval_ = timestamp - lastKey_;
    }
    lastKey_ = timestamp;
    return true;
}

// The landing's own picture is an intra picture, unless an edit list hides it (then what follows it is good, and no
// edit begins among leading pictures) or the container calls keyframe what is none.
bool VideoDecoder::isWhole(const AVFrame& picture) {
    if (landingState_ == Landing::Done) {
        return true;
    }
    if (picture.best_effort_timestamp == AV_NOPTS_VALUE) {
        return false;
    }
    const bool intra = isKeyFrame(picture) || picture.pict_type == AV_PICTURE_TYPE_I;
    if (landingState_ == Landing::AwaitPicture && (intra || landingHidden_)) {
        landingState_ = Landing::Done;
        return true;
    }
    return false;
}

void VideoDecoder::feed() {
    int code = demuxer_.read(*packet_);
    if (code >= 0 && isEncrypted(*packet_)) {
        av_packet_unref(packet_.get());
        encrypted_ = true;
        code = AVERROR_EOF;
    }
    if (code < 0) {
        if (code != AVERROR_EOF && !interrupted_) {
            problem_ = ffmpegErrorText(code);
            demuxFailed_ = true;
        }
        draining_ = true;
        avcodec_send_packet(codec_.get(), nullptr);
        return;
    }
    if (isUseful(*packet_)) {
        hurry(*packet_);
        code = avcodec_send_packet(codec_.get(), packet_.get());
        if (code < 0) {
            note(code);
        } else if ((packet_->flags & AV_PKT_FLAG_CORRUPT) != 0) {
            note(AVERROR_INVALIDDATA);
        }
    }
    av_packet_unref(packet_.get());
}

Result<AvFramePtr> VideoDecoder::decode() {
    AvFramePtr picture(av_frame_alloc());
    while (!interrupted_) {
        const int code = receivePicture(*codec_, *picture);
        if (code == 0) {
            interlaced_ = interlaced_ || isInterlaced(*picture);
            if (picture->decode_error_flags != 0) {
                note(AVERROR_INVALIDDATA);
            }
            if (isWhole(*picture)) {
                return picture;
            }
        } else if (code == AVERROR(EAGAIN)) {
            feed();
        } else if (code == AVERROR_EOF || (draining_ && ++drainErrors_ > kMaxDrainErrors)) {
            return fail(ErrorCode::EndOfStream, "End of the video.");
        } else {
            note(code);  // a damaged picture: what follows may be sound
        }
    }
    return fail(ErrorCode::Cancelled, "Reading was cancelled.");
}

Result<AvFramePtr> VideoDecoder::next() {
    if (!codec_) {
        return fail(ErrorCode::Io, fmt::format("{} cannot be read any more: it was changed. Open it again.",
                                               demuxer_.path().string()));
    }
    while (true) {
        if (AvFramePtr picture = deinterlacer_.pull()) {
            return picture;
        }
        if (ended_) {
            return fail(ErrorCode::EndOfStream, "End of the video.");
        }
        auto decoded = decode();
        if (decoded) {
            deinterlacer_.push(std::move(*decoded));
        } else if (decoded.error().code == ErrorCode::EndOfStream) {
            ended_ = true;
            deinterlacer_.push(nullptr);
        } else {
            return decoded;
        }
    }
}

}  // namespace sightline
