#include "core/media/writing/track_marks.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>

namespace sightline {
namespace {

// As FFmpeg's own table of roles (libavformat/isom.c).
constexpr std::array<std::pair<int, const char*>, 5> kRoles{{
    {AV_DISPOSITION_HEARING_IMPAIRED | AV_DISPOSITION_CAPTIONS, "caption"},
    {AV_DISPOSITION_COMMENT, "commentary"},
    {AV_DISPOSITION_VISUAL_IMPAIRED | AV_DISPOSITION_DESCRIPTIONS, "description"},
    {AV_DISPOSITION_DUB, "dub"},
    {AV_DISPOSITION_FORCED, "forced-subtitle"},
}};

constexpr std::size_t kHeader = 8;  // of a box: size and type

std::uint64_t number(std::string_view bytes, std::size_t at, std::size_t size = 4) {
    std::uint64_t value = 0;
    for (const char byte : bytes.substr(at, size)) {
        value = value << 8U | static_cast<unsigned char>(byte);
    }
    return value;
}

std::string asBytes(std::uint64_t value) {
    std::string bytes;
    for (unsigned shift = 32; shift > 0; shift -= 8) {
        bytes += static_cast<char>(value >> (shift - 8) & 0xffU);
    }
    return bytes;
}

std::string box(std::string_view type, const std::string& content) {
    return asBytes(content.size() + kHeader) + std::string(type) + content;
}

struct Box {
    std::size_t at = 0;
    std::size_t size = 0;  // zero: there is none

    explicit operator bool() const { return size > 0; }
    std::size_t end() const { return at + size; }
};

// The first box of that type among those that follow each other from `from` to `end`.
Box find(std::string_view bytes, std::string_view type, std::size_t from, std::size_t end) {
    while (from + kHeader <= end) {
        const Box box{from, static_cast<std::size_t>(number(bytes, from))};
        if (box.size < kHeader || box.end() > end) {
            break;
        }
        if (bytes.substr(from + 4, 4) == type) {
            return box;
        }
        from = box.end();
    }
    return {};
}

// ISO/IEC 14496-12 section 8.3.2: version and flags, two times of 4 or 8 bytes, the number.
bool isTrack(std::string_view moov, const Box& trak, std::uint32_t track) {
    const Box header = find(moov, "tkhd", trak.at + kHeader, trak.end());
    if (!header || header.size < 32) {
        return false;
    }
    const bool isLong = moov[header.at + kHeader] == 1;
    return number(moov, header.at + kHeader + 4 + (isLong ? 16 : 8)) == track;
}

void grow(std::string& moov, const Box& box, std::size_t bytes) { moov.replace(box.at, 4, asBytes(box.size + bytes)); }

Box findTrack(std::string_view moov, std::uint32_t track) {
    Box trak = find(moov, "trak", kHeader, moov.size());
    while (trak && !isTrack(moov, trak, track)) {
        trak = find(moov, "trak", trak.end(), moov.size());
    }
    return trak;
}

void addRole(std::string& moov, const Box& trak, const char* role) {
    const std::string told = box("kind", std::string(4, '\0') + "urn:mpeg:dash:role:2011" + '\0' + role + '\0');
    const Box userData = find(moov, "udta", trak.at + kHeader, trak.end());
    if (userData && find(moov, "kind", userData.at + kHeader, userData.end())) {
        return;
    }
    const std::string added = userData ? told : box("udta", told);
    const std::size_t at = userData ? userData.end() : trak.end();
    if (userData) {
        grow(moov, userData, added.size());
    }
    grow(moov, trak, added.size());
    grow(moov, {0, moov.size()}, added.size());
    moov.insert(at, added);
}

// Five bits a letter. Behind version and flags are two times, the time scale and the duration.
void addLanguage(std::string& moov, const Box& trak, const std::string& language) {
    constexpr std::uint64_t kUnspecified = 0x7fff;
    const Box media = find(moov, "mdia", trak.at + kHeader, trak.end());
    const Box header = media ? find(moov, "mdhd", media.at + kHeader, media.end()) : Box();
    const bool isCode =
        language.size() == 3 && std::ranges::all_of(language, [](char c) { return c >= 'a' && c <= 'z'; });
    if (!header || header.size < 32 || !isCode || language == "und") {
        return;
    }
    const std::size_t at = header.at + (moov[header.at + kHeader] == 1 ? 40 : 28);
    if (number(moov, at, 2) != kUnspecified) {
        return;
    }
    std::uint64_t packed = 0;
    for (const char letter : language) {
        packed = packed << 5U | static_cast<std::uint64_t>(letter - 0x60);
    }
    moov.replace(at, 2, asBytes(packed).substr(2));
}

}  // namespace

std::vector<TrackMarks> marksOf(const AVFormatContext& output) {
    std::vector<TrackMarks> marks;
    for (unsigned i = 0; i < output.nb_streams; ++i) {
        const AVStream& stream = *output.streams[i];
        const AVDictionaryEntry* language = av_dict_get(stream.metadata, "language", nullptr, 0);
        TrackMarks& mark = marks.emplace_back();
        mark.track = i + 1;  // the muxer numbers its tracks from 1
        mark.language = language ? language->value : "";
        for (const auto& [dispositions, role] : kRoles) {
            if ((stream.disposition & dispositions) != 0) {
                mark.role = role;
                break;
            }
        }
    }
    return marks;
}

int addTrackMarks(const std::filesystem::path& file, const std::vector<TrackMarks>& marks) {
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    std::string header(2 * kHeader, '\0');
    std::uint64_t at = 0;
    std::uint64_t size = 0;
    errno = 0;
    while (stream.seekg(static_cast<std::streamoff>(at)) &&
           stream.read(header.data(), static_cast<std::streamsize>(header.size()))) {
        size = number(header, 0);
        size = size == 1 ? number(header, kHeader, 8) : size;
        if (header.compare(4, 4, "moov") == 0 || size < kHeader) {
            break;
        }
        at += size;
    }
    const auto problem = [] { return errno != 0 ? errno : EIO; };
    std::error_code status;
    if (!stream || header.compare(4, 4, "moov") != 0 || at + size != std::filesystem::file_size(file, status)) {
        return stream || stream.eof() ? 0 : problem();
    }
    std::string moov(static_cast<std::size_t>(size), '\0');
    stream.seekg(static_cast<std::streamoff>(at));
    stream.read(moov.data(), static_cast<std::streamsize>(moov.size()));
    const std::string before = moov;
    for (const TrackMarks& mark : marks) {
        if (const Box trak = findTrack(moov, mark.track)) {
            addLanguage(moov, trak, mark.language);
            if (mark.role) {
                addRole(moov, trak, mark.role);
            }
        }
    }
    if (stream && moov != before) {
        stream.seekp(static_cast<std::streamoff>(at));
        stream.write(moov.data(), static_cast<std::streamsize>(moov.size()));
        stream.flush();
    }
    return stream ? 0 : problem();
}

}  // namespace sightline
