#include "core/media/files/ffmpeg_file_source.h"

#include <algorithm>
#include <atomic>
#include <deque>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "core/base/logging.h"
#include "core/media/files/animated_webp.h"
#include "core/media/files/video_decoder.h"
#include "core/media/files/video_input.h"
#include "core/media/frame_converter.h"
#include "core/media/orientation.h"

namespace sightline {
namespace {

using std::chrono::duration_cast;

// A stream that ends this much before its own announced duration was cut short. Containers round their durations, so
// both slacks are wide.
constexpr auto kDurationSlack = std::chrono::seconds(1);
constexpr double kDurationShare = 0.9;
constexpr auto kLongestPacket = std::chrono::milliseconds(500);
// Where no index tells the next keyframe and none was seen yet: common coders set one every 2 to 10 s at most.
constexpr auto kUsualKeyInterval = std::chrono::seconds(2);
// Nearer than this no jump pays: it empties the decoder's pipeline and decodes half a group of pictures on average.
constexpr auto kJumpCost = std::chrono::milliseconds(250);

// On the way to a sought picture, those that lie this much before it need not be decoded where no other leans on them:
// at the nominal rate that leaves out all but the picture itself. One that lasts longer is looked for again.
constexpr double kHurryFrames = 1.25;
constexpr auto kHurryMargin = std::chrono::milliseconds(100);  // where there is no rate
// On the way to one just before, these are kept for the steps back that follow.
constexpr auto kStepBackSpan = std::chrono::milliseconds(500);
constexpr std::size_t kBehindBytes = 32U << 20U;
constexpr std::size_t kBehindPictures = 16;

std::size_t bytesOf(const AVFrame& picture) {
    std::size_t bytes = 0;
    for (const AVBufferRef* buffer : picture.buf) {
        bytes += buffer ? buffer->size : 0;
    }
    return bytes;
}

class FfmpegFileSource final : public FrameSource {
public:
    FfmpegFileSource(const std::filesystem::path& path, const VideoFileOptions& options)
        : decoder_(path, options.decoderThreads, interrupted_), converter_(options.decoderThreads) {}

    Result<void> open();

    const StreamDescription& description() const override { return description_; }
    Result<Frame> read() override;
    Result<FrameGlimpse> glimpse() override;
    Result<void> seek(MediaTime time) override;
    void interrupt() override { interrupted_ = true; }

private:
    // A decoded picture and where it stands.
    struct Decoded {
        AvFramePtr picture;
        MediaTime pts;
        MediaTime duration;
    };

    Result<void> begin();
    Result<Decoded> decode();
    Decoded place(AvFramePtr picture);
    Result<bool> decodeUpTo(MediaTime time);  // fills ahead_; false when every frame is later than `time`
    Result<bool> jumpTo(MediaTime time, MediaTime margin);
    void leaveBehind(Decoded decoded);
    MediaTime hurryMargin() const;
    void hurryTo(MediaTime time) { decoder_.hurryTo(start_.value_or(0) + toStream(time)); }
    bool leftOutAfter(const Decoded& decoded) const;
    bool isOnwardCheaper(MediaTime from, MediaTime to) const;
    Result<void> advance();                  // to the next picture: last_
    Result<Frame> shown();                   // that
    Frame describe(const Decoded& decoded);  // without its image
    Result<Image> convert(const AVFrame& picture);
    Error atEnd();
    bool endsEarly();
    static Error cancelled() { return {ErrorCode::Cancelled, "Reading was cancelled.", {}}; }

    std::string path() const { return decoder_.demuxer().path().string(); }
    MediaTime fromStream(std::int64_t ticks) const {
        return MediaTime(av_rescale_q(ticks, decoder_.demuxer().stream().time_base, kNanosecondBase));
    }
    std::int64_t toStream(MediaTime time) const {
        return av_rescale_q(time.count(), kNanosecondBase, decoder_.demuxer().stream().time_base);
    }

    // immutable after open()
    StreamDescription description_;

