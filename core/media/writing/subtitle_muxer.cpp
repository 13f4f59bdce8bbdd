#include "core/media/writing/subtitle_muxer.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/base/logging.h"
#include "core/media/files/packet_reader.h"
#include "core/media/language_code.h"
#include "core/media/writing/container_io.h"
#include "core/media/writing/copy_plan.h"
#include "core/media/writing/subtitle_packets.h"

namespace sightline {
namespace {

constexpr AVRational kMilliseconds{1, 1000};

class SubtitleMuxer {
public:
    SubtitleMuxer(const SubtitleMuxOptions& options, const ProgressCallback& progress, const std::stop_token& stop)
        : options_(options), progress_(progress), stop_(stop) {}

    Result<void> run(const std::filesystem::path& input, const std::filesystem::path& output,
                     const std::vector<SubtitleText>& subtitles);

private:
    Result<void> addStreams();
    Result<void> copyPackets();
    Result<void> writeSubtitlesUpTo(std::int64_t timeMs);
    void report(const AVPacket& packet);
    bool isWanted(const AVPacket& packet) const;

    const SubtitleMuxOptions& options_;
    const ProgressCallback& progress_;
    const std::stop_token& stop_;
    Container container_;
    FormatContextPtr input_;
    FirstFrame first_;
    ContainerWriter* writer_ = nullptr;
    std::vector<AVStream*> copies_;  // by stream of the input; null: left out
    AVStream* track_ = nullptr;
    std::vector<SubtitlePacket> packets_;
    std::size_t written_ = 0;  // of packets_
    PacketPtr packet_{av_packet_alloc()};
    MediaTime reported_{-1};
};

Result<void> SubtitleMuxer::addStreams() {
    for (unsigned i = 0; i < input_->nb_streams; ++i) {
        AVStream& stream = *input_->streams[i];
        copies_.push_back(nullptr);
        if (isMadeAnew(stream)) {
            continue;
        }
        if (!holds(container_, *input_, stream)) {
            if (!options_.leaveOutUnsupported) {
                return fail(ErrorCode::Unsupported,
                            fmt::format("Cannot keep {} of {} in a {} file. Choose another kind of file, or allow such "
                                        "streams to be left out.",
                                        nameOf(stream), input_->url, container_.extension));
            }
            logger("media")->warn("{} cannot be kept in a {} file and is left out", nameOf(stream),
                                  container_.extension);
            stream.discard = AVDISCARD_ALL;
            continue;
        }
        auto copy = writer_->addCopy(stream);
        if (!copy) {
            return tl::unexpected(copy.error());
        }
        copies_.back() = *copy;
    }
    auto track = writer_->addNew(nullptr);
    if (!track) {
        return tl::unexpected(track.error());
    }
    track_ = *track;
    track_->time_base = kMilliseconds;
    // In WebM it would make the track one of metadata (D_WEBVTT/DESCRIPTIONS), which players do not show.
    track_->disposition = container_.extension == ".webm" ? 0 : AV_DISPOSITION_DESCRIPTIONS;
    av_dict_set(&track_->metadata, "language", threeLetterLanguage(options_.language).c_str(), 0);
    av_dict_set(&track_->metadata, "title", options_.title.c_str(), 0);
    av_dict_set(&track_->metadata, "handler_name", options_.title.c_str(), 0);  // what players of MP4 show
    if (!describeSubtitles(*track_->codecpar, container_.textSubtitles)) {
        return fail(ErrorCode::Internal, "Cannot write the subtitles: no memory. Close other programs.");
    }
    return {};
}

Result<void> SubtitleMuxer::writeSubtitlesUpTo(std::int64_t timeMs) {
    for (; written_ < packets_.size() && packets_[written_].startMs <= timeMs; ++written_) {
        const SubtitlePacket& subtitle = packets_[written_];
        const int size = static_cast<int>(subtitle.payload.size());
        if (av_new_packet(packet_.get(), size) < 0) {
            return fail(ErrorCode::Internal, "Cannot write the subtitles: no memory. Close other programs.");
        }
        std::copy_n(subtitle.payload.data(), size, packet_->data);
        packet_->pts = packet_->dts = subtitle.startMs - writer_->shift(kMilliseconds);
        packet_->duration = subtitle.durationMs;
        packet_->flags |= AV_PKT_FLAG_KEY;
        if (auto written = writer_->write(*packet_, *track_, kMilliseconds); !written) {
            return written;
        }
    }
    return {};
}

// A cover that became an attachment has its content in the header.
bool SubtitleMuxer::isWanted(const AVPacket& packet) const {
    const auto index = static_cast<std::size_t>(packet.stream_index);
    return index < copies_.size() && copies_[index] && copies_[index]->codecpar->codec_type != AVMEDIA_TYPE_ATTACHMENT;
}

void SubtitleMuxer::report(const AVPacket& packet) {
    if (!progress_ || packet.stream_index != first_.streamIndex || packet.pts == AV_NOPTS_VALUE) {
        return;
    }
    const MediaTime time(av_rescale_q(packet.pts - first_.zero, first_.timeBase, kNanosecondBase));
    if (time > reported_) {  // packets come in decoding order
        reported_ = time;
        progress_(time);
    }
}

Result<void> SubtitleMuxer::copyPackets() {
    PacketReader reader(*input_, first_.streamIndex, stop_);
    while (true) {
        const auto more = reader.read(*packet_);
        if (!more) {
            return tl::unexpected(more.error());
        }
        if (!*more) {
            break;
        }
        if (!isWanted(*packet_)) {
            av_packet_unref(packet_.get());
            continue;
        }
        const AVStream& from = *input_->streams[packet_->stream_index];
        report(*packet_);
        const std::int64_t time = packet_->dts != AV_NOPTS_VALUE ? packet_->dts : packet_->pts;
        if (auto written = writer_->write(*packet_, *copies_[static_cast<std::size_t>(from.index)], from.time_base);
            !written) {
            return written;
        }
        if (time != AV_NOPTS_VALUE) {
            auto written =
                writeSubtitlesUpTo(av_rescale_q(time, from.time_base, kMilliseconds) + writer_->shift(kMilliseconds));
            if (!written) {
                return written;
            }
        }
    }
    return writeSubtitlesUpTo(INT64_MAX);
}

Result<void> SubtitleMuxer::run(const std::filesystem::path& input, const std::filesystem::path& output,
                                const std::vector<SubtitleText>& subtitles) {
    auto container = containerFor(output);
    if (!container) {
        return tl::unexpected(container.error());
    }
    container_ = *container;
    auto opened = openVideoInput(input, stop_);
    if (!opened) {
        return tl::unexpected(opened.error());
    }
    first_ = std::move(opened->first);
    input_ = std::move(opened->context);
    if (auto complete = checkEssentials(container_, *input_, input); !complete) {
        return complete;
    }
    auto file = OutputFile::create(input, output, options_.overwrite);
    if (!file) {
        return tl::unexpected(file.error());
    }
    auto writer = ContainerWriter::open(container_, *file, *input_);
    if (!writer) {
        return tl::unexpected(writer.error());
    }
    writer_ = &*writer;
    const std::int64_t zeroMs =
        av_rescale_q(first_.zero, first_.timeBase, kMilliseconds) + writer_->shift(kMilliseconds);
    packets_ = makeSubtitlePackets(subtitles, container_.textSubtitles, zeroMs);
    auto done = addStreams();
    done = done ? writer_->start() : done;
    done = done ? copyPackets() : done;
    done = done ? writer_->finish() : done;
    return done ? file->commit() : done;
}

}  // namespace

Result<void> muxSubtitles(const std::filesystem::path& input, const std::filesystem::path& output,
                          const std::vector<SubtitleText>& subtitles, const SubtitleMuxOptions& options,
                          const ProgressCallback& progress, const std::stop_token& stop) {
    return SubtitleMuxer(options, progress, stop).run(input, output, subtitles);
}

}  // namespace sightline
