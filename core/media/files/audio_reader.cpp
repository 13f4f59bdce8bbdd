#include "core/media/files/audio_reader.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/base/logging.h"
#include "core/media/files/stream_demuxer.h"
#include "core/media/files/video_decoder.h"
#include "core/media/files/video_input.h"

extern "C" {
#include <libavutil/channel_layout.h>
#include <libswresample/swresample.h>
}

namespace sightline {
namespace {

// Decoders settle within this: 80 ms for Opus (RFC 7845 section 4.6), a bit reservoir of 9 frames for MP3 at most.
constexpr auto kPreroll = std::chrono::milliseconds(300);
// Containers round times to 1 ms, some programs to a whole packet's start; a real gap is a lost packet, 20 ms or more.
constexpr auto kTolerance = std::chrono::milliseconds(10);
// How much earlier a seek that landed too late is tried again at first; then twice that, and so on.
constexpr auto kRetreat = std::chrono::seconds(1);

struct ResamplerDeleter {
    void operator()(SwrContext* context) const { swr_free(&context); }
};
using ResamplerPtr = std::unique_ptr<SwrContext, ResamplerDeleter>;

class AudioReader final : public AudioSource {
public:
    AudioReader(const std::filesystem::path& path, const AudioFormat& format, int stream = -1)
        : format_(format), demuxer_(path, interrupted_, AVMEDIA_TYPE_AUDIO, stream) {}

    // False: there is no audio.
    Result<bool> open();
    Result<void> openAlone();  // without pictures

    // What the stream is itself.
    AudioFormat ownFormat() const;

    const AudioFormat& format() const override { return format_; }
    Result<std::size_t> read(std::span<float> samples) override;
    Result<void> seek(MediaTime time) override;
    void interrupt() override { interrupted_ = true; }

private:
    bool decode();  // more samples into pending_; false at the end
    void feed();
    bool take(const AVFrame& frame);
    bool configure(const AVFrame& frame);
    void convert(const AVFrame* frame);  // null: what the resampler holds back
    bool jump(std::int64_t timestamp);

    std::int64_t indexOf(MediaTime time) const { return av_rescale(time.count(), format_.rate, kNanosecondBase.den); }
    std::string name() const { return demuxer_.path().string(); }
    static Error cancelledError() { return {ErrorCode::Cancelled, "Reading was cancelled.", {}}; }

    Result<void> openCodec();

    // immutable after open()
    AudioFormat format_;
    std::int64_t origin_ = 0;  // of MediaTime, in the stream's time base

    std::atomic<bool> interrupted_ = false;

