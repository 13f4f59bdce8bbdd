#include "core/media/writing/burn_in.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/logging.h"
#include "core/media/writing/aac_track.h"
#include "core/media/writing/caption_filter.h"
#include "core/media/writing/container_io.h"

namespace sightline {
namespace {

// More damaged pictures than any decoder holds back: it reports the same one for ever.
constexpr int kMaxDrainErrors = 64;

// x264 would name an unknown one on stderr.
constexpr std::array<std::string_view, 9> kPresets = {"ultrafast", "superfast", "veryfast", "faster",  "fast",
                                                      "medium",    "slow",      "slower",   "veryslow"};

class BurnIn {
public:
    BurnIn(const BurnInOptions& options, const ProgressCallback& progress, const std::stop_token& stop)
        : options_(options), progress_(progress), stop_(stop) {}

    Result<void> run(const std::filesystem::path& input, const std::filesystem::path& output, const std::string& ass);

private:
    // What becomes of one stream of the input.
    struct Route {
        AVStream* to = nullptr;  // null: left out
        std::optional<AacTrack> aac;
    };

    Result<void> addStreams();
    Result<void> addVideo(AVStream& stream);
    Result<void> addAac(AVStream& stream, Route& route);
    Result<void> openEncoder(const AVFrame& picture, const AVStream& stream);
    Result<void> convert();
    Result<void> route(AVPacket& packet);
    Result<void> writeAac(const AVPacket* packet, Route& route);
    Result<void> decode(const AVPacket* packet);  // null flushes, as below
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
    // The stream's own units, so that no timestamp is rounded; the rate only steers the distribution of bits.
    encoder_->time_base = stream.time_base;
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
    to.time_base = stream.time_base;
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
    for (unsigned i = 0; i < input_->nb_streams; ++i) {
        AVStream& stream = *input_->streams[i];
        routes_.emplace_back();
        Result<void> added;
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
        } else if (stream.codecpar->codec_type == AVMEDIA_TYPE_AUDIO) {
            added = addAac(stream, routes_.back());
        } else {
            logger("media")->warn("{} cannot be kept in a {} file and is left out", nameOf(stream),
                                  container_.extension);
            stream.discard = AVDISCARD_ALL;
        }
        if (!added) {
            return added;
        }
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
        if (stop_.stop_requested()) {
            return tl::unexpected(cancelledWriting());
        }
        frame->pts = frame->best_effort_timestamp;
        if (lastTimestamp_ != AV_NOPTS_VALUE && (frame->pts == AV_NOPTS_VALUE || frame->pts <= lastTimestamp_)) {
            frame->pts = lastTimestamp_ + std::max<std::int64_t>(lastDuration_, 1);
        } else if (frame->pts == AV_NOPTS_VALUE) {
            frame->pts = first_.timestamp;
        }
        lastTimestamp_ = frame->pts;
        lastDuration_ = frameDuration(*frame);
        const AVRational aspect = av_guess_sample_aspect_ratio(input_.get(), &video(), frame.get());
        auto picture = filter_->apply(*frame, aspect);
        if (!picture) {
            return tl::unexpected(picture.error());
        }
        (*picture)->pict_type = AV_PICTURE_TYPE_NONE;  // x264 chooses its keyframes itself
        if (auto encoded = encode(picture->get()); !encoded) {
            return encoded;
        }
        if (progress_) {
            progress_(MediaTime(av_rescale_q(lastTimestamp_ - first_.timestamp, video().time_base, kNanosecondBase)));
        }
    }
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
    PacketPtr packet(av_packet_alloc());
    while (true) {
        const int code = av_read_frame(input_.get(), packet.get());
        if (stop_.stop_requested()) {
            return tl::unexpected(cancelledWriting());
        }
        if (code == AVERROR_EOF) {
            break;
        }
        if (code < 0) {
            return fail(ErrorCode::Corrupt,
                        fmt::format("Cannot read {}: it is damaged. Get an intact copy.", input_->url),
                        ffmpegErrorText(code));
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
    auto filter = CaptionFilter::create(ass, displayOrientation(video()), first_.timeBase, first_.timestamp);
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
