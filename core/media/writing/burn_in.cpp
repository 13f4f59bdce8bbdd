#include "core/media/writing/burn_in.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/logging.h"
#include "core/media/files/deinterlacer.h"
#include "core/media/files/packet_reader.h"
#include "core/media/writing/aac_track.h"
#include "core/media/writing/caption_filter.h"
#include "core/media/writing/container_io.h"

namespace sightline {
namespace {

// More damaged pictures than any decoder holds back: it reports the same one for ever.
constexpr int kMaxDrainErrors = 64;

// A picture that is on screen for longer (a slide, a still screen) is repeated where captions come and go within it.
constexpr std::chrono::milliseconds kLongPicture(500);

// The share of full white at which captions stand in HDR: reference white, 203 cd/m2 (ITU-R BT.2408 table 1). Full
// white would be as bright as the display can.
double captionBrightness(const AVFrame* picture) {
    const auto transfer = picture ? picture->color_trc : AVCOL_TRC_UNSPECIFIED;
    return transfer == AVCOL_TRC_SMPTE2084 ? 0.58 : transfer == AVCOL_TRC_ARIB_STD_B67 ? 0.75 : 1.0;
}

// x264 would name an unknown one on stderr.
constexpr std::array<std::string_view, 9> kPresets = {"ultrafast", "superfast", "veryfast", "faster",  "fast",
                                                      "medium",    "slow",      "slower",   "veryslow"};

class BurnIn {
public:
    BurnIn(const BurnInOptions& options, const ProgressCallback& progress, const std::stop_token& stop)
        : options_(options), progress_(progress), stop_(stop), deinterlacer_(options.threads) {}

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
    Result<void> openEncoder(const AVFrame& picture, const AVStream& stream);
    Result<void> convert();
    Result<void> route(AVPacket& packet);
    Result<void> writeAac(const AVPacket* packet, Route& route);
    Result<void> decode(const AVPacket* packet);  // null flushes, as below
    Result<void> presentReady();
    Result<void> present(AvFramePtr picture);
    Result<void> repeatUntil(std::int64_t end);
    Result<void> draw(AVFrame& picture);
    Result<void> encode(const AVFrame* picture);
    AVStream& video() const { return *input_->streams[first_.streamIndex]; }

