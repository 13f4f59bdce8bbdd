#include "core/media/files/stream_demuxer.h"

#include <algorithm>
#include <cstdio>
#include <string_view>

#include <fmt/format.h>

#include "core/media/files/video_input.h"

namespace sightline {
namespace {

// A transport stream is scanned for leaps before it is first sought, at 100 to 300 MB/s. In a larger one its timestamps
// are trusted, rather than let people wait.
constexpr std::uintmax_t kScanLimitBytes = 512U << 20U;
constexpr std::int64_t kTailBytes = 16 << 20;  // more than a Matroska cluster, whose beginning has the time

int isInterrupted(void* flag) { return static_cast<const std::atomic<bool>*>(flag)->load() ? 1 : 0; }

AVStream* chooseVideo(const AVFormatContext& format) {
    const int index = mainVideoStream(format);
    return index < 0 ? nullptr : format.streams[index];
}

AVStream* chooseAudio(AVFormatContext& format, int wanted) {
    const int index = wanted < 0 ? mainAudioStream(format) : wanted;
    return index < 0 || index >= static_cast<int>(format.nb_streams) ? nullptr : format.streams[index];
}

}  // namespace

StreamDemuxer::StreamDemuxer(std::filesystem::path path, const std::atomic<bool>& interrupted, AVMediaType kind,
                             int index)
    : path_(std::move(path)), interrupted_(interrupted), kind_(kind), index_(index) {}

Result<void> StreamDemuxer::open() {
    std::error_code status;
    if (!std::filesystem::exists(path_, status)) {
        return fail(ErrorCode::NotFound,
                    fmt::format("Cannot open {}: there is no such file. Check the name.", path_.string()));
    }
    if (std::filesystem::is_directory(path_, status)) {
        return fail(ErrorCode::Unsupported,
                    fmt::format("Cannot open {}: it is a folder. Name a file.", path_.string()));
    }
    if (std::filesystem::file_size(path_, status) == 0) {
        return fail(ErrorCode::Corrupt,
                    fmt::format("Cannot open {}: the file is empty, so it is not a video or picture. "
                                "Get an intact copy.",
                                path_.string()));
    }
    AVFormatContext* raw = avformat_alloc_context();
    raw->interrupt_callback = {isInterrupted, const_cast<std::atomic<bool>*>(&interrupted_)};
    // With its protocol named, a colon in a file's name is not taken for one; pictures named "%d" are no series.
    AVDictionary* options = nullptr;
    av_dict_set(&options, "pattern_type", "none", 0);
    GifClock::askForDelays(options);
    int code = avformat_open_input(&raw, ("file:" + path_.string()).c_str(), nullptr, &options);
    av_dict_free(&options);
    if (code < 0) {  // avformat_open_input freed the context
        if (code == AVERROR(EACCES)) {
            return fail(ErrorCode::Io, fmt::format("Cannot open {}: no permission to read it. Change its permissions.",
                                                   path_.string()));
        }
        return fail(ErrorCode::Corrupt,
                    fmt::format("Cannot open {}: it is not a video or picture, or it is damaged or cut short. Get an "
                                "intact copy.",
                                path_.string()),
                    ffmpegErrorText(code));
    }
    FormatContextPtr format(raw);
    code = avformat_find_stream_info(format.get(), nullptr);
    if (code < 0) {
        return fail(ErrorCode::Corrupt,
                    fmt::format("Cannot open {}: its streams are damaged. Get an intact copy.", path_.string()),
                    ffmpegErrorText(code));
    }
    AVStream* chosen = kind_ == AVMEDIA_TYPE_VIDEO ? chooseVideo(*format) : chooseAudio(*format, index_);
    if (!chosen) {
        return fail(ErrorCode::Unsupported,
                    kind_ == AVMEDIA_TYPE_VIDEO
                        ? fmt::format("{} has no video stream. Choose a file with pictures.", path_.string())
                        : fmt::format("{} has no audio stream. Choose a file with sound.", path_.string()));
    }
    for (unsigned i = 0; i < format->nb_streams; ++i) {
        AVStream* stream = format->streams[i];
        stream->discard = stream == chosen ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
    }
    together_.reset();
    format_ = std::move(format);
    stream_ = chosen;
    gif_.reset();
    if (GifClock::isFor(*format_)) {
        gif_.emplace();
    }
    beginClock();
    return {};
}

void StreamDemuxer::beginClock() {
    if ((format_->iformat->flags & AVFMT_TS_DISCONT) == 0 || clock_) {
        return;
    }
    AVStream* pictures = chooseVideo(*format_);
    if (kind_ == AVMEDIA_TYPE_VIDEO || !pictures) {
        clock_.emplace(stream_->time_base);
        return;
    }
    pictures->discard = AVDISCARD_DEFAULT;
    together_.emplace(*format_, pictures->index);
}

ContinuousClock StreamDemuxer::clockSoFar() const {
    return together_ ? ContinuousClock(stream_->time_base, together_->piecesOf(stream_->index)) : *clock_;
}

int StreamDemuxer::readFrame(AVPacket& packet) {
    while (true) {
        const int code = together_ ? together_->next(packet) : av_read_frame(format_.get(), &packet);
        if (code < 0 || packet.stream_index == stream_->index) {
            return code;
        }
        av_packet_unref(&packet);
    }
}

int StreamDemuxer::read(AVPacket& packet) {
    const int code = readFrame(packet);  // on the clock already where both are read together
    if (code >= 0 && clock_) {
        clock_->apply(packet);
    }
    if (code >= 0 && gif_) {
        gif_->apply(packet);
    }
    return code;
}

void StreamDemuxer::scan() {
    scanned_.emplace();
    clock_ = clockSoFar();
    if (together_) {
        chooseVideo(*format_)->discard = AVDISCARD_ALL;
        together_.reset();
    }
    std::error_code status;
    if (std::filesystem::file_size(path_, status) > kScanLimitBytes && !clock_->leaps()) {
        return;
    }
    StreamDemuxer other(path_, interrupted_, kind_, index_);  // leaves this one where it stands
    if (!other.open() || other.stream_->index != stream_->index) {
        return;
    }
    const PacketPtr packet(av_packet_alloc());
    std::int64_t begin = INT64_MAX;
    std::int64_t end = INT64_MIN;
    while (other.read(*packet) >= 0) {
        if (packet->pts != AV_NOPTS_VALUE) {
            begin = std::min(begin, packet->pts);
            end = std::max(end, packet->pts + packet->duration);
        }
        if ((packet->flags & AV_PKT_FLAG_KEY) != 0 && packet->pos >= 0 && packet->dts != AV_NOPTS_VALUE) {
            scanned_->push_back({packet->dts, packet->pos});
        }
        av_packet_unref(packet.get());
    }
    clock_ = other.clockSoFar();
    joinedDuration_ = end > begin ? end - begin : 0;
    if (!clock_->leaps()) {
        scanned_->clear();
    }
}

// In a file of one piece the times at places that are as far from each other are about as far from each other.
bool StreamDemuxer::seemsToLeap() const {
    constexpr std::uintmax_t kPlaces = 16;
    constexpr int kUneven = 4;
    StreamDemuxer other(path_, interrupted_, kind_, index_);
    std::error_code status;
    const std::uintmax_t bytes = std::filesystem::file_size(path_, status);
    if (status || !other.open()) {
        return false;
    }
    std::vector<std::int64_t> times;
    const PacketPtr packet(av_packet_alloc());
    for (std::uintmax_t place = 0; place < kPlaces; ++place) {
        const auto position = static_cast<std::int64_t>(bytes / kPlaces * place);
        if (av_seek_frame(&other.format(), other.stream_->index, position, AVSEEK_FLAG_BYTE) < 0) {
            return false;
        }
        bool found = false;
        while (!found && other.readFrame(*packet) >= 0) {
            found = packet->dts != AV_NOPTS_VALUE;
            if (found) {
                times.push_back(packet->dts);
            }
            av_packet_unref(packet.get());
        }
    }
    std::vector<std::int64_t> steps;
    for (std::size_t i = 1; i < times.size(); ++i) {
        steps.push_back(times[i] - times[i - 1]);
    }
    if (steps.empty()) {
        return false;
    }
    std::vector<std::int64_t> sorted = steps;
    std::ranges::sort(sorted);
    const std::int64_t usual = sorted[sorted.size() / 2];
    return std::ranges::any_of(
        steps, [&](std::int64_t step) { return clock_->isLeap(step) && (step < 0 || step > kUneven * usual); });
}

void StreamDemuxer::lookForLeaps() {
    if (clock_ && !scanned_ && seemsToLeap()) {
        scan();
    }
}

bool StreamDemuxer::jump(std::int64_t timestamp) {
    if (gif_) {
        return open().has_value();  // each picture leans on all before it
    }
    if ((clock_ || together_) && !scanned_) {
        scan();
    }
    if (clock_) {
        clock_->jumped();
    }
    if (scanned_ && !scanned_->empty()) {
        const auto after = std::upper_bound(scanned_->begin(), scanned_->end(), timestamp,
                                            [](std::int64_t at, const Key& key) { return at < key.timestamp; });
        const Key& key = after == scanned_->begin() ? *after : *std::prev(after);
        return av_seek_frame(format_.get(), stream_->index, key.position, AVSEEK_FLAG_BYTE) >= 0;
    }
    return avformat_seek_file(format_.get(), stream_->index, INT64_MIN, timestamp, timestamp, 0) >= 0;
}

std::optional<StreamDemuxer::IndexedKey> StreamDemuxer::keyBefore(std::int64_t timestamp) const {
    const AVIndexEntry* before = avformat_index_get_entry_from_timestamp(stream_, timestamp, AVSEEK_FLAG_BACKWARD);
    if (!before) {
        return std::nullopt;
    }
    return IndexedKey{before->timestamp, avformat_index_get_entry_from_timestamp(stream_, timestamp, 0) != nullptr};
}

std::int64_t StreamDemuxer::announcedDuration() const {
    if (leaps() || format_->duration_estimation_method == AVFMT_DURATION_FROM_BITRATE) {
        return 0;
    }
    // Of an AVI that was cut short libavformat tells what is left; the header has the number of pictures there were.
    const AVRational rate = stream_->avg_frame_rate;
    if (std::string_view(format_->iformat->name) == "avi" && stream_->nb_frames > 0 && rate.num > 0 && rate.den > 0) {
        return av_rescale_q(stream_->nb_frames, av_inv_q(rate), stream_->time_base);
    }
    if (stream_->duration != AV_NOPTS_VALUE && stream_->duration > 0) {
        return stream_->duration;
    }
    // Matroska has it for the whole file, and programs that write it add it for each stream as "00:01:02.345000000".
    const AVDictionaryEntry* tag = av_dict_get(stream_->metadata, "DURATION", nullptr, 0);
    int hours = 0;
    int minutes = 0;
    double seconds = 0;
    if (tag && std::sscanf(tag->value, "%d:%d:%lf", &hours, &minutes, &seconds) == 3) {
        const double total = 3600.0 * hours + 60.0 * minutes + seconds;
        const std::int64_t end =
            av_rescale_q(static_cast<std::int64_t>(total * AV_TIME_BASE), AV_TIME_BASE_Q, stream_->time_base);
        // Counted from zero by some, from the first picture by others.
        const std::int64_t start = stream_->start_time != AV_NOPTS_VALUE ? stream_->start_time : 0;
        return std::max<std::int64_t>(0, end - std::max<std::int64_t>(0, start));
    }
    return format_->nb_streams == 1 ? fileDuration() : 0;
}

std::int64_t StreamDemuxer::fileDuration() const {
    if (leaps() || format_->duration_estimation_method == AVFMT_DURATION_FROM_BITRATE ||
        format_->duration == AV_NOPTS_VALUE || format_->duration <= 0) {
        return 0;
    }
    // Matroska and FLV say when the file ends on its own clock.
    const std::string_view demuxer = format_->iformat->name;
    const bool saysEnd = demuxer.starts_with("matroska") || demuxer == "flv";
    const std::int64_t start = saysEnd && format_->start_time != AV_NOPTS_VALUE ? format_->start_time : 0;
    return av_rescale_q(format_->duration - std::clamp<std::int64_t>(start, 0, format_->duration), AV_TIME_BASE_Q,
                        stream_->time_base);
}

FormatContextPtr StreamDemuxer::openAgain() const {
    AVFormatContext* raw = avformat_alloc_context();
    raw->interrupt_callback = {isInterrupted, const_cast<std::atomic<bool>*>(&interrupted_)};
    if (avformat_open_input(&raw, ("file:" + path_.string()).c_str(), nullptr, nullptr) < 0) {
        return nullptr;
    }
    FormatContextPtr format(raw);
    return avformat_find_stream_info(raw, nullptr) < 0 ? nullptr : std::move(format);
}

std::int64_t StreamDemuxer::findEnd() const {
    const FormatContextPtr format = openAgain();
    if (!format) {
        return 0;
    }
    const PacketPtr packet(av_packet_alloc());
    const auto endFromHere = [&] {
        std::int64_t end = 0;
        while (av_read_frame(format.get(), packet.get()) >= 0) {
            const AVStream& stream = *format->streams[packet->stream_index];
            const AVMediaType kind = stream.codecpar->codec_type;
            if (packet->pts != AV_NOPTS_VALUE && (kind == AVMEDIA_TYPE_VIDEO || kind == AVMEDIA_TYPE_AUDIO)) {
                end = std::max(end, av_rescale_q(packet->pts + packet->duration, stream.time_base, stream_->time_base));
            }
            av_packet_unref(packet.get());
        }
        return end;
    };
    std::error_code status;
    const auto bytes = static_cast<std::int64_t>(std::filesystem::file_size(path_, status));
    if (!status && bytes > kTailBytes &&
        av_seek_frame(format.get(), stream_->index, bytes - kTailBytes, AVSEEK_FLAG_BYTE) >= 0) {
        if (const std::int64_t end = endFromHere(); end > 0) {
            return end;
        }
        if (bytes > static_cast<std::int64_t>(kScanLimitBytes) ||
            avformat_seek_file(format.get(), -1, INT64_MIN, 0, 0, 0) < 0) {
            return 0;
        }
    }
    return endFromHere();
}

bool StreamDemuxer::goesOnUntil(std::int64_t timestamp) const {
    const FormatContextPtr format = openAgain();
    if (!format) {
        return false;
    }
    AVFormatContext* const raw = format.get();
    const std::int64_t wanted = av_rescale_q(timestamp, stream_->time_base, AV_TIME_BASE_Q);
    avformat_seek_file(raw, -1, INT64_MIN, wanted, wanted, 0);  // without an index it is read from the start
    const PacketPtr packet(av_packet_alloc());
    bool found = false;
    while (!found && av_read_frame(raw, packet.get()) >= 0) {
        const std::int64_t time = packet->pts != AV_NOPTS_VALUE ? packet->pts : packet->dts;
        const AVRational base = raw->streams[packet->stream_index]->time_base;
        found = time != AV_NOPTS_VALUE && av_compare_ts(time + packet->duration, base, wanted, AV_TIME_BASE_Q) >= 0;
        av_packet_unref(packet.get());
    }
    return found;
}

}  // namespace sightline
