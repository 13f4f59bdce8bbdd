#include "core/subtitles/subtitle_file.h"

#include <algorithm>
#include <fstream>

#include <fmt/format.h>

#include "core/base/atomic_file.h"
#include "core/subtitles/cue_time.h"
#include "core/subtitles/text.h"
#include "core/subtitles/text_encoding.h"

namespace sightline {
namespace {

// The largest we know, the 10,000 videos of ActivityNet's training set, has 8 MB.
constexpr std::uintmax_t kMaxBytes = 64U * 1024U * 1024U;

Result<std::string> readBytes(const std::filesystem::path& path) {
    std::error_code status;
    if (!std::filesystem::exists(path, status)) {
        return fail(ErrorCode::NotFound,
                    fmt::format("Cannot open {}: there is no such file. Check the name.", path.string()));
    }
    const std::string unreadable = fmt::format("Cannot read {}: check that it is a file you may read.", path.string());
    if (!std::filesystem::is_regular_file(path, status)) {
        return fail(ErrorCode::Io, unreadable);
    }
    const auto size = std::filesystem::file_size(path, status);
    if (!status && size > kMaxBytes) {
        return fail(ErrorCode::Unsupported,
                    fmt::format("Cannot read {}: it has {} MB, more than any caption file. Choose a caption file.",
                                path.string(), size >> 20U));
    }
    std::ifstream file(path, std::ios::binary);
    std::string bytes(status ? 0 : size, '\0');
    file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (status || !file) {
        return fail(ErrorCode::Io, unreadable);
    }
    return bytes;
}

// By content, as files are often renamed; by extension where the content says nothing, as an empty or damaged one does.
// Null when neither tells.
const SubtitleFormat* detectFormat(std::string_view utf8, const std::string& extension) {
    const auto formats = subtitleFormats();
    // SubRip, the first, has no signature and would take a WebVTT file for its own, so it is asked last.
    const auto found = std::find_if(formats.rbegin(), formats.rend(),
                                    [utf8](const SubtitleFormat* format) { return format->recognises(utf8); });
    return found == formats.rend() ? findSubtitleFormat(extension) : *found;
}

}  // namespace

SubtitleContext contextOf(const std::filesystem::path& path, const std::filesystem::path& video,
                          MediaTime videoDuration) {
    const auto whole = [](const std::filesystem::path& one) {
        std::error_code ignored;
        return one.empty() ? one : std::filesystem::absolute(one, ignored).lexically_normal();
    };
    return {.video = whole(video), .videoDuration = videoDuration, .file = whole(path)};
}

Result<SubtitleFile> readSubtitleFile(const std::filesystem::path& path, MediaTime videoDuration,
                                      const std::filesystem::path& video) {
    const auto bytes = readBytes(path);
    if (!bytes) {
        return tl::unexpected(bytes.error());
    }
    const auto failed = [&path](const Error& error) {
        return fail(error.code, fmt::format("Cannot read {}: {}", path.string(), error.message), error.detail);
    };
    const auto text = decodeText(*bytes);
    if (!text) {
        return failed(text.error());
    }
    SubtitleFile file{
        .reading = {}, .format = detectFormat(text->utf8, path.extension().string()), .encoding = text->encoding};
    if (file.format == nullptr) {
        std::string known;
        for (const SubtitleFormat* format : subtitleFormats()) {
            known += fmt::format("{}{}", known.empty() ? "" : ", ", format->description());
        }
        return failed(
            {ErrorCode::Unsupported, fmt::format("it is no caption file. Choose one of these kinds: {}.", known), {}});
    }
    auto reading = file.format->read(text->utf8, contextOf(path, video, videoDuration));
    if (!reading) {
        return failed(reading.error());
    }
    file.reading = std::move(*reading);
    for (const std::size_t line : text->damagedLines) {
        warn(file.reading, line,
             fmt::format("It holds bytes that are no {} text; {} stands for them. Correct the line.", text->encoding,
                         kReplacementCharacter));
    }
    return file;
}

Result<void> writeSubtitleFile(const CueTrack& track, const std::filesystem::path& path, const SubtitleFormat& format,
                               const std::filesystem::path& video) {
    return writeFileAtomically(path, format.write(track, contextOf(path, video, track.videoDuration)));
}

}  // namespace sightline
