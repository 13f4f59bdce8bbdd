#include "core/media/live/live_input.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "core/media/ffmpeg_common.h"
#include "core/media/frame_converter.h"
#include "core/media/live/live_sound.h"

extern "C" {
#include <libavdevice/avdevice.h>
}

namespace sightline {
namespace {

using std::chrono::steady_clock;

// Pictures larger than this (16 k x 8 k) come from damaged headers.
constexpr std::int64_t kMaxPixels = 134'217'728;
// Pieces of a live playlist are usually two to ten seconds long.
constexpr auto kPieceTimeout = std::chrono::seconds(15);
// A paced stream that is late by more than this starts its timing again.
constexpr auto kMaxLag = std::chrono::milliseconds(500);
// Between two pictures of a paced stream: more than the first, and so many times the usual, is no pause but a leap of
// the clock, as where a live channel goes over to another programme.
constexpr auto kLeap = std::chrono::seconds(1);
constexpr int kLeapSteps = 10;
constexpr auto kFirstStep = std::chrono::milliseconds(100);  // where the stream tells no rate

class Dictionary {
public:
    Dictionary() = default;
    Dictionary(const Dictionary&) = delete;
    Dictionary& operator=(const Dictionary&) = delete;
    ~Dictionary() { av_dict_free(&entries_); }

    void set(const char* key, const std::string& value) { av_dict_set(&entries_, key, value.c_str(), 0); }
    AVDictionary** get() { return &entries_; }

private:
    AVDictionary* entries_ = nullptr;
};

class LiveInput final : public FrameSource {
public:
    LiveInput(const SourceAddress& address, const LiveInputOptions& options) : address_(address), options_(options) {}

    Result<void> open();

    const StreamDescription& description() const override { return description_; }
    Result<Frame> read() override;
    Result<void> seek(MediaTime) override { return fail(ErrorCode::Unsupported, "A live source cannot be sought."); }
    void interrupt() override {
        {
            const std::lock_guard lock(mutex_);
            interrupted_ = true;
        }
        changed_.notify_all();
    }

private:
    static int mustStop(void* self);
    Result<void> connect();
    Result<void> openDecoder();
    Error openError(int code) const;
    Error readError(int code) const;
    Result<AvFramePtr> decode();
    void fetchSoundIfWanted();
    Result<AvFramePtr> nextPicture();
    Result<void> waitUntil(SteadyTime due);
    Result<void> waitUntilDue(const AVFrame& picture);
    Error cancelled() const { return {ErrorCode::Cancelled, "Reading was cancelled.", {}}; }
    bool isScreen() const { return address_.kind == SourceKind::Screen; }
    std::string_view kind() const { return format_->iformat->name; }
    bool isPieces() const { return kind() == "hls" || kind() == "dash"; }
    bool isPicture() const { return isHttp() && (kind() == "image2" || kind().ends_with("_pipe")); }
    bool isHttp() const { return address_.target.starts_with("http"); }
    bool isRtsp() const { return address_.target.starts_with("rtsp"); }
    bool wantsSound() const { return options_.sound && options_.sound->isWanted(); }

    // changed by connect() only
    const SourceAddress address_;
    const LiveInputOptions options_;
    StreamDescription description_;
    std::chrono::milliseconds stallTimeout_{};
    bool paced_ = false;
    bool finite_ = false;

    // reading thread only
    steady_clock::time_point deadline_{};
    AVStream* stream_ = nullptr;
    FormatContextPtr format_;
    CodecContextPtr codec_;
    AvFramePtr early_;                  // a picture that opening needed
    std::unique_ptr<LiveSound> sound_;  // null: there is none, or nobody listens
    bool connectedForSound_ = false;
    FrameConverter converter_{1};
    std::uint64_t next_ = 0;
    SteadyTime first_{};
    std::int64_t lastPts_ = AV_NOPTS_VALUE;
    SteadyTime lastDue_{};
    MediaTime usualStep_ = kFirstStep;
    SteadyTime connected_{};           // when
    std::uint64_t picturesSince_ = 0;  // it connected
    int lastCode_ = 0;                 // of av_read_frame()

