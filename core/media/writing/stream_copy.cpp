#include "core/media/writing/stream_copy.h"

#include <fmt/format.h>

#include "core/base/logging.h"
#include "core/media/files/packet_reader.h"
#include "core/media/writing/copy_plan.h"

namespace sightline {

Result<AVStream*> StreamCopy::open(const std::filesystem::path& input, const std::filesystem::path& output,
                                   const Options& options) {
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
        return tl::unexpected(complete.error());
    }
    auto file = OutputFile::create(input, output, options.overwrite);
    if (!file) {
        return tl::unexpected(file.error());
    }
    file_.emplace(std::move(*file));
    auto writer = ContainerWriter::open(container_, *file_, *input_);
    if (!writer) {
        return tl::unexpected(writer.error());
    }
    writer_.emplace(std::move(*writer));
    if (auto copied = addCopies(options); !copied) {
        return tl::unexpected(copied.error());
    }
    return added_ ? Result<AVStream*>(added_) : writer_->addTrack(options.language, options.title);
}

std::int64_t StreamCopy::zero(AVRational base) const { return av_rescale_q(first_.zero, first_.timeBase, base); }

Result<void> StreamCopy::addCopies(const Options& options) {
    const int replaced = options.replacesSound ? mainAudioStream(*input_) : -1;
    for (unsigned i = 0; i < input_->nb_streams; ++i) {
        AVStream& stream = *input_->streams[i];
        copies_.push_back(nullptr);
        if (isMadeAnew(stream)) {
            continue;
        }
        if (stream.index == replaced) {
            stream.discard = AVDISCARD_ALL;
            auto track = writer_->addTrack(options.language, options.title);
            if (!track) {
                return tl::unexpected(track.error());
            }
            added_ = *track;
            continue;
        }
        if (!holds(container_, *input_, stream)) {
            if (!options.leaveOutUnsupported) {
                return fail(ErrorCode::Unsupported,
                            fmt::format("Cannot keep {} of {} in a {} file. Choose another kind of file, or allow such "
                                        "streams to be left out.",
                                        nameOf(stream), input_->url, container_.extension));
            }
            logger("media")->warn("{} of {} cannot be kept in a {} file and is left out", nameOf(stream), input_->url,
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
    return {};
}

Result<void> StreamCopy::run(const WriteUpTo& writeUpTo) {
    auto done = writer_->start();
    done = done ? copyPackets(writeUpTo) : done;
    done = done ? writer_->finish() : done;
    return done ? file_->commit() : done;
}

// A cover that became an attachment has its content in the header.
bool StreamCopy::isWanted(const AVPacket& packet) const {
    const auto index = static_cast<std::size_t>(packet.stream_index);
    return index < copies_.size() && copies_[index] && copies_[index]->codecpar->codec_type != AVMEDIA_TYPE_ATTACHMENT;
}

void StreamCopy::report(const AVPacket& packet) {
    if (!progress_ || packet.stream_index != first_.streamIndex || packet.pts == AV_NOPTS_VALUE) {
        return;
    }
    const MediaTime time(av_rescale_q(packet.pts - first_.zero, first_.timeBase, kNanosecondBase));
    if (time > reported_) {  // packets come in decoding order
        reported_ = time;
        progress_(time);
    }
}

Result<void> StreamCopy::copyPackets(const WriteUpTo& writeUpTo) {
    PacketReader reader(*input_, first_.streamIndex, stop_);
    while (true) {
        const auto more = reader.read(*packet_);
        if (!more) {
            return tl::unexpected(more.error());
        }
        if (!*more) {
            return writeUpTo(INT64_MAX);
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
            if (auto written = writeUpTo(av_rescale_q(time, from.time_base, AV_TIME_BASE_Q)); !written) {
                return written;
            }
        }
    }
}

}  // namespace sightline
