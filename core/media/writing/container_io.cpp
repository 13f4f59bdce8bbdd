#include "core/media/writing/container_io.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

#include <fmt/format.h>

extern "C" {
#include <libavutil/avstring.h>
}

#include "core/media/language_code.h"
#include "core/media/orientation.h"
#include "core/media/writing/track_marks.h"

namespace sightline {
namespace {

// Opus counts its delay in samples of this rate whatever the audio's own (RFC 7845 section 4.2).
constexpr int kOpusRate = 48'000;

// Keys the MP4 muxer writes in iTunes' own form, which every player reads. Others need the list of named keys.
constexpr std::array<const char*, 24> kCommonKeys = {
    "title",   "artist",    "album_artist", "composer",      "album",       "date",     "encoder",  "comment",
    "genre",   "copyright", "grouping",     "lyrics",        "description", "synopsis", "show",     "episode_id",
    "network", "keywords",  "episode_sort", "season_number", "track",       "disc",     "location", "creation_time"};
// What the MP4 demuxer reports about the file itself.
constexpr std::array<const char*, 3> kFileKeys = {"major_brand", "minor_version", "compatible_brands"};

Error noMemory() { return {ErrorCode::Internal, "Cannot write the video: no memory. Close other programs.", {}}; }

void copySideData([[maybe_unused]] const AVStream& from, [[maybe_unused]] AVStream& to) {
#if LIBAVFORMAT_VERSION_INT < AV_VERSION_INT(60, 16, 100)  // from FFmpeg 6.1 on, it is part of the codec parameters
    for (int i = 0; i < from.nb_side_data; ++i) {
        const AVPacketSideData& entry = from.side_data[i];
        if (std::uint8_t* copy = av_stream_new_side_data(&to, entry.type, entry.size)) {
            std::copy_n(entry.data, entry.size, copy);
        }
    }
#endif
}

// Files of nothing but H.264 or HEVC: nothing tells when pictures are shown that come in another order.
bool hasTimes(const AVFormatContext& input, const AVStream& stream) {
    const std::string_view format = input.iformat->name;
    return stream.codecpar->video_delay == 0 || (format != "h264" && format != "hevc");
}

}  // namespace

Result<Container> containerFor(const std::filesystem::path& target) {
    std::string extension = target.extension().string();
    std::transform(extension.begin(), extension.end(), extension.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (extension == ".mp4" || extension == ".m4v") {
        return Container{extension, "mp4", AV_CODEC_ID_MOV_TEXT};
    }
    if (extension == ".mov") {
        return Container{extension, "mov", AV_CODEC_ID_MOV_TEXT};
    }
    if (extension == ".mkv") {
        return Container{extension, "matroska", AV_CODEC_ID_SUBRIP};
    }
    if (extension == ".webm") {
        return Container{extension, "webm", AV_CODEC_ID_WEBVTT};
    }
    return fail(ErrorCode::Unsupported,
                fmt::format("Cannot write {}: files of kind \"{}\" hold no text subtitles. Choose a name that ends in "
                            ".mkv.",
                            target.string(), extension));
}

bool keepsRotation(const Container& container, const AVStream& stream) {
    return !container.isMatroska() || AV_VERSION_MAJOR(avformat_version()) >= 61 ||
           displayOrientation(stream) == Orientation{};
}

bool isEssential(const AVStream& stream) {
    const AVCodecParameters& codec = *stream.codecpar;
    return (codec.codec_type == AVMEDIA_TYPE_VIDEO && !isCover(stream)) ||
           (codec.codec_type == AVMEDIA_TYPE_AUDIO && codec.codec_id != AV_CODEC_ID_NONE);
}

bool isMadeAnew(const AVStream& stream) {
    return stream.codecpar->codec_type == AVMEDIA_TYPE_DATA &&
           (stream.discard == AVDISCARD_ALL || stream.codecpar->codec_tag == MKTAG('t', 'm', 'c', 'd'));
}

ContainerWriter::ContainerWriter(const Container& container, const OutputFile* file, const AVFormatContext& input)
    : container_(container), file_(file) {
    // Broadcast formats count from anywhere; all others mean what they say.
    if ((input.iformat->flags & AVFMT_TS_DISCONT) != 0 && input.start_time != AV_NOPTS_VALUE) {
        shiftUs_ = -input.start_time;
    }
}

Result<ContainerWriter> ContainerWriter::open(const Container& container, const OutputFile& file,
                                              const AVFormatContext& input) {
    ContainerWriter writer(container, &file, input);
    AVFormatContext* raw = nullptr;
    const std::string name = "file:" + file.temporary().string();
    int code = avformat_alloc_output_context2(&raw, nullptr, container.muxer, name.c_str());
    writer.context_.reset(raw);
    if (code >= 0) {
        code = avio_open(&raw->pb, name.c_str(), AVIO_FLAG_WRITE);
    }
    if (code < 0) {
        return tl::unexpected(writer.writeError(code));
    }
    writer.copyMetadata(input);
    writer.copyChapters(input);
    return writer;
}

void ContainerWriter::copyMetadata(const AVFormatContext& input) {
    av_dict_copy(&context_->metadata, input.metadata, 0);
    for (const char* key : kFileKeys) {
        av_dict_set(&context_->metadata, key, nullptr, 0);
    }
    const AVDictionaryEntry* entry = nullptr;
    while ((entry = av_dict_get(context_->metadata, "", entry, AV_DICT_IGNORE_SUFFIX))) {
        // Matroska's keys are in capitals; the muxer looks its own up in either case.
        const bool common = std::any_of(kCommonKeys.begin(), kCommonKeys.end(),
                                        [&](const char* key) { return av_strcasecmp(key, entry->key) == 0; });
        unusualMetadata_ = unusualMetadata_ || !common;
    }
}

void ContainerWriter::copyChapters(const AVFormatContext& input) {
    if (input.nb_chapters == 0) {
        return;
    }
    // libavformat frees these together with the context.
    context_->chapters = static_cast<AVChapter**>(av_calloc(input.nb_chapters, sizeof(AVChapter*)));
    for (unsigned i = 0; context_->chapters && i < input.nb_chapters; ++i) {
        const AVChapter& from = *input.chapters[i];
        auto* to = static_cast<AVChapter*>(av_mallocz(sizeof(AVChapter)));
        if (!to) {
            return;
        }
        const std::int64_t moved = shift(from.time_base);
        to->id = from.id;
        to->time_base = from.time_base;
        to->start = from.start + moved;
        to->end = from.end + moved;
        av_dict_copy(&to->metadata, from.metadata, 0);
        context_->chapters[context_->nb_chapters++] = to;
    }
}

// Readers of Matroska subtract a track's CodecDelay from its times
// (https://www.rfc-editor.org/rfc/rfc9559#name-codecdelay-element). The muxer of FFmpeg 5 writes the delay of Opus and
// forgets to add it to the times, which moves the audio.
bool ContainerWriter::writesCodecDelay(const AVCodecParameters& codec) const {
    return container_.isMatroska() && codec.codec_id == AV_CODEC_ID_OPUS && AV_VERSION_MAJOR(avformat_version()) < 60;
}

// Whether a file of this kind with nothing but the stream can be begun.
bool ContainerWriter::startsWith(const Container& container, const AVFormatContext& input, AVStream& stream) {
    ContainerWriter writer(container, nullptr, input);
    AVFormatContext* raw = nullptr;
    const int allocated = avformat_alloc_output_context2(&raw, nullptr, container.muxer, nullptr);
    writer.context_.reset(raw);
    if (allocated < 0 || avio_open_dyn_buf(&raw->pb) < 0) {
        return false;
    }
    const bool begun = writer.addCopy(stream) && writer.start();
    std::uint8_t* header = nullptr;
    avio_close_dyn_buf(raw->pb, &header);
    raw->pb = nullptr;
    av_free(header);
    return begun;
}

bool holds(const Container& container, const AVFormatContext& input, AVStream& stream) {
    const AVMediaType kind = stream.codecpar->codec_type;
    if (!hasTimes(input, stream)) {
        return false;
    }
    const bool isTrack = kind == AVMEDIA_TYPE_VIDEO || kind == AVMEDIA_TYPE_AUDIO || kind == AVMEDIA_TYPE_SUBTITLE;
    if (container.isMatroska() && !isTrack) {
        return kind == AVMEDIA_TYPE_ATTACHMENT && container.extension == ".mkv";
    }
    if (container.isMatroska() && isCover(stream)) {
        return container.extension == ".mkv";
    }
    if (kind == AVMEDIA_TYPE_UNKNOWN || (isTrack && stream.codecpar->codec_id == AV_CODEC_ID_NONE)) {
        return false;
    }
    const AVOutputFormat* format = av_guess_format(container.muxer, nullptr, nullptr);
    // A .webm that holds more than WebM allows is none, so the experimental mappings are for .mkv.
    const int compliance = container.extension == ".webm" ? FF_COMPLIANCE_NORMAL : FF_COMPLIANCE_EXPERIMENTAL;
    if (!format || avformat_query_codec(format, stream.codecpar->codec_id, compliance) != 1) {
        return false;
    }
    return !isTrack || isCover(stream) || ContainerWriter::startsWith(container, input, stream);
}

Result<AVStream*> ContainerWriter::addNew(const AVStream* from) {
    AVStream* to = avformat_new_stream(context_.get(), nullptr);
    if (!to) {
        return tl::unexpected(noMemory());
    }
    lastDts_.push_back(AV_NOPTS_VALUE);
    if (from) {
        av_dict_copy(&to->metadata, from->metadata, 0);
        to->disposition = from->disposition;
    }
    return to;
}

Result<AVStream*> ContainerWriter::addTrack(const std::string& language, const std::string& title) {
    auto track = addNew(nullptr);
    if (track) {
        AVStream& stream = **track;
        av_dict_set(&stream.metadata, "language", threeLetterLanguage(language).c_str(), 0);
        av_dict_set(&stream.metadata, "title", title.c_str(), 0);
        av_dict_set(&stream.metadata, "handler_name", title.c_str(), 0);  // what players of MP4 show
    }
    return track;
}

Result<AVStream*> ContainerWriter::addCopy(AVStream& from) {
    auto added = addNew(&from);
    if (!added) {
        return added;
    }
    AVStream& to = **added;
    if (avcodec_parameters_copy(to.codecpar, from.codecpar) < 0) {
        return tl::unexpected(noMemory());
    }
    if (isCover(from) && container_.isMatroska()) {
        // Matroska keeps covers as attached files.
        const AVPacket& cover = from.attached_pic;
        av_freep(&to.codecpar->extradata);
        to.codecpar->extradata_size = 0;
        to.codecpar->extradata =
            static_cast<std::uint8_t*>(av_mallocz(static_cast<std::size_t>(cover.size) + AV_INPUT_BUFFER_PADDING_SIZE));
        if (!to.codecpar->extradata) {
            return tl::unexpected(noMemory());
        }
        std::copy_n(cover.data, cover.size, to.codecpar->extradata);
        to.codecpar->extradata_size = cover.size;
        to.codecpar->codec_type = AVMEDIA_TYPE_ATTACHMENT;
        to.disposition = 0;
        const bool png = from.codecpar->codec_id == AV_CODEC_ID_PNG;
        av_dict_set(&to.metadata, "filename", png ? "cover.png" : "cover.jpg", AV_DICT_DONT_OVERWRITE);
        av_dict_set(&to.metadata, "mimetype", png ? "image/png" : "image/jpeg", AV_DICT_DONT_OVERWRITE);
        return added;
    }
    // The codec's four letters stay where the container knows them (hvc1 and hev1 differ), else it takes its own.
    const auto tags = context_->oformat->codec_tag;
    unsigned own = 0;
    if (tags && av_codec_get_id(tags, from.codecpar->codec_tag) != from.codecpar->codec_id &&
        av_codec_get_tag2(tags, from.codecpar->codec_id, &own) != 0) {
        to.codecpar->codec_tag = 0;
    }
    copySideData(from, to);
    to.time_base = from.time_base;
    to.avg_frame_rate = from.avg_frame_rate;
    to.r_frame_rate = from.r_frame_rate;
    to.sample_aspect_ratio = from.sample_aspect_ratio;
    to.duration = from.duration;
    return added;
}

Result<void> ContainerWriter::start() {
    context_->strict_std_compliance = FF_COMPLIANCE_EXPERIMENTAL;
    AVDictionary* options = nullptr;
    if (container_.isMatroska()) {
        av_dict_set(&options, "default_mode", "passthrough", 0);
        av_dict_set(&options, "allow_raw_vfw", "1", 0);  // uncompressed RGB, as AVI has it
    } else if (unusualMetadata_) {
        av_dict_set(&options, "movflags", "use_metadata_tags", 0);
    }
    const int code = avformat_write_header(context_.get(), &options);
    av_dict_free(&options);
    if (code == AVERROR(EINVAL) || code == AVERROR_PATCHWELCOME || code == AVERROR_INVALIDDATA) {
        return fail(ErrorCode::Unsupported,
                    fmt::format("Cannot write a {} file with these streams. Choose .mkv.", container_.extension),
                    ffmpegErrorText(code));
    }
    if (code < 0) {
        return tl::unexpected(writeError(code));
    }
    return {};
}

Result<void> ContainerWriter::write(AVPacket& packet, AVStream& to, AVRational base) {
    const std::int64_t moved = shift(base);
    packet.pts += packet.pts != AV_NOPTS_VALUE ? moved : 0;
    packet.dts += packet.dts != AV_NOPTS_VALUE ? moved : 0;
    av_packet_rescale_ts(&packet, base, to.time_base);
    if (writesCodecDelay(*to.codecpar)) {
        const std::int64_t delay = av_rescale_q(to.codecpar->initial_padding, {1, kOpusRate}, to.time_base);
        packet.pts += packet.pts != AV_NOPTS_VALUE ? delay : 0;
        packet.dts += packet.dts != AV_NOPTS_VALUE ? delay : 0;
    }
    packet.stream_index = to.index;
    packet.pos = -1;
    // Damaged files repeat or reverse decoding times, which containers forbid.
    std::int64_t& last = lastDts_[static_cast<std::size_t>(to.index)];
    if (packet.dts != AV_NOPTS_VALUE) {
        const int strict = (context_->oformat->flags & AVFMT_TS_NONSTRICT) == 0 ? 1 : 0;
        if (last != AV_NOPTS_VALUE && packet.dts < last + strict) {
            packet.dts = last + strict;
            packet.pts = packet.pts != AV_NOPTS_VALUE ? std::max(packet.pts, packet.dts) : packet.dts;
        }
        last = packet.dts;
    }
    const int code = av_interleaved_write_frame(context_.get(), &packet);
    if (code < 0 || context_->pb->error < 0) {
        return tl::unexpected(writeError(context_->pb->error < 0 ? context_->pb->error : code));
    }
    return {};
}

Result<void> ContainerWriter::finish() {
    int code = av_write_trailer(context_.get());
    code = context_->pb->error < 0 ? context_->pb->error : code;
    const int closed = avio_closep(&context_->pb);
    code = code >= 0 ? closed : code;
    if (code >= 0 && container_.extension == ".mov") {
        code = AVERROR(addTrackMarks(file_->temporary(), marksOf(*context_)));
    }
    if (code < 0) {
        return tl::unexpected(writeError(code));
    }
    return {};
}

Error ContainerWriter::writeError(int code) const {
    const int problem = AVUNERROR(code);
    if (file_ && problem > 0 && problem < 200 &&
        problem != EINVAL) {  // an errno, and not a complaint about the content
        return file_->writeError(problem);
    }
    return {
        ErrorCode::Io,
        fmt::format("Cannot write this video as {}: its streams do not fit. Choose .mkv, or repair the video first.",
                    container_.extension),
        ffmpegErrorText(code)};
}

}  // namespace sightline
