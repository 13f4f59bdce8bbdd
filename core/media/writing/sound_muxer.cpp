#include "core/media/writing/sound_muxer.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include <fmt/format.h>

#include "core/media/language_code.h"
#include "core/media/writing/sound_track.h"
#include "core/media/writing/stream_copy.h"

namespace sightline {
namespace {

struct SoundFile {
    const char* extension;
    const char* muxer;
    AVCodecID codec;
};

constexpr std::array kSoundFiles{SoundFile{".wav", "wav", AV_CODEC_ID_PCM_S24LE},
                                 SoundFile{".flac", "flac", AV_CODEC_ID_FLAC},
                                 SoundFile{".opus", "opus", AV_CODEC_ID_OPUS}};

Result<void> run(SoundTrack& track, const ProgressCallback& progress, const std::stop_token& stop) {
    while (!track.isOver()) {
        if (stop.stop_requested()) {
            return tl::unexpected(cancelledWriting());
        }
        if (auto stepped = track.step(); !stepped) {
            return stepped;
        }
        if (progress) {
            progress(track.position());
        }
    }
    return {};
}

}  // namespace

Result<void> muxSoundTrack(const std::filesystem::path& input, const std::filesystem::path& output,
                           const SoundSupply& sound, const SoundTrackOptions& options, const ProgressCallback& progress,
                           const std::stop_token& stop) {
    StreamCopy copy(progress, stop);
    auto added = copy.open(
        input, output,
        {options.overwrite, options.leaveOutUnsupported, options.replacesSound, options.language, options.title});
    if (!added) {
        return tl::unexpected(added.error());
    }
    AVStream& stream = **added;
    stream.disposition = AV_DISPOSITION_VISUAL_IMPAIRED | (options.replacesSound ? AV_DISPOSITION_DEFAULT : 0);
    const AVCodecID codec = copy.container().extension == ".webm" ? AV_CODEC_ID_OPUS : AV_CODEC_ID_AAC;
    auto encoder = SoundEncoder::open(sound.format, codec, stream, copy.writer().wantsGlobalHeader());
    if (!encoder) {
        return tl::unexpected(encoder.error());
    }
    const AVRational base = encoder->timeBase();
    const std::int64_t zero = copy.zero(base);
    const std::int64_t zeroUs = copy.zero(AV_TIME_BASE_Q);
    SoundTrack track(sound, std::move(*encoder), [&](AVPacket& packet) {
        packet.pts += zero;
        packet.dts += zero;
        return copy.writer().write(packet, stream, base);
    });
    return copy.run([&](std::int64_t timeUs) {
        return track.goTo(timeUs == INT64_MAX ? MediaTime::max() : std::chrono::microseconds(timeUs - zeroUs), stop);
    });
}

Result<void> codeSound(const SoundSupply& sound, const ProgressCallback& progress, const std::stop_token& stop) {
    routeFfmpegLog();
    const FormatContextPtr context(avformat_alloc_context());
    AVStream* stream = context ? avformat_new_stream(context.get(), nullptr) : nullptr;
    if (!stream) {
        return fail(ErrorCode::Internal, "Cannot code the sound: there is no memory left. Close other programs.");
    }
    auto encoder = SoundEncoder::open(sound.format, AV_CODEC_ID_AAC, *stream, true);
    if (!encoder) {
        return tl::unexpected(encoder.error());
    }
    SoundTrack track(sound, std::move(*encoder), [](AVPacket&) -> Result<void> { return {}; });
    return run(track, progress, stop);
}

Result<void> writeSound(const std::filesystem::path& input, const std::filesystem::path& output,
                        const SoundSupply& sound, const SoundTrackOptions& options, const ProgressCallback& progress,
                        const std::stop_token& stop) {
    routeFfmpegLog();
    const auto* kind =
        std::ranges::find_if(kSoundFiles, [&](const SoundFile& one) { return output.extension() == one.extension; });
    if (kind == kSoundFiles.end()) {
        return fail(ErrorCode::Unsupported,
                    fmt::format("Cannot write {}: sound is written as .wav, .flac or .opus.", output.string()));
    }
    auto file = OutputFile::create(input, output, options.overwrite);
    if (!file) {
        return tl::unexpected(file.error());
    }
    AVFormatContext* raw = nullptr;
    const std::string name = "file:" + file->temporary().string();
    int code = avformat_alloc_output_context2(&raw, nullptr, kind->muxer, name.c_str());
    const std::unique_ptr<AVFormatContext, MuxerDeleter> context(raw);
    if (code >= 0) {
        code = avio_open(&raw->pb, name.c_str(), AVIO_FLAG_WRITE);
    }
    AVStream* stream = code >= 0 ? avformat_new_stream(raw, nullptr) : nullptr;
    if (!stream) {
        return tl::unexpected(file->writeError(code < 0 ? AVUNERROR(code) : ENOMEM));
    }
    auto encoder =
        SoundEncoder::open(sound.format, kind->codec, *stream, (raw->oformat->flags & AVFMT_GLOBALHEADER) != 0);
    if (!encoder) {
        return tl::unexpected(encoder.error());
    }
    av_dict_set(&raw->metadata, "title", options.title.c_str(), 0);
    av_dict_set(&stream->metadata, "language", threeLetterLanguage(options.language).c_str(), 0);
    const auto check = [&](int result) -> Result<void> {
        result = raw->pb && raw->pb->error < 0 ? raw->pb->error : result;
        if (result < 0) {
            return tl::unexpected(file->writeError(AVUNERROR(result)));
        }
        return {};
    };
    AVDictionary* muxerOptions = nullptr;
    av_dict_set(&muxerOptions, "rf64", "auto", 0);  // a .wav that grows beyond 4 GB
    code = avformat_write_header(raw, &muxerOptions);
    av_dict_free(&muxerOptions);
    if (auto begun = check(code); !begun) {
        return begun;
    }
    const AVRational base = encoder->timeBase();
    SoundTrack track(sound, std::move(*encoder), [&](AVPacket& packet) {
        av_packet_rescale_ts(&packet, base, stream->time_base);
        packet.stream_index = stream->index;
        return check(av_interleaved_write_frame(raw, &packet));
    });
    if (auto coded = run(track, progress, stop); !coded) {
        return coded;
    }
    if (auto ended = check(av_write_trailer(raw)); !ended) {
        return ended;
    }
    if (auto closed = check(avio_closep(&raw->pb)); !closed) {
        return closed;
    }
    return file->commit();
}

}  // namespace sightline