    const BurnInOptions& options_;
    const ProgressCallback& progress_;
    const std::stop_token& stop_;
    Container container_;
    FormatContextPtr input_;
    FirstFrame first_;
    ContainerWriter* writer_ = nullptr;
    std::vector<Route> routes_;  // by stream of the input
    CodecContextPtr decoder_;
    CodecContextPtr encoder_;
    CaptionFilter* filter_ = nullptr;
    Deinterlacer deinterlacer_;
    std::vector<std::chrono::milliseconds> changes_;  // when captions come and go, in order
    AVRational base_{};                               // of the times below: the stream's own, or finer
    std::int64_t finer_ = 1;                          // ticks in one of the stream's
    std::int64_t zero_ = 0;                           // where captions count from
    AvFramePtr shown_;                                // the latest picture, without captions
    std::int64_t lastTimestamp_ = AV_NOPTS_VALUE;
    std::int64_t lastDuration_ = 0;
    std::map<std::int64_t, std::int64_t> durations_;  // of the pictures within the encoder, by timestamp
};

Result<void> BurnIn::openEncoder(const AVFrame& picture, const AVStream& stream) {
    const AVCodec* codec = avcodec_find_encoder_by_name("libx264");
    encoder_.reset(codec ? avcodec_alloc_context3(codec) : nullptr);
    if (!encoder_) {
        return fail(ErrorCode::Unsupported,
                    "Cannot encode the video: this FFmpeg was built without x264. Install one with libx264.");
    }
    encoder_->width = picture.width;
    encoder_->height = picture.height;
    encoder_->pix_fmt = static_cast<AVPixelFormat>(picture.format);
    encoder_->sample_aspect_ratio = picture.sample_aspect_ratio;
    encoder_->color_range = picture.color_range;
    encoder_->color_primaries = picture.color_primaries;
    encoder_->color_trc = picture.color_trc;
    encoder_->colorspace = picture.colorspace;
    encoder_->chroma_sample_location = picture.chroma_location;
    // The rate only steers the distribution of bits.
    encoder_->time_base = base_;
    encoder_->framerate = av_guess_frame_rate(input_.get(), const_cast<AVStream*>(&stream), nullptr);
    encoder_->thread_count = options_.threads;
    if (writer_->wantsGlobalHeader()) {
        encoder_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    }
    AVDictionary* settings = nullptr;
    av_dict_set(&settings, "preset", options_.preset.c_str(), 0);
    av_dict_set_int(&settings, "crf", options_.quality, 0);
    const int code = avcodec_open2(encoder_.get(), codec, &settings);
    av_dict_free(&settings);
    if (code < 0) {
        return fail(ErrorCode::Unsupported,
                    fmt::format("Cannot encode {}x{} pictures as H.264. Choose a smaller video.", picture.width,
                                picture.height),
                    ffmpegErrorText(code));
    }
    return {};
}

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
    if (auto opened = openEncoder(**picture, stream); !opened) {
        return opened;
    }
    auto added = writer_->addNew(&stream);
    if (!added) {
        return tl::unexpected(added.error());
    }
    AVStream& to = **added;
    avcodec_parameters_from_context(to.codecpar, encoder_.get());
    to.time_base = base_;
    to.avg_frame_rate = stream.avg_frame_rate;
    to.sample_aspect_ratio = encoder_->sample_aspect_ratio;
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

Result<void> BurnIn::addStreams() {
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
        } else if (holds(container_, *input_, stream)) {
            auto copy = writer_->addCopy(stream);
            if (!copy) {
                return tl::unexpected(copy.error());
            }
            routes_.back().to = *copy;
        } else if (isSound && avcodec_find_decoder(stream.codecpar->codec_id)) {
            added = addAac(stream, routes_.back());
        } else {
            logger("media")->warn("{} cannot be kept in a {} file and is left out", nameOf(stream),
                                  container_.extension);
            stream.discard = AVDISCARD_ALL;
            undecodable = isSound && isEssential(stream) ? &stream : undecodable;
        }
        if (!added) {
            return added;
        }
        hasSound = hasSound || (isSound && routes_.back().to);
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
    if (picture) {
        durations_[picture->pts] = lastDuration_;
    }
    int code = avcodec_send_frame(encoder_.get(), picture);
    PacketPtr packet(av_packet_alloc());
    while (code >= 0 && (code = avcodec_receive_packet(encoder_.get(), packet.get())) >= 0) {
        const auto duration = durations_.find(packet->pts);
        if (duration != durations_.end()) {
            packet->duration = duration->second;
            durations_.erase(duration);
        }
        const AVRational base = encoder_->time_base;
        if (auto written = writer_->write(*packet, *routes_[static_cast<std::size_t>(first_.streamIndex)].to, base);
            !written) {
            return written;
        }
    }
    if (code != AVERROR(EAGAIN) && code != AVERROR_EOF) {
        return fail(ErrorCode::Internal, "Cannot encode the video. Choose another preset.", ffmpegErrorText(code));
    }
    return {};
}

Result<void> BurnIn::decode(const AVPacket* packet) {
    // A packet that cannot be decoded is skipped, as players do.
    avcodec_send_packet(decoder_.get(), packet);
    AvFramePtr frame(av_frame_alloc());
    int errors = 0;
    while (true) {
        const int code = avcodec_receive_frame(decoder_.get(), frame.get());
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
    picture->pts = own != AV_NOPTS_VALUE ? own * finer_ : AV_NOPTS_VALUE;
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
        if (const auto before = durations_.find(lastTimestamp_); before != durations_.end()) {
            before->second = at - lastTimestamp_;
        }
        const AvFramePtr again(av_frame_clone(shown_.get()));
        again->pts = at;
        lastTimestamp_ = at;
        lastDuration_ = end - at;
        if (auto drawn = draw(*again); !drawn) {
            return drawn;
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
    return encode(drawn->get());
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
    return writer_->write(packet, *route.to, input_->streams[index]->time_base);
}

Result<void> BurnIn::convert() {
    PacketReader reader(*input_, first_.streamIndex, stop_);
    PacketPtr packet(av_packet_alloc());
    while (true) {
        const auto more = reader.read(*packet);
        if (!more) {
            return tl::unexpected(more.error());
        }
        if (!*more) {
            break;
        }
        auto routed = route(*packet);
        av_packet_unref(packet.get());
        if (!routed) {
            return routed;
        }
    }
    if (auto flushed = decode(nullptr); !flushed) {
        return flushed;
    }
    deinterlacer_.push(nullptr);
    if (auto flushed = presentReady(); !flushed) {
        return flushed;
    }
    if (auto flushed = repeatUntil(lastTimestamp_ + lastDuration_); !flushed) {
        return flushed;
    }
    if (auto flushed = encode(nullptr); !flushed) {
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
        return fail(ErrorCode::Unsupported,
                    fmt::format("Cannot write {}: videos with captions in the picture are .mp4 or .mkv files. Choose a "
                                "name that ends in .mp4.",
                                output.string()));
    }
    container_ = *container;
    if (std::find(kPresets.begin(), kPresets.end(), options_.preset) == kPresets.end()) {
        return fail(ErrorCode::Unsupported,
                    fmt::format("Cannot encode with preset \"{}\": there is none of that name. Choose one of \"{}\".",
                                options_.preset, fmt::join(kPresets, "\", \"")));
    }
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
    return BurnIn(options, progress, stop).run(input, output, ass);
}

}  // namespace sightline