    std::atomic<bool> interrupted_ = false;
    std::mutex mutex_;  // for changed_
    std::condition_variable changed_;
};

int LiveInput::mustStop(void* self) {
    const auto* input = static_cast<LiveInput*>(self);
    return input->interrupted_ || steady_clock::now() > input->deadline_ ? 1 : 0;
}

Error LiveInput::openError(int code) const {
    const std::string detail = ffmpegErrorText(code);
    if (interrupted_) {
        return cancelled();
    }
    if (isScreen() && address_.screen.window != 0) {
        return {ErrorCode::Device,
                address_.name +
                    " cannot be watched: it was closed or minimized, or there is no X display. Bring it up, "
                    "or choose another; on Wayland only windows of X programs can be watched.",
                detail};
    }
    if (isScreen()) {
        const std::string display =
            address_.screen.display.empty() ? "the screen" : "screen " + address_.screen.display;
        return {ErrorCode::Device,
                fmt::format("Cannot watch {}: there is no X display, or the area is not on it. Check DISPLAY "
                            "and the area; Wayland's screens cannot be watched.",
                            display),
                detail};
    }
    const auto unreachable = [&](std::string_view cause) {
        return Error{ErrorCode::Device, fmt::format("Cannot open {}: {}", address_.name, cause), detail};
    };
    const auto unsupported = [&](std::string_view cause) {
        return Error{ErrorCode::Unsupported, fmt::format("Cannot open {}: {}", address_.name, cause), detail};
    };
    switch (code) {
        case AVERROR(ECONNREFUSED):
            return unreachable("nothing listens there. Check address and port, and that the camera or server runs.");
        case AVERROR(ETIMEDOUT):
        case AVERROR_EXIT:
            return unreachable(fmt::format("no answer within {:.0f} s. Check the address and the network.",
                                           toSeconds(options_.openTimeout)));
        case AVERROR(EHOSTUNREACH):
        case AVERROR(ENETUNREACH):
            return unreachable("the network does not lead there. Check the address and the network.");
        case AVERROR_HTTP_UNAUTHORIZED:
        case AVERROR_HTTP_FORBIDDEN:
            return unreachable(
                "it asks for a user name and password, or refuses them. Write them as "
                "rtsp://name:password@host/.");
        case AVERROR_HTTP_NOT_FOUND:
            return unreachable("the server knows no such address. Check the part after the host's name.");
        case AVERROR_PROTOCOL_NOT_FOUND: return unsupported("the protocol is not known here. Use rtsp: or http:.");
        case AVERROR_INVALIDDATA:
        case AVERROR_DEMUXER_NOT_FOUND:
            return unsupported(
                "what comes from there is no video. Check that the address is that of the stream and "
                "not of a web page.");
        default:
            return unreachable(
                "the host's name is not known, or the connection broke. Check the address and the "
                "network.");
    }
}

Error LiveInput::readError(int code) const {
    if (interrupted_) {
        return cancelled();
    }
    const std::string detail = ffmpegErrorText(code);
    if (code == AVERROR_EOF && finite_) {
        return {ErrorCode::EndOfStream, "End of the stream.", {}};
    }
    if (isScreen()) {
        return {ErrorCode::Device,
                address_.name + (address_.screen.window != 0 ? " shows nothing now: it was closed or minimized."
                                                             : " can be watched no more: the display was closed."),
                detail};
    }
    if (code == AVERROR_EXIT || code == AVERROR(ETIMEDOUT)) {
        return {
            ErrorCode::Device,
            fmt::format("{} sends no pictures any more. Check the camera or server and the network.", address_.name),
            detail};
    }
    return {ErrorCode::Device,
            fmt::format("The connection to {} broke. Check the camera or server and the network.", address_.name),
            detail};
}

Result<void> LiveInput::open() {
    routeFfmpegLog();
    static std::once_flag once;
    std::call_once(once, [] {
        avdevice_register_all();
        avformat_network_init();
    });
    return connect();
}

Result<void> LiveInput::connect() {
    connected_ = steady_clock::now();
    connectedForSound_ = wantsSound();
    picturesSince_ = 0;
    codec_.reset();
    early_.reset();
    sound_.reset();
    format_.reset();
    Dictionary options;
    const AVInputFormat* grabber = nullptr;
    std::string url = address_.target;
    if (isScreen()) {
        grabber = av_find_input_format("x11grab");
        if (!grabber) {
            return fail(ErrorCode::Unsupported,
                        "Cannot watch the screen: this FFmpeg has no x11grab. Install the "
                        "distribution's own FFmpeg.");
        }
        const ScreenArea& area = address_.screen;
        const char* environment = std::getenv("DISPLAY");
        url = !area.display.empty() ? area.display : environment ? environment : "";
        options.set("framerate", fmt::format("{}", options_.screenFrameRate));
        if (area.window != 0) {
            options.set("window_id", fmt::format("{}", area.window));
        } else if (area.width > 0) {
            options.set("video_size", fmt::format("{}x{}", area.width, area.height));
            options.set("grab_x", fmt::format("{}", area.x));
            options.set("grab_y", fmt::format("{}", area.y));
        }
    } else {
        const auto microseconds = fmt::format("{}", std::chrono::microseconds(options_.openTimeout).count());
        if (isRtsp()) {
            if (!connectedForSound_) {  // what is not asked for is not sent
                options.set("allowed_media_types", "video");
            }
            options.set("rtsp_transport", "tcp+udp");
            options.set("rtsp_flags", "prefer_tcp");  // UDP loses packets, and pictures with them
            options.set("timeout", microseconds);
        } else {
            options.set("rw_timeout", microseconds);
            options.set("pattern_type", "none");  // of single pictures: a % in their address counts nothing
        }
        options.set("analyzeduration", "1000000");
    }
    AVFormatContext* raw = avformat_alloc_context();
    raw->interrupt_callback = {&LiveInput::mustStop, this};
    deadline_ = steady_clock::now() + options_.openTimeout;
    int code = avformat_open_input(&raw, url.c_str(), grabber, options.get());
    if (code < 0) {  // avformat_open_input freed the context
        return tl::unexpected(openError(code));
    }
    format_.reset(raw);
    // What is looked at here comes again, unlike with "nobuffer": it may hold the only keyframe for many seconds.
    code = avformat_find_stream_info(format_.get(), nullptr);
    if (code < 0) {
        return tl::unexpected(openError(code));
    }
    return openDecoder();
}

Result<void> LiveInput::openDecoder() {
    const AVCodec* decoder = nullptr;
    const int index = av_find_best_stream(format_.get(), AVMEDIA_TYPE_VIDEO, -1, -1, &decoder, 0);
    if (interrupted_) {
        return tl::unexpected(cancelled());
    }
    if (index == AVERROR_STREAM_NOT_FOUND) {
        return fail(ErrorCode::Unsupported,
                    fmt::format("Cannot open {}: it has no video. Check the address.", address_.name));
    }
    if (index < 0) {
        return fail(ErrorCode::Unsupported,
                    fmt::format("Cannot open {}: its video codec is unknown here. Let the camera send H.264 or MJPEG.",
                                address_.name));
    }
    stream_ = format_->streams[index];
    if (options_.sound && (connectedForSound_ || !isRtsp())) {
        sound_ = LiveSound::open(*format_, options_.sound);
        options_.sound->opened(sound_ != nullptr);
    }
    for (unsigned i = 0; i < format_->nb_streams; ++i) {
        format_->streams[i]->discard = static_cast<int>(i) == index ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
    }
    fetchSoundIfWanted();
    codec_.reset(avcodec_alloc_context3(decoder));
    avcodec_parameters_to_context(codec_.get(), stream_->codecpar);
    codec_->pkt_timebase = stream_->time_base;
    codec_->thread_count = 1;  // more hold pictures back
    codec_->flags |= AV_CODEC_FLAG_LOW_DELAY;
    codec_->max_pixels = kMaxPixels;
    const auto undecodable = [this](const std::string& detail) {
        return fail(ErrorCode::Unsupported,
                    fmt::format("Cannot open {}: no whole picture of it came, or it cannot be decoded. Check that the "
                                "camera sends video, with a keyframe every few seconds.",
                                address_.name),
                    detail);
    };
    if (const int code = avcodec_open2(codec_.get(), decoder, nullptr); code < 0) {
        return undecodable(ffmpegErrorText(code));
    }
    const bool pieces = isPieces();
    finite_ = !isScreen() && format_->duration != AV_NOPTS_VALUE && format_->duration > 0;
    paced_ = pieces || finite_;
    stallTimeout_ =
        pieces ? std::chrono::duration_cast<std::chrono::milliseconds>(kPieceTimeout) : options_.stallTimeout;
    if (codec_->width <= 0) {  // what was looked at holds no keyframe
        auto picture = decode();
        if (!picture && picture.error().code == ErrorCode::Cancelled) {
            return tl::unexpected(picture.error());
        }
        if (!picture) {
            return undecodable(picture.error().detail);
        }
        early_ = std::move(*picture);
    }
    description_.name = address_.name;
    description_.width = codec_->width;
    description_.height = codec_->height;
    const AVRational rate = av_guess_frame_rate(format_.get(), stream_, nullptr);
    description_.frameRate = rate.num > 0 && rate.den > 0 ? av_q2d(rate) : 0.0;
    if (description_.frameRate > 0) {
        usualStep_ = std::chrono::duration_cast<MediaTime>(std::chrono::duration<double>(1.0 / description_.frameRate));
    }
    description_.live = true;
    if (isPicture()) {  // to which FFmpeg gives a rate of its own
        description_.frameRate = 0.0;
    }
    return {};
}

// A playlist's own sound is not fetched then; other streams bring it along, and it is not looked at.
void LiveInput::fetchSoundIfWanted() {
    if (sound_) {
        format_->streams[sound_->stream()]->discard = wantsSound() ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
    }
}

Result<AvFramePtr> LiveInput::decode() {
    PacketPtr packet(av_packet_alloc());
    AvFramePtr picture(av_frame_alloc());
    // Counts to the next whole picture: a server that sends what cannot be decoded is as good as silent. Only before
    // the first one a stream that goes on has time until its next keyframe.
    const auto begun = steady_clock::now();
    deadline_ = begun + stallTimeout_;
    while (true) {
        if (interrupted_) {
            return tl::unexpected(cancelled());
        }
        if (receivePicture(*codec_, *picture) == 0) {
            return picture;
        }
        fetchSoundIfWanted();
        const int code = lastCode_ = av_read_frame(format_.get(), packet.get());
        if (code == AVERROR(EAGAIN) && steady_clock::now() < deadline_) {
            continue;  // the demuxer waited itself
        }
        if (code < 0 || steady_clock::now() > deadline_) {
            av_packet_unref(packet.get());
            return tl::unexpected(readError(code < 0 && code != AVERROR(EAGAIN) ? code : AVERROR_EXIT));
        }
        if (packet->stream_index == stream_->index) {
            if (picturesSince_ == 0) {
                deadline_ = std::max(deadline_,
                                     std::min(steady_clock::now() + stallTimeout_, begun + options_.keyframeTimeout));
            }
            avcodec_send_packet(codec_.get(), packet.get());  // damaged packets are left out
        } else if (sound_ && packet->stream_index == sound_->stream()) {
            sound_->hear(*packet);
        }
        av_packet_unref(packet.get());
    }
}

// The next one of the stream; of an address that gives a single one, that one again.
Result<AvFramePtr> LiveInput::nextPicture() {
    if (codec_ && isRtsp() && wantsSound() != connectedForSound_) {  // sound is asked for when it connects
        if (auto again = connect(); !again) {
            return tl::unexpected(again.error());
        }
    }
    const bool isOpen = codec_ != nullptr;  // not when asking again failed
    if (early_) {
        ++picturesSince_;
        return std::exchange(early_, nullptr);
    }
    auto picture = isOpen ? decode() : tl::unexpected(readError(lastCode_));
    if (!picture && (!isOpen || (isHttp() && lastCode_ == AVERROR_EOF && picturesSince_ == 1))) {
        if (auto due = waitUntil(connected_ + options_.snapshotInterval); !due) {
            return tl::unexpected(due.error());
        }
        if (auto again = connect(); !again) {
            return tl::unexpected(again.error());
        }
        picture = decode();
    }
    picturesSince_ += picture ? 1 : 0;
    return picture;
}

Result<void> LiveInput::waitUntil(SteadyTime due) {
    std::unique_lock lock(mutex_);
    if (changed_.wait_until(lock, due, [this] { return interrupted_.load(); })) {
        return tl::unexpected(cancelled());
    }
    return {};
}

Result<void> LiveInput::waitUntilDue(const AVFrame& picture) {
    const std::int64_t stamp = picture.best_effort_timestamp;
    if (!paced_ || stamp == AV_NOPTS_VALUE) {
        return {};
    }
    const SteadyTime now = steady_clock::now();
    SteadyTime due = now;
    if (lastPts_ != AV_NOPTS_VALUE) {
        MediaTime step(av_rescale_q(stamp - lastPts_, stream_->time_base, kNanosecondBase));
        const MediaTime longest = finite_ ? kPieceTimeout : std::max<MediaTime>(kLeap, kLeapSteps * usualStep_);
        if (step < MediaTime::zero() || step > std::min<MediaTime>(longest, kPieceTimeout)) {
            step = usualStep_;
        } else if (step > MediaTime::zero()) {
            usualStep_ = step;
        }
        due = lastDue_ + step;
    }
    lastPts_ = stamp;
    lastDue_ = due + kMaxLag < now ? now : due;
    return waitUntil(due);
}

Result<Frame> LiveInput::read() {
    auto picture = nextPicture();
    if (!picture) {
        return tl::unexpected(picture.error());
    }
    if (auto due = waitUntilDue(**picture); !due) {
        return tl::unexpected(due.error());
    }
    auto image = converter_.convert(**picture);
    if (!image) {
        return tl::unexpected(image.error());
    }
    Frame frame;
    frame.captured = steady_clock::now();
    if (next_ == 0) {
        first_ = frame.captured;
    }
    frame.id = next_++;
    frame.pts = frame.captured - first_;
    const AVRational aspect = av_guess_sample_aspect_ratio(format_.get(), stream_, picture->get());
    frame.pixelAspect = aspect.num > 0 && aspect.den > 0 ? av_q2d(aspect) : 1.0;
    frame.image = std::move(*image);
    return frame;
}

}  // namespace

Result<std::unique_ptr<FrameSource>> openLiveInput(const SourceAddress& address, const LiveInputOptions& options,
                                                   const std::stop_token& stop) {
    auto input = std::make_unique<LiveInput>(address, options);
    const std::stop_callback interrupt(stop, [&input] { input->interrupt(); });
    if (auto opened = input->open(); !opened) {
        return tl::unexpected(opened.error());
    }
    return input;
}

}  // namespace sightline
