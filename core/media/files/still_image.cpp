#include "core/media/files/still_image.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "core/media/ffmpeg_common.h"
#include "core/media/files/animated_webp.h"
#include "core/media/files/ffmpeg_file_source.h"
#include "core/media/files/heif_image.h"
#include "core/media/opencv_library.h"

namespace sightline {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kHeadBytes = 64U << 10U;      // where a JPEG's segments are
constexpr std::size_t kLookedAtBytes = 32U << 20U;  // more than any photograph's first JPEG

// libjpeg fills the missing part of a cut file with grey and only warns, so the end marker is looked for here: after
// the first start of scan, which the segments before it lead to (they may hold a thumbnail with markers of its own).
bool isCutJpeg(std::string_view bytes) {
    const auto byte = [bytes](std::size_t at) { return static_cast<unsigned char>(bytes[at]); };
    if (bytes.size() < 4 || byte(0) != 0xff || byte(1) != 0xd8) {
        return false;
    }
    std::size_t at = 2;
    while (at + 4 <= bytes.size() && byte(at) == 0xff && byte(at + 1) != 0xda) {
        at += 2U + (static_cast<std::size_t>(byte(at + 2)) << 8U) + byte(at + 3);
    }
    return at >= bytes.size() || bytes.find("\xff\xd9", at) == std::string_view::npos;
}

// JPEGs one after another of one size. A photograph may have others behind it, too (its preview, the gain map of an HDR
// one, the second eye's): then it says so in an MPF segment (CIPA DC-007), or their sizes differ.
bool isMjpeg(std::string_view bytes) {
    if (!bytes.starts_with("\xff\xd8\xff") || bytes.substr(0, kHeadBytes).find("MPF\0"sv) != std::string_view::npos) {
        return false;
    }
    const std::size_t scan = bytes.find("\xff\xda");
    const std::size_t end = scan == std::string_view::npos ? scan : bytes.find("\xff\xd9", scan);
    if (end == std::string_view::npos || bytes.substr(end + 2, 3) != "\xff\xd8\xff") {
        return false;
    }
    const auto sizeAfter = [bytes](std::size_t at) {
        for (const char* start : {"\xff\xc0", "\xff\xc1", "\xff\xc2"}) {  // baseline, extended, progressive
            if (const auto frame = bytes.find(start, at); frame != std::string_view::npos) {
                return bytes.substr(frame + 5, 4);
            }
        }
        return std::string_view();
    };
    return sizeAfter(0) == sizeAfter(end + 2);
}

// https://www.w3.org/TR/png-3/#acTL-chunk
bool isApng(std::string_view bytes) {
    const std::string_view head = bytes.substr(0, bytes.find("IDAT"));
    return bytes.starts_with("\x89PNG") && head.find("acTL") != std::string_view::npos;
}

// Containers that are surely videos, so that OpenCV need not be loaded to be asked: ISO's and Matroska.
bool isVideoContainer(std::string_view bytes) {
    return bytes.substr(0, 8).ends_with("ftyp") || bytes.starts_with("\x1a\x45\xdf\xa3");
}

// What libavformat takes for one picture.
bool isFfmpegPicture(const std::filesystem::path& path) {
    routeFfmpegLog();
    AVFormatContext* raw = nullptr;
    if (avformat_open_input(&raw, ("file:" + path.string()).c_str(), nullptr, nullptr) < 0) {
        return false;
    }
    const FormatContextPtr format(raw);
    const std::string_view demuxer = format->iformat->name;
    return demuxer.ends_with("_pipe") || demuxer == "image2";
}

Result<Image> readByFfmpeg(const std::filesystem::path& path) {
    auto source = openVideoFile(path);
    if (!source) {
        return tl::unexpected(source.error());
    }
    auto frame = (*source)->read();
    if (!frame) {
        return fail(ErrorCode::Unsupported,
                    fmt::format("Cannot read {}: a picture of this kind is not supported here, or it is damaged. "
                                "Convert it to JPEG.",
                                path.string()),
                    frame.error().message);
    }
    return std::move(frame->image);
}

std::string readFile(const std::filesystem::path& path, bool& sound) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream bytes;
    bytes << file.rdbuf();
    sound = file.good() || (file.eof() && !file.bad());
    return std::move(bytes).str();
}

}  // namespace

bool isStillImage(const std::filesystem::path& path) {
    std::error_code status;
    if (!std::filesystem::is_regular_file(path, status)) {
        return false;  // OpenCV would print a warning of its own
    }
    const auto size = std::filesystem::file_size(path, status);
    std::string head(status ? 0 : std::min<std::uintmax_t>(size, kLookedAtBytes), '\0');
    std::ifstream file(path, std::ios::binary);
    file.read(head.data(), static_cast<std::streamsize>(head.size()));
    head.resize(static_cast<std::size_t>(file.gcount()));
    if (isHeif(head)) {
        return true;
    }
    if (isVideoContainer(head) || isApng(head) || isAnimatedWebp(path)) {
        return false;
    }
    const auto opencv = openCvFunctions();
    return (opencv && (*opencv)->isPicture(path.string()) && !isMjpeg(head)) || isFfmpegPicture(path);
}

Result<Image> readStillImage(const std::filesystem::path& path) {
    std::error_code status;
    if (!std::filesystem::exists(path, status)) {
        return fail(ErrorCode::NotFound,
                    fmt::format("Cannot open {}: there is no such file. Check the name.", path.string()));
    }
    bool sound = false;
    const std::string bytes = readFile(path, sound);
    if (!sound) {
        return fail(ErrorCode::Io, fmt::format("Cannot read {}: check that it is a file you may read.", path.string()));
    }
    if (isHeif(bytes)) {
        return readHeif(bytes, path.string());
    }
    const auto opencv = openCvFunctions();
    if (!opencv) {
        return tl::unexpected(opencv.error());
    }
    if (!(*opencv)->isPicture(path.string()) && isFfmpegPicture(path)) {
        return readByFfmpeg(path);
    }
    auto decoded = (*opencv)->decode(bytes);
    if (!decoded || isCutJpeg(bytes)) {
        return fail(
            ErrorCode::Corrupt,
            fmt::format("Cannot read {}: it is not a picture, or it is damaged or cut short. Get an intact copy.",
                        path.string()),
            decoded ? "" : decoded.error());
    }
    return std::move(*decoded);
}

}  // namespace sightline