    // reading thread only
    StreamDemuxer demuxer_;
    CodecContextPtr decoder_;
    PacketPtr packet_{av_packet_alloc()};
    AvFramePtr frame_{av_frame_alloc()};
    ResamplerPtr resampler_;
    AVSampleFormat inputFormat_ = AV_SAMPLE_FMT_NONE;  // of what resampler_ takes
    int inputRate_ = 0;
    int inputChannels_ = 0;
    bool held_ = false;  // frame_ was decoded, but not taken
    bool draining_ = false;
    std::int64_t position_ = 0;   // index of the next sample frame to give out
    std::vector<float> pending_;  // decoded, not yet given out; all of one run without breaks
    std::size_t used_ = 0;        // floats of pending_ that were given out
    std::int64_t pendingAt_ = 0;  // index of the first sample frame in pending_ after those
    bool contiguous_ = false;     // what is decoded next is behind those
    bool failed_ = false;         // reading ended by an error
};

Result<bool> AudioReader::open() {
    routeFfmpegLog();
    const auto& path = demuxer_.path();
    // First, so that what is no video at all is told as such.
    VideoDecoder video(path, 1, interrupted_);  // one thread, so that the first picture comes out at once
    if (auto opened = video.open(); !opened) {
        return tl::unexpected(opened.error());
    }
    if (auto opened = demuxer_.open(); !opened) {
        if (opened.error().code == ErrorCode::Unsupported) {
            return false;
        }
        return tl::unexpected(opened.error());
    }
    if (auto opened = openCodec(); !opened) {
        return tl::unexpected(opened.error());
    }
    if (const auto first = video.next(); first && (*first)->best_effort_timestamp != AV_NOPTS_VALUE) {
        const AVStream& pictures = video.demuxer().stream();
        const std::int64_t zero = timeZero(video.demuxer().format(), pictures, (*first)->best_effort_timestamp);
        origin_ = av_rescale_q(zero, pictures.time_base, demuxer_.stream().time_base);
    }
    return true;
}

Result<void> AudioReader::openAlone() {
    routeFfmpegLog();
    if (auto opened = demuxer_.open(); !opened) {
        return opened;
    }
    const std::int64_t start = demuxer_.stream().start_time;
    origin_ = start == AV_NOPTS_VALUE ? 0 : start;
    return openCodec();
}

Result<void> AudioReader::openCodec() {
    auto decoder = openDecoder(demuxer_.stream(), 1);
    if (!decoder) {
        return tl::unexpected(decoder.error());
    }
    decoder_ = std::move(*decoder);
    if (format_.channels < 1) {
        format_ = ownFormat();
    }
    return {};
}

AudioFormat AudioReader::ownFormat() const {
    const AVCodecParameters& codec = *demuxer_.stream().codecpar;
    AudioFormat own{codec.sample_rate, std::max(codec.ch_layout.nb_channels, 1)};
    if (codec.ch_layout.order == AV_CHANNEL_ORDER_NATIVE) {
        own.places = codec.ch_layout.u.mask;
    }
    return own;
}

Result<std::size_t> AudioReader::read(std::span<float> samples) {
    const auto channels = static_cast<std::size_t>(format_.channels);
    std::size_t filled = 0;  // sample frames
    const std::size_t wanted = samples.size() / channels;
    while (filled < wanted && !interrupted_) {
        if (used_ == pending_.size()) {
            if (!decode()) {
                break;
            }
            continue;
        }
        const std::size_t there = (pending_.size() - used_) / channels;
        float* out = samples.data() + filled * channels;
        std::size_t step = 0;
        if (pendingAt_ > position_) {  // a gap
            step = std::min(wanted - filled, static_cast<std::size_t>(pendingAt_ - position_));
            std::fill_n(out, step * channels, 0.0F);
        } else if (pendingAt_ < position_) {  // before a sought time, or twice there
            const std::size_t skipped = std::min(there, static_cast<std::size_t>(position_ - pendingAt_));
            used_ += skipped * channels;
            pendingAt_ += static_cast<std::int64_t>(skipped);
            continue;
        } else {
            step = std::min(wanted - filled, there);
            std::copy_n(pending_.data() + used_, step * channels, out);
            used_ += step * channels;
            pendingAt_ += static_cast<std::int64_t>(step);
        }
        filled += step;
        position_ += static_cast<std::int64_t>(step);
    }
    if (interrupted_) {
        return tl::unexpected(cancelledError());
    }
    return filled;
}

bool AudioReader::decode() {
    pending_.clear();
    used_ = 0;
    while (!interrupted_) {
        if (!held_) {
            const int code = avcodec_receive_frame(decoder_.get(), frame_.get());
            if (code == AVERROR_EOF || (code < 0 && draining_)) {
                convert(nullptr);
                return !pending_.empty();
            }
            if (code < 0) {
                feed();
                continue;
            }
        }
        held_ = !take(*frame_);
        if (!held_) {
            av_frame_unref(frame_.get());
        }
        if (!pending_.empty()) {
            return true;
        }
    }
    return false;
}

// One packet, or word that there are no more. Damaged packets become gaps.
void AudioReader::feed() {
    const int code = demuxer_.read(*packet_);
    if (code >= 0) {
        avcodec_send_packet(decoder_.get(), packet_.get());
    } else {
        if (code != AVERROR_EOF && !interrupted_ && !std::exchange(failed_, true)) {
            logger("media")->warn("The audio of {} breaks off: {}", name(), ffmpegErrorText(code));
        }
        draining_ = true;
        avcodec_send_packet(decoder_.get(), nullptr);
    }
    av_packet_unref(packet_.get());
}

// To where the container says the frame belongs, or right behind what came before when that is the same by its
// rounding. False: the end of what came before is to be given out first.
bool AudioReader::take(const AVFrame& frame) {
    bool follows = contiguous_;
    std::int64_t at = pendingAt_;
    if (frame.best_effort_timestamp != AV_NOPTS_VALUE) {
        at = av_rescale_q(frame.best_effort_timestamp - origin_, demuxer_.stream().time_base, {1, format_.rate});
        const std::int64_t expected = pendingAt_ + (resampler_ ? swr_get_delay(resampler_.get(), format_.rate) : 0);
        follows = follows && std::abs(at - expected) <= indexOf(kTolerance);
    }
    const bool same = resampler_ && frame.format == inputFormat_ && frame.sample_rate == inputRate_ &&
                      frame.ch_layout.nb_channels == inputChannels_;
    if (!follows || !same) {
        convert(nullptr);
        if (!follows) {
            contiguous_ = false;
        }
        if (!pending_.empty()) {
            return false;
        }
        if (!configure(frame)) {
            return true;
        }
    }
    if (!follows) {
        pendingAt_ = at;
    }
    contiguous_ = true;
    convert(&frame);
    return true;
}

bool AudioReader::configure(const AVFrame& frame) {
    AVChannelLayout from{};
    if (frame.ch_layout.order == AV_CHANNEL_ORDER_UNSPEC) {
        av_channel_layout_default(&from, frame.ch_layout.nb_channels);
    } else {
        av_channel_layout_copy(&from, &frame.ch_layout);
    }
    AVChannelLayout to{};
    if (format_.places == 0 || av_channel_layout_from_mask(&to, format_.places) < 0 ||
        to.nb_channels != format_.channels) {
        av_channel_layout_default(&to, format_.channels);
    }
    SwrContext* raw = nullptr;
    int code = swr_alloc_set_opts2(&raw, &to, AV_SAMPLE_FMT_FLT, format_.rate, &from,
                                   static_cast<AVSampleFormat>(frame.format), frame.sample_rate, 0, nullptr);
    resampler_.reset(raw);
    if (code >= 0) {
        code = swr_init(raw);
    }
    av_channel_layout_uninit(&from);
    av_channel_layout_uninit(&to);
    if (code < 0) {
        logger("media")->debug("{}: audio of this kind cannot be resampled: {}", name(), ffmpegErrorText(code));
        resampler_.reset();
        return false;
    }
    inputFormat_ = static_cast<AVSampleFormat>(frame.format);
    inputRate_ = frame.sample_rate;
    inputChannels_ = frame.ch_layout.nb_channels;
    return true;
}

void AudioReader::convert(const AVFrame* frame) {
    if (!resampler_) {
        return;
    }
    const int room = swr_get_out_samples(resampler_.get(), frame ? frame->nb_samples : 0);
    if (room <= 0) {
        return;
    }
    const std::size_t before = pending_.size();
    const auto channels = static_cast<std::size_t>(format_.channels);
    pending_.resize(before + static_cast<std::size_t>(room) * channels);
    auto* out = reinterpret_cast<std::uint8_t*>(pending_.data() + before);
    const auto* const* in = frame ? const_cast<const std::uint8_t**>(frame->extended_data) : nullptr;
    const int made =
        swr_convert(resampler_.get(), &out, room, const_cast<const std::uint8_t**>(in), frame ? frame->nb_samples : 0);
    pending_.resize(before + static_cast<std::size_t>(std::max(made, 0)) * channels);
    if (!frame) {
        resampler_.reset();
    }
}

bool AudioReader::jump(std::int64_t timestamp) {
    if (!demuxer_.jump(timestamp)) {
        return false;
    }
    avcodec_flush_buffers(decoder_.get());
    resampler_.reset();
    held_ = draining_ = contiguous_ = false;
    pending_.clear();
    used_ = 0;
    return true;
}

// Containers may land too late, so from ever further back until a sample at or before the wanted one comes out; at last
// from the start, where there may be none.
Result<void> AudioReader::seek(MediaTime time) {
    const std::int64_t wanted = indexOf(std::max(time, MediaTime::zero()));
    const auto ticks = [this](MediaTime span) {
        return av_rescale_q(span.count(), kNanosecondBase, demuxer_.stream().time_base);
    };
    const std::int64_t start = demuxer_.stream().start_time;
    const std::int64_t first = start == AV_NOPTS_VALUE ? origin_ : std::min(origin_, start);
    std::int64_t target = origin_ + ticks(time - kPreroll);
    for (MediaTime retreat = kRetreat;; retreat *= 2) {
        target = std::max(target, first);
        if (!jump(target)) {
            return fail(ErrorCode::Io,
                        fmt::format("Cannot seek in the audio of {}: the file cannot be read there. It plays silently.",
                                    name()));
        }
        position_ = wanted;
        if (!decode() || pendingAt_ <= wanted || target == first) {
            break;
        }
        target -= ticks(retreat);
    }
    if (interrupted_) {
        return tl::unexpected(cancelledError());
    }
    return {};
}

}  // namespace

Result<std::unique_ptr<AudioSource>> openAudio(const std::filesystem::path& path, const AudioFormat& format,
                                               int stream) {
    auto reader = std::make_unique<AudioReader>(path, format, stream);
    const auto found = reader->open();
    if (!found) {
        return tl::unexpected(found.error());
    }
    return std::unique_ptr<AudioSource>(*found ? std::move(reader) : nullptr);
}

Result<std::optional<AudioFormat>> audioFormatOf(const std::filesystem::path& path) {
    AudioReader reader(path, {});
    const auto found = reader.open();
    if (!found) {
        return tl::unexpected(found.error());
    }
    return *found ? std::optional(reader.ownFormat()) : std::nullopt;
}

Result<std::unique_ptr<AudioSource>> openSoundFile(const std::filesystem::path& path, const AudioFormat& format) {
    auto reader = std::make_unique<AudioReader>(path, format);
    if (auto opened = reader->openAlone(); !opened) {
        return tl::unexpected(opened.error());
    }
    return std::unique_ptr<AudioSource>(std::move(reader));
}

}  // namespace sightline
