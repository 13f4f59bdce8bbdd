#include "core/media/writing/burn_in.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <optional>

#include <fmt/format.h>

#include "core/base/logging.h"
#include "core/media/files/animated_webp.h"
#include "core/media/files/audio_reader.h"
#include "core/media/files/deinterlacer.h"
#include "core/media/files/packet_reader.h"
#include "core/media/frame_converter.h"
#include "core/media/frozen_sound.h"
#include "core/media/writing/aac_track.h"
#include "core/media/writing/caption_filter.h"
#include "core/media/writing/container_io.h"
#include "core/media/writing/frozen_packets.h"
#include "core/media/writing/h264_track.h"
#include "core/media/writing/sound_track.h"

namespace sightline {
namespace {

// More damaged pictures than any decoder holds back: it reports the same one for ever.
constexpr int kMaxDrainErrors = 64;

// A picture that is on screen for longer (a slide, a still screen) is repeated where captions come and go within it.
constexpr std::chrono::milliseconds kLongPicture(500);

// A picture that is held is written as often as the pictures before it were, but within this.
constexpr std::chrono::microseconds kShortestPicture(16'667);
// Containers round times to 1 ms. What is held is the picture that begins when the freeze does, not the one before.
constexpr std::chrono::milliseconds kRounding(1);

// The share of full white at which captions stand in HDR: reference white, 203 cd/m2 (ITU-R BT.2408 table 1). Full
// white would be as bright as the display can.
double captionBrightness(const AVFrame* picture) {
    const auto transfer = picture ? picture->color_trc : AVCOL_TRC_UNSPECIFIED;
    return transfer == AVCOL_TRC_SMPTE2084 ? 0.58 : transfer == AVCOL_TRC_ARIB_STD_B67 ? 0.75 : 1.0;
}

class BurnIn {
public:
    // `frozen`: null where the picture goes on.
    BurnIn(const BurnInOptions& options, const FrozenVideo* frozen, const ProgressCallback& progress,
           const std::stop_token& stop)
        : options_(options), frozen_(frozen), progress_(progress), stop_(stop), deinterlacer_(options.threads) {}

    Result<void> run(const std::filesystem::path& input, const std::filesystem::path& output, const std::string& ass);

private:
    // What becomes of one stream of the input.
    struct Route {
        AVStream* to = nullptr;  // null: left out
        std::optional<AacTrack> aac;
    };

    void chooseBase();
    std::string looking(const std::string& ass);
    Result<void> addStreams();
    Result<void> addVideo(AVStream& stream);
    Result<void> addAac(AVStream& stream, Route& route);
    Result<void> addFrozenSound(AVStream& stream);
    Result<void> addDescription();
    Result<void> addSound(AVStream& to, SoundSupply supply);
    Result<void> writeSounds(MediaTime until);
    Result<void> convert();
    Result<void> convertPackets();
    Result<void> convertAnimation();
    Result<void> route(AVPacket& packet);
    Result<void> writeAac(const AVPacket* packet, Route& route);
    Result<void> decode(const AVPacket* packet);  // null flushes, as below
    Result<void> presentReady();
    Result<void> present(AvFramePtr picture);
    Result<void> repeatUntil(std::int64_t end);
    Result<void> repeatAt(std::int64_t timestamp, std::int64_t duration);
    Result<void> freezeUntil(std::int64_t own);
    Result<void> freezeAtEnd();
    Result<void> hold(std::int64_t end);
    MediaTime timeOf(std::int64_t timestamp) const {
        return MediaTime(av_rescale_q(timestamp - zero_, base_, kNanosecondBase));
    }
    std::int64_t ticks(MediaTime span) const { return av_rescale_q(span.count(), kNanosecondBase, base_); }
    Result<void> draw(AVFrame& picture);
    Result<void> encode(const AVFrame* picture);
    AVStream& video() const { return *input_->streams[first_.streamIndex]; }

    const BurnInOptions& options_;
    const FrozenVideo* const frozen_;
    const ProgressCallback& progress_;
    const std::stop_token& stop_;
    std::filesystem::path path_;  // of the input
    Container container_;
    FormatContextPtr input_;
    FirstFrame first_;
    ContainerWriter* writer_ = nullptr;
    std::vector<Route> routes_;  // by stream of the input
    std::deque<SoundSupply> supplies_;
    std::deque<SoundTrack> sounds_;  // of those
    CodecContextPtr decoder_;
    std::optional<H264Track> encoder_;
    CaptionFilter* filter_ = nullptr;
    Deinterlacer deinterlacer_;
    std::vector<std::chrono::milliseconds> changes_;  // when captions come and go, in order
    AVRational base_{};                               // of the times below: the stream's own, or finer
    std::int64_t finer_ = 1;                          // ticks in one of the stream's
    std::int64_t zero_ = 0;                           // where captions count from
    AvFramePtr shown_;                                // the latest picture, without captions
    std::int64_t lastTimestamp_ = AV_NOPTS_VALUE;
    std::int64_t lastDuration_ = 0;
    std::size_t nextFreeze_ = 0;
    MediaTime frozenFor_{};  // in all, by the freezes before that
};

Result<void> BurnIn::addVideo(AVStream& stream) {
    if (!first_.picture) {
        return fail(ErrorCode::Corrupt,
                    fmt::format("Cannot read {}: no frame of it can be decoded. Get an intact copy.", input_->url));
    }
    auto decoder = openDecoder(stream, options_.threads);
    if (!decoder) {
        return tl::unexpected(decoder.error());
    }
    decoder_ = std::move(*decoder);
    // The first picture as it will come out of the filter tells the encoder what to expect.
    const AVRational aspect = av_guess_sample_aspect_ratio(input_.get(), &stream, first_.picture.get());
    auto picture = filter_->apply(*first_.picture, aspect);
    if (!picture) {
        return tl::unexpected(picture.error());
    }
    auto added = writer_->addNew(&stream);
    if (!added) {
        return tl::unexpected(added.error());
    }
    AVStream& to = **added;
    auto encoder = H264Track::open(**picture, base_, av_guess_frame_rate(input_.get(), &stream, nullptr), to,
                                   writer_->wantsGlobalHeader(), {options_.preset, options_.quality, options_.threads});
    if (!encoder) {
        return tl::unexpected(encoder.error());
    }
    encoder_ = std::move(*encoder);
    to.avg_frame_rate = isAnimatedWebp(path_) ? AVRational{0, 1} : stream.avg_frame_rate;  // made up for those
    // These described the old encoding and the picture before it was turned.
    av_dict_set(&to.metadata, "encoder", nullptr, 0);
    av_dict_set(&to.metadata, "rotate", nullptr, 0);
    routes_.back().to = &to;
    return {};
}

Result<void> BurnIn::addAac(AVStream& stream, Route& route) {
    auto added = writer_->addNew(&stream);
    if (!added) {
        return tl::unexpected(added.error());
    }
    auto aac = AacTrack::open(stream, **added, writer_->wantsGlobalHeader());
    if (!aac) {
        return tl::unexpected(aac.error());
    }
    av_dict_set(&(*added)->metadata, "encoder", nullptr, 0);
    route.to = *added;
    route.aac = std::move(*aac);
    return {};
}

// A sound that waits during freezes cannot be a copy.
Result<void> BurnIn::addFrozenSound(AVStream& stream) {
    auto sound = openAudio(path_, {0, 0}, stream.index);
    if (!sound) {
        logger("media")->warn("{} is left out: {}", nameOf(stream), sound.error().message);
        return {};
    }
    auto added = writer_->addNew(&stream);
    if (!added) {
        return tl::unexpected(added.error());
    }
    av_dict_set(&(*added)->metadata, "encoder", nullptr, 0);
    const auto waiting = std::make_shared<FrozenSound>(std::move(*sound), frozen_->times);
    return addSound(**added,
                    {waiting->format(), [waiting](std::span<float> samples) { return waiting->read(samples); }});
}

Result<void> BurnIn::addDescription() {
    auto added = writer_->addTrack(frozen_->language, frozen_->title);
    if (!added) {
        return tl::unexpected(added.error());
    }
    (*added)->disposition = AV_DISPOSITION_DEFAULT | AV_DISPOSITION_VISUAL_IMPAIRED;
    return addSound(**added, frozen_->sound);
}

Result<void> BurnIn::addSound(AVStream& to, SoundSupply supply) {
    auto encoder = SoundEncoder::open(supply.format, AV_CODEC_ID_AAC, to, writer_->wantsGlobalHeader());
    if (!encoder) {
        return tl::unexpected(encoder.error());
    }
    const AVRational base = encoder->timeBase();
    const std::int64_t zero = av_rescale_q(first_.zero, first_.timeBase, base);
    supplies_.push_back(std::move(supply));
    sounds_.emplace_back(supplies_.back(), std::move(*encoder), [this, &to, base, zero](AVPacket& packet) {
        packet.pts += zero;
        packet.dts += zero;
        return writer_->write(packet, to, base);
    });
    return {};
}

Result<void> BurnIn::writeSounds(MediaTime until) {
    for (SoundTrack& sound : sounds_) {
        if (auto written = sound.goTo(until, stop_); !written) {
            return written;
        }
    }
    return {};
}

Result<void> BurnIn::addStreams() {
    const int mainSound = mainAudioStream(*input_);
    const AVStream* undecodable = nullptr;
    bool hasSound = false;
    for (unsigned i = 0; i < input_->nb_streams; ++i) {
        AVStream& stream = *input_->streams[i];
        routes_.emplace_back();
        Result<void> added;
        const bool isSound = stream.codecpar->codec_type == AVMEDIA_TYPE_AUDIO;
        if (static_cast<int>(i) == first_.streamIndex) {
            added = addVideo(stream);
        } else if (isMadeAnew(stream)) {
            continue;
        } else if (isSound && frozen_) {
            stream.discard = AVDISCARD_ALL;
            added = stream.index == mainSound ? addDescription() : addFrozenSound(stream);
        } else if (holds(container_, *input_, stream)) {
            auto copy = writer_->addCopy(stream);
            if (!copy) {
                return tl::unexpected(copy.error());
            }
            routes_.back().to = *copy;
        } else if (isSound && avcodec_find_decoder(stream.codecpar->codec_id)) {
            added = addAac(stream, routes_.back());
        } else {
            logger("media")->warn("{} of {} cannot be kept in a {} file and is left out", nameOf(stream), input_->url,
                                  container_.extension);
            stream.discard = AVDISCARD_ALL;
            undecodable = isSound && isEssential(stream) ? &stream : undecodable;
        }
        if (!added) {
            return added;
        }
        hasSound = hasSound || (isSound && routes_.back().to);
    }
    if (frozen_) {
        return mainSound < 0 ? addDescription() : Result<void>();
    }
    if (undecodable && !hasSound) {
        return fail(ErrorCode::Unsupported,
                    fmt::format("Cannot decode {} of {}, its only sound: its codec is unknown here. Convert it to AAC "
                                "first.",
                                nameOf(*undecodable), input_->url));
    }
    return {};
}

Result<void> BurnIn::encode(const AVFrame* picture) {
    Route& route = routes_[static_cast<std::size_t>(first_.streamIndex)];
    return encoder_->write(picture, lastDuration_,
                           [&](AVPacket& packet) { return writer_->write(packet, *route.to, base_); });
}

Result<void> BurnIn::decode(const AVPacket* packet) {
    // A packet that cannot be decoded is skipped, as players do.
    avcodec_send_packet(decoder_.get(), packet);
    AvFramePtr frame(av_frame_alloc());
    int errors = 0;
    while (true) {
        const int code = receivePicture(*decoder_, *frame);
        if (code == AVERROR(EAGAIN) || code == AVERROR_EOF || (code < 0 && ++errors > kMaxDrainErrors)) {
            return {};
        }
        if (code < 0) {
            continue;
        }
        deinterlacer_.push(std::move(frame));
        frame.reset(av_frame_alloc());
        if (auto presented = presentReady(); !presented) {
            return presented;
        }
    }
}

Result<void> BurnIn::presentReady() {
    while (AvFramePtr picture = deinterlacer_.pull()) {
        if (stop_.stop_requested()) {
            return tl::unexpected(cancelledWriting());
        }
        if (auto presented = present(std::move(picture)); !presented) {
            return presented;
        }
    }
    return {};
}

Result<void> BurnIn::present(AvFramePtr picture) {
    const std::int64_t own = picture->best_effort_timestamp;
    picture->pts = AV_NOPTS_VALUE;
    if (own != AV_NOPTS_VALUE) {
        if (auto frozen = freezeUntil(own * finer_); !frozen) {
            return frozen;
        }
        picture->pts = own * finer_ + ticks(frozenFor_);
    }
    if (lastTimestamp_ != AV_NOPTS_VALUE && (picture->pts == AV_NOPTS_VALUE || picture->pts <= lastTimestamp_)) {
        picture->pts = lastTimestamp_ + std::max<std::int64_t>(lastDuration_, 1);
    } else if (picture->pts == AV_NOPTS_VALUE) {
        picture->pts = zero_;
    }
    if (auto repeated = repeatUntil(picture->pts); !repeated) {
        return repeated;
    }
    lastTimestamp_ = picture->pts;
    lastDuration_ = frameDuration(*picture) * finer_;
    shown_.reset(av_frame_clone(picture.get()));
    if (auto drawn = draw(*picture); !drawn) {
        return drawn;
    }
    if (progress_) {
        progress_(MediaTime(av_rescale_q(lastTimestamp_ - zero_, base_, kNanosecondBase)));
    }
    return {};
}

// The latest picture again at each change of captions before `end`, if it is on screen for long.
Result<void> BurnIn::repeatUntil(std::int64_t end) {
    constexpr AVRational kMilliseconds{1, 1000};
    if (!shown_ || av_compare_ts(end - lastTimestamp_, base_, kLongPicture.count(), kMilliseconds) <= 0) {
        return {};
    }
    for (const auto change : changes_) {
        const std::int64_t at = zero_ + av_rescale_q_rnd(change.count(), kMilliseconds, base_, AV_ROUND_UP);
        if (at <= lastTimestamp_ || at >= end) {
            continue;
        }
        if (auto repeated = repeatAt(at, end - at); !repeated) {
            return repeated;
        }
    }
    return {};
}

Result<void> BurnIn::repeatAt(std::int64_t timestamp, std::int64_t duration) {
    encoder_->setDuration(lastTimestamp_, timestamp - lastTimestamp_);
    const AvFramePtr again(av_frame_clone(shown_.get()));
    again->pts = timestamp;
    lastTimestamp_ = timestamp;
    lastDuration_ = duration;
    return draw(*again);
}

// Those that begin before a picture of that timestamp, which is the file's own.
Result<void> BurnIn::freezeUntil(std::int64_t own) {
    if (!frozen_) {
        return {};
    }
    const auto& freezes = frozen_->times.freezes();
    const MediaTime before = frozenFor_;
    for (; nextFreeze_ < freezes.size() && freezes[nextFreeze_].at + kRounding < timeOf(own); ++nextFreeze_) {
        frozenFor_ += freezes[nextFreeze_].length;
    }
    return frozenFor_ > before && shown_ ? hold(own + ticks(frozenFor_)) : Result<void>();
}

Result<void> BurnIn::freezeAtEnd() {
    if (!frozen_ || !shown_) {
        return {};
    }
    const auto& freezes = frozen_->times.freezes();
    const std::int64_t end = lastTimestamp_ + lastDuration_ - ticks(frozenFor_);
    for (; nextFreeze_ < freezes.size(); ++nextFreeze_) {
        frozenFor_ += freezes[nextFreeze_].length;
    }
    return hold(end + ticks(frozenFor_));
}

// Again and again, because some players and editors are lost with a picture that stands for long.
Result<void> BurnIn::hold(std::int64_t end) {
    const std::int64_t shortest = std::max<std::int64_t>(ticks(kShortestPicture), 1);
    const std::int64_t step = std::clamp(lastDuration_, shortest, std::max(ticks(kLongPicture), shortest));
    for (std::int64_t at = lastTimestamp_ + step; at + step / 2 < end; at += step) {
        if (stop_.stop_requested()) {
            return tl::unexpected(cancelledWriting());
        }
        if (auto repeated = repeatAt(at, step); !repeated) {
            return repeated;
        }
    }
    return {};
}

Result<void> BurnIn::draw(AVFrame& picture) {
    const AVRational aspect = av_guess_sample_aspect_ratio(input_.get(), &video(), &picture);
    auto drawn = filter_->apply(picture, aspect);
    if (!drawn) {
        return tl::unexpected(drawn.error());
    }
    (*drawn)->pict_type = AV_PICTURE_TYPE_NONE;  // x264 chooses its keyframes itself
    if (auto encoded = encode(drawn->get()); !encoded) {
        return encoded;
    }
    return writeSounds(timeOf(lastTimestamp_));
}

Result<void> BurnIn::writeAac(const AVPacket* packet, Route& route) {
    return route.aac->write(
        packet, [&](AVPacket& encoded) { return writer_->write(encoded, *route.to, route.aac->timeBase()); });
}

Result<void> BurnIn::route(AVPacket& packet) {
    const auto index = static_cast<std::size_t>(packet.stream_index);
    if (packet.stream_index == first_.streamIndex) {
        return decode(&packet);
    }
    if (index >= routes_.size() || !routes_[index].to) {
        return {};
    }
    Route& route = routes_[index];
    if (route.aac) {
        return writeAac(&packet, route);
    }
    if (route.to->codecpar->codec_type == AVMEDIA_TYPE_ATTACHMENT) {
        return {};  // a cover, which has its content in the header
    }
    if (frozen_) {
        delayPacket(packet, input_->streams[index]->time_base, first_, frozen_->times);
    }
    return writer_->write(packet, *route.to, input_->streams[index]->time_base);
}

Result<void> BurnIn::convertPackets() {
    PacketReader reader(*input_, first_.streamIndex, stop_);
    PacketPtr packet(av_packet_alloc());
    while (true) {
        const auto more = reader.read(*packet);
        if (!more) {
            return tl::unexpected(more.error());
        }
        if (!*more) {
            return decode(nullptr);
        }
        auto routed = route(*packet);
        av_packet_unref(packet.get());
        if (!routed) {
            return routed;
        }
    }
}

// Animated WebP has nothing but pictures, and its decoder is not FFmpeg's.
Result<void> BurnIn::convertAnimation() {
    auto source = openAnimatedWebp(path_);
    if (!source) {
        return tl::unexpected(source.error());
    }
    const auto inFileBase = [this](MediaTime time) {
        return av_rescale_q(time.count(), kNanosecondBase, first_.timeBase);
    };
    while (!stop_.stop_requested()) {
        const auto frame = (*source)->read();
        if (!frame && frame.error().code == ErrorCode::EndOfStream) {
            return {};
        }
        AvFramePtr picture = frame ? frameOf(frame->image) : nullptr;
        if (!frame || !picture) {
            return frame ? fail(ErrorCode::Internal, "Cannot draw captions: no memory. Close other programs.")
                         : tl::unexpected(frame.error());
        }
        picture->best_effort_timestamp = inFileBase(frame->pts);
        setFrameDuration(*picture, inFileBase(frame->duration));
        if (auto presented = present(std::move(picture)); !presented) {
            return presented;
        }
    }
    return tl::unexpected(cancelledWriting());
}

Result<void> BurnIn::convert() {
    if (auto converted = isAnimatedWebp(path_) ? convertAnimation() : convertPackets(); !converted) {
        return converted;
    }
    deinterlacer_.push(nullptr);
    if (auto flushed = presentReady(); !flushed) {
        return flushed;
    }
    if (auto flushed = repeatUntil(lastTimestamp_ + lastDuration_); !flushed) {
        return flushed;
    }
    if (auto flushed = freezeAtEnd(); !flushed) {
        return flushed;
    }
    if (auto flushed = encode(nullptr); !flushed) {
        return flushed;
    }
    if (auto flushed = writeSounds(MediaTime::max()); !flushed) {
        return flushed;
    }
    for (Route& route : routes_) {
        if (!route.aac) {
            continue;
        }
        if (auto flushed = writeAac(nullptr, route); !flushed) {
            return flushed;
        }
    }
    return {};
}

// The stream's own units, so that no timestamp is rounded; finer by a whole number where they are coarser than
// captions' times (AVI has one tick a picture, which of a slide show may be 5 s).
void BurnIn::chooseBase() {
    constexpr std::int64_t kTicksPerSecond = 1000;
    base_ = first_.timeBase;
    const std::int64_t own = std::max<std::int64_t>(1, base_.den / std::max(1, base_.num));
    finer_ = own < kTicksPerSecond ? (kTicksPerSecond + own - 1) / own : 1;
    base_.den = static_cast<int>(base_.den * finer_);
    zero_ = first_.zero * finer_;
}

// For the picture as it is shown.
std::string BurnIn::looking(const std::string& ass) {
    if (!options_.look) {
        return ass;
    }
    const AVRational aspect = av_guess_sample_aspect_ratio(input_.get(), &video(), first_.picture.get());
    double width = first_.picture->width * (aspect.num > 0 && aspect.den > 0 ? av_q2d(aspect) : 1.0);
    double height = first_.picture->height;
    if (displayOrientation(video()).transposed) {
        std::swap(width, height);
    }
    return withLook(ass, *options_.look, static_cast<int>(std::lround(width)), static_cast<int>(std::lround(height)));
}

Result<void> BurnIn::run(const std::filesystem::path& input, const std::filesystem::path& output,
                         const std::string& ass) {
    auto container = containerFor(output);
    if (!container || container->extension == ".webm") {
        return fail(
            ErrorCode::Unsupported,
            fmt::format("Cannot write {}: videos whose picture is changed are .mp4 or .mkv files. Choose a name "
                        "that ends in .mp4.",
                        output.string()));
    }
    container_ = *container;
    path_ = input;
    auto opened = openVideoInput(input, stop_);
    if (!opened) {
        return tl::unexpected(opened.error());
    }
    first_ = std::move(opened->first);
    input_ = std::move(opened->context);
    auto file = OutputFile::create(input, output, options_.overwrite);
    if (!file) {
        return tl::unexpected(file.error());
    }
    chooseBase();
    if (frozen_) {
        delayChapters(*input_, first_, frozen_->times);
    }
    for (const CaptionRange& range : captionRanges(ass)) {
        changes_.insert(changes_.end(), {range.start, range.end});
    }
    std::sort(changes_.begin(), changes_.end());
    auto filter = CaptionFilter::create(withBrightness(looking(ass), captionBrightness(first_.picture.get())),
                                        displayOrientation(video()), base_, zero_);
    if (!filter) {
        return tl::unexpected(filter.error());
    }
    filter_ = &*filter;
    auto writer = ContainerWriter::open(container_, *file, *input_);
    if (!writer) {
        return tl::unexpected(writer.error());
    }
    writer_ = &*writer;
    auto done = addStreams();
    done = done ? writer_->start() : done;
    done = done ? convert() : done;
    done = done ? writer_->finish() : done;
    return done ? file->commit() : done;
}

}  // namespace

Result<void> burnInSubtitles(const std::filesystem::path& input, const std::filesystem::path& output,
                             const std::string& ass, const BurnInOptions& options, const ProgressCallback& progress,
                             const std::stop_token& stop) {
    return BurnIn(options, nullptr, progress, stop).run(input, output, ass);
}

Result<void> writeFrozenVideo(const std::filesystem::path& input, const std::filesystem::path& output,
                              const FrozenVideo& frozen, const BurnInOptions& options, const ProgressCallback& progress,
                              const std::stop_token& stop) {
    return BurnIn(options, &frozen, progress, stop).run(input, output, {});
}

}  // namespace sightline