    std::atomic<bool> interrupted_ = false;

    // reading thread only
    VideoDecoder decoder_;
    FrameConverter converter_;
    std::optional<Decoded> last_;        // given out by the latest read()
    std::deque<Decoded> ahead_;          // decoded, not yet read
    std::deque<Decoded> behind_;         // those right before last_ and ahead_, within the bounds above
    std::optional<std::int64_t> start_;  // timestamp that times count from (timeZero)
    bool begun_ = false;                 // that frame was looked for
    bool countedOnly_ = false;           // the container has no times: frames are told by counting from the first
    MediaTime first_{};                  // pts of the first frame
    MediaTime latest_{};                 // pts of the latest decoded frame
    MediaTime end_{};                    // its end
    std::uint64_t next_ = 0;
    bool damageLogged_ = false;
};

Result<void> FfmpegFileSource::open() {
    routeFfmpegLog();
    if (auto opened = decoder_.open(); !opened) {
        return opened;
    }
    AVFormatContext& format = decoder_.demuxer().format();
    AVStream& stream = decoder_.demuxer().stream();
    const AVCodecContext& codec = decoder_.codec();
    const bool sideways = displayOrientation(stream).transposed;
    description_.name = decoder_.demuxer().path().filename().string();
    description_.width = sideways ? codec.height : codec.width;
    description_.height = sideways ? codec.width : codec.height;
    const AVRational rate = av_guess_frame_rate(&format, &stream, nullptr);
    description_.frameRate = rate.num > 0 && rate.den > 0 ? av_q2d(rate) : 0.0;
    StreamDemuxer& demuxer = decoder_.demuxer();
    demuxer.lookForLeaps();
    const std::int64_t start = stream.start_time != AV_NOPTS_VALUE ? stream.start_time : 0;
    const MediaTime own = fromStream(demuxer.announcedDuration());
    const MediaTime file = fromStream(demuxer.fileDuration());
    if (demuxer.joinedDuration() > 0) {
        description_.duration = fromStream(demuxer.joinedDuration());
    } else if (own > MediaTime::zero()) {
        const MediaTime end = own + fromStream(start - timeZero(format, stream, start));
        // What sound has more than its codec's last packet counts: the last picture stays while it is heard.
        description_.duration = file > end + kLongestPacket ? file : end;
    } else if (format.duration != AV_NOPTS_VALUE && format.duration > 0) {
        description_.duration = std::chrono::microseconds(format.duration);
    } else if (const std::int64_t end = demuxer.findEnd(); end > 0) {
        description_.duration = fromStream(end - timeZero(format, stream, start));
    }
    return {};
}

Error FfmpegFileSource::atEnd() {
    if (decoder_.damaged() > 0 && !std::exchange(damageLogged_, true)) {
        logger("media")->warn("{}: {} damaged packets or pictures were passed over or patched up", path(),
                              decoder_.damaged());
    }
    const std::string detail = decoder_.damaged() > 0 ? fmt::format("{} damaged packets or pictures; the latest: {}",
                                                                    decoder_.damaged(), decoder_.lastProblem())
                                                      : decoder_.lastProblem();
    if (decoder_.encrypted()) {
        return {ErrorCode::Unsupported,
                fmt::format("Cannot read {}{}: it is encrypted (DRM). Get a copy without encryption.", path(),
                            next_ == 0 ? "" : fmt::format(" from {:.2f} s on", toSeconds(end_))),
                detail};
    }
    if (next_ == 0 && ahead_.empty()) {
        return {ErrorCode::Corrupt,
                fmt::format("Cannot read {}: no frame of it can be decoded. Get an intact copy.", path()), detail};
    }
    if (decoder_.demuxFailed() || endsEarly()) {
        return {
            ErrorCode::Corrupt,
            fmt::format("{} breaks off at {:.2f} s: it is damaged or cut short. What could be read was used; get an "
                        "intact copy for the rest.",
                        path(), toSeconds(end_)),
            detail};
    }
    if (decoder_.demuxer().leaps()) {
        description_.duration = end_;  // the headers knew only of one part
    }
    return {ErrorCode::EndOfStream, "End of the video.", detail};
}

// Measured from the first picture, or on the container's own clock, which some programs call the duration.
bool FfmpegFileSource::endsEarly() {
    const StreamDemuxer& demuxer = decoder_.demuxer();
    const MediaTime expected = fromStream(demuxer.announcedDuration());
    const MediaTime length = end_ - first_;
    const MediaTime clock = start_ && !demuxer.leaps() ? fromStream(*start_) + end_ : length;
    const MediaTime reached = std::max(length, clock);
    if (reached + kDurationSlack >= expected || toSeconds(reached) >= kDurationShare * toSeconds(expected)) {
        return false;
    }
    return !demuxer.goesOnUntil(start_.value_or(0) + toStream(first_ + expected - kDurationSlack));
}

FfmpegFileSource::Decoded FfmpegFileSource::place(AvFramePtr picture) {
    const std::int64_t timestamp = picture->best_effort_timestamp;
    Decoded decoded{std::move(picture), end_, MediaTime::zero()};
    if (timestamp != AV_NOPTS_VALUE) {
        // Damaged timestamps may go back; frames do not.
        decoded.pts = std::max(fromStream(timestamp - start_.value_or(timestamp)), latest_);
    }
    const std::int64_t duration = frameDuration(*decoded.picture);
    if (duration > 0) {
        decoded.duration = fromStream(duration);
    } else if (description_.frameRate > 0) {
        decoded.duration = duration_cast<MediaTime>(std::chrono::duration<double>(1.0 / description_.frameRate));
    }
    latest_ = decoded.pts;
    end_ = decoded.pts + decoded.duration;
    return decoded;
}

Result<FfmpegFileSource::Decoded> FfmpegFileSource::decode() {
    auto picture = decoder_.next();
    if (!picture) {
        return tl::unexpected(picture.error().code == ErrorCode::EndOfStream ? atEnd() : picture.error());
    }
    return place(std::move(*picture));
}

// The first frame gives the time from which all others count, whether or not it is the first to be read.
Result<void> FfmpegFileSource::begin() {
    if (begun_) {
        return {};
    }
    auto picture = decoder_.next();
    if (!picture) {
        return tl::unexpected(picture.error().code == ErrorCode::EndOfStream ? atEnd() : picture.error());
    }
    begun_ = true;
    if ((*picture)->best_effort_timestamp != AV_NOPTS_VALUE) {
        const StreamDemuxer& demuxer = decoder_.demuxer();
        start_ = timeZero(demuxer.format(), demuxer.stream(), (*picture)->best_effort_timestamp);
    }
    const bool noTimes = (decoder_.demuxer().format().iformat->flags & AVFMT_NOTIMESTAMPS) != 0;
    countedOnly_ = noTimes || !start_;
    ahead_.push_back(place(std::move(*picture)));
    first_ = ahead_.back().pts;
    return {};
}

Result<Image> FfmpegFileSource::convert(const AVFrame& picture) {
    auto image = converter_.convert(picture);
    if (!image) {
        return fail(image.error().code, fmt::format("Cannot show {}. {}", path(), image.error().message));
    }
    return turned(std::move(*image), displayOrientation(decoder_.demuxer().stream(), picture));
}

Frame FfmpegFileSource::describe(const Decoded& decoded) {
    AVFormatContext& format = decoder_.demuxer().format();
    AVStream& stream = decoder_.demuxer().stream();
    Frame frame;
    const AVRational aspect = av_guess_sample_aspect_ratio(&format, &stream, decoded.picture.get());
    const Orientation orientation = displayOrientation(stream, *decoded.picture);
    frame.pixelAspect = aspect.num > 0 && aspect.den > 0 ? av_q2d(aspect) : 1.0;
    if (orientation.transposed) {
        frame.pixelAspect = 1.0 / frame.pixelAspect;
    }
    frame.pts = decoded.pts;
    frame.duration = decoded.duration;
    frame.id = next_++;
    frame.captured = std::chrono::steady_clock::now();
    return frame;
}

Result<void> FfmpegFileSource::advance() {
    if (interrupted_) {
        return tl::unexpected(cancelled());
    }
    if (auto begun = begin(); !begun) {
        return tl::unexpected(begun.error());
    }
    if (ahead_.empty()) {
        auto decoded = decode();
        if (!decoded) {
            return tl::unexpected(decoded.error());
        }
        ahead_.push_back(std::move(*decoded));
    }
    if (last_) {
        leaveBehind(std::move(*last_));
    }
    last_ = std::move(ahead_.front());
    ahead_.pop_front();
    return {};
}

Result<Frame> FfmpegFileSource::shown() {
    auto image = convert(*last_->picture);
    if (!image) {
        return tl::unexpected(image.error());
    }
    Frame frame = describe(*last_);
    frame.image = std::move(*image);
    return frame;
}

Result<Frame> FfmpegFileSource::read() {
    if (auto advanced = advance(); !advanced) {
        return tl::unexpected(advanced.error());
    }
    return shown();
}

Result<FrameGlimpse> FfmpegFileSource::glimpse() {
    if (auto advanced = advance(); !advanced) {
        return tl::unexpected(advanced.error());
    }
    const AVFrame& picture = *last_->picture;
    std::optional<Image> points;
    if (displayOrientation(decoder_.demuxer().stream(), picture) == Orientation{}) {
        points = converter_.points(picture, FrameGlimpse::kColumns, FrameGlimpse::kRows);
    }
    // May be asked for when the source has let its own go.
    const std::shared_ptr<AVFrame> kept(points ? av_frame_clone(&picture) : nullptr, FrameDeleter{});
    if (kept) {
        return FrameGlimpse{describe(*last_), std::move(*points), [this, kept] { return convert(*kept); }};
    }
    auto frame = shown();
    if (!frame) {
        return tl::unexpected(frame.error());
    }
    return FrameGlimpse{std::move(*frame), {}, {}};
}

void FfmpegFileSource::leaveBehind(Decoded decoded) {
    const std::size_t bytes = bytesOf(*decoded.picture);
    behind_.push_back(std::move(decoded));
    while (behind_.size() > kBehindPictures || behind_.size() * bytes > kBehindBytes) {
        behind_.pop_front();
    }
}

MediaTime FfmpegFileSource::hurryMargin() const {
    if (description_.frameRate <= 0) {
        return kHurryMargin;
    }
    const auto frames = std::chrono::duration<double>(kHurryFrames / description_.frameRate);
    return std::min<MediaTime>(duration_cast<MediaTime>(frames), kHurryMargin);
}

bool FfmpegFileSource::leftOutAfter(const Decoded& decoded) const {
    return decoder_.leftOut() != AV_NOPTS_VALUE && decoder_.leftOut() > start_.value_or(0) + toStream(decoded.pts);
}

// The frame on screen at `time` is the last one that starts at or before it, so one frame more is decoded.
Result<bool> FfmpegFileSource::decodeUpTo(MediaTime time) {
    while (true) {
        while (ahead_.size() > 1 && ahead_[1].pts <= time) {
            if (leftOutAfter(ahead_.front())) {
                behind_.clear();  // what follows it may be missing
            } else {
                leaveBehind(std::move(ahead_.front()));
            }
            ahead_.pop_front();
        }
        if (!ahead_.empty() && ahead_.back().pts > time) {
            break;
        }
        auto decoded = decode();
        if (!decoded && decoded.error().code == ErrorCode::Cancelled) {
            return tl::unexpected(decoded.error());
        }
        if (!decoded) {
            break;  // past the end: the last frame stays
        }
        ahead_.push_back(std::move(*decoded));
    }
    return !ahead_.empty() && ahead_.front().pts <= time;
}

bool FfmpegFileSource::isOnwardCheaper(MediaTime from, MediaTime to) const {
    if (to - from <= kJumpCost || countedOnly_) {
        return true;
    }
    const std::int64_t position = *start_ + toStream(from);
    const auto key = decoder_.demuxer().keyBefore(*start_ + toStream(to));
    if (key && (key->timestamp > position || key->certain)) {
        return key->timestamp <= position;
    }
    return to - from <= std::max<MediaTime>(kUsualKeyInterval, fromStream(decoder_.keyInterval()));
}

// To a keyframe and on from there. A container may land after the wanted frame's keyframe, and the frame may lean on an
// earlier one, so from ever further back until a frame at or before `time` comes out; at last from the file's start.
Result<bool> FfmpegFileSource::jumpTo(MediaTime time, MediaTime margin) {
    const std::int64_t first = start_.value_or(0);
    std::int64_t target = first + toStream(time);
    MediaTime retreat = MediaTime::zero();
    bool hurry = margin > MediaTime::zero();
    for (bool firstTry = true; !countedOnly_ && decoder_.jump(target); firstTry = false) {
        ahead_.clear();
        behind_.clear();
        latest_ = end_ = MediaTime::min() / 2;
        if (hurry) {
            hurryTo(time - margin);
        }
        auto found = decodeUpTo(time);
        const bool leftOut = found && *found && leftOutAfter(ahead_.front());
        decoder_.hurryTo(std::nullopt);
        if (leftOut) {  // the wanted frame itself, as it lasts longer than the margin
            hurry = false;
            continue;
        }
        if (!found || *found) {
            return found;
        }
        if (target <= first) {
            break;
        }
        // First to just before the keyframe found, which with an index is all that is needed.
        const bool landedBefore = decoder_.landing() != AV_NOPTS_VALUE && decoder_.landing() <= target;
        if (landedBefore) {
            target = decoder_.landing() - 1;
        }
        if (!landedBefore || !firstTry) {
            retreat = std::max<MediaTime>(std::chrono::seconds(1), 2 * retreat);
        }
        target = std::max(first, target - toStream(retreat));
    }
    if (auto opened = decoder_.open(); !opened) {
        return tl::unexpected(interrupted_ ? cancelled() : opened.error());
    }
    ahead_.clear();
    behind_.clear();
    latest_ = end_ = MediaTime::zero();
    return decodeUpTo(time);
}

Result<void> FfmpegFileSource::seek(MediaTime time) {
    if (auto begun = begin(); !begun) {
        return begun;
    }
    time = std::max(time, MediaTime::zero());
    if (last_) {
        ahead_.push_front(std::move(*last_));
        last_.reset();
    }
    const bool isBehind = !behind_.empty() && behind_.front().pts <= time;
    while (isBehind && !ahead_.empty() && time < ahead_.front().pts) {
        ahead_.push_front(std::move(behind_.back()));
        behind_.pop_back();
    }
    const bool reachable = !ahead_.empty() && ahead_.front().pts <= time;
    const bool justBefore = !ahead_.empty() && !reachable && ahead_.front().pts - time < kStepBackSpan;
    auto found = reachable && (ahead_.back().pts > time || isOnwardCheaper(ahead_.back().pts, time))
                     ? decodeUpTo(time)
                     : jumpTo(time, justBefore ? kStepBackSpan : hurryMargin());
    if (!found) {
        return tl::unexpected(found.error());
    }
    return {};
}

}  // namespace

Result<std::unique_ptr<FrameSource>> openVideoFile(const std::filesystem::path& path, const VideoFileOptions& options) {
    if (isAnimatedWebp(path)) {
        return openAnimatedWebp(path);
    }
    auto source = std::make_unique<FfmpegFileSource>(path, options);
    if (auto opened = source->open(); !opened) {
        return tl::unexpected(opened.error());
    }
    return source;
}

}  // namespace sightline
