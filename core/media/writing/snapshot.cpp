#include "core/media/writing/snapshot.h"

#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "core/base/atomic_file.h"
#include "core/media/opencv_library.h"

extern "C" {
#include <libavutil/crc.h>
}

namespace sightline {
namespace {

using namespace std::string_literals;

constexpr int kJpegQuality = 92;
constexpr std::size_t kPngHeader = 8 + 25;  // signature and the IHDR chunk, which comes first

std::string bigEndian(std::uint32_t value) {
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8) {
        bytes += static_cast<char>((value >> shift) & 0xffU);
    }
    return bytes;
}

// An uncompressed UTF-8 text chunk; PNG specification, 11.3.4.5.
std::string textChunk(std::string_view keyword, std::string_view text) {
    std::string body = "iTXt";
    body += keyword;
    body += "\0\0\0\0\0"s;  // end of keyword, not compressed, method, no language, no translated keyword
    body += text;
    const std::uint32_t crc = ~av_crc(av_crc_get_table(AV_CRC_32_IEEE_LE), UINT32_MAX,
                                      reinterpret_cast<const std::uint8_t*>(body.data()), body.size());
    return bigEndian(static_cast<std::uint32_t>(body.size() - 4)) + body + bigEndian(crc);
}

std::string escaped(std::string_view text) {
    std::string xml;
    for (const char c : text) {
        switch (c) {
            case '<': xml += "&lt;"; break;
            case '>': xml += "&gt;"; break;
            case '&': xml += "&amp;"; break;
            case '"': xml += "&quot;"; break;
            default: xml += c;
        }
    }
    return xml;
}

// Adobe's XMP specification, part 3, 1.1.3.
std::string xmpSegment(const SnapshotText& text) {
    const std::string packet = fmt::format(
        "<?xpacket begin=\"\xef\xbb\xbf\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?><x:xmpmeta xmlns:x=\"adobe:ns:meta/\">"
        "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"><rdf:Description rdf:about=\"\" "
        "xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" "
        "xmp:CreateDate=\"{}\" "
        "xmp:CreatorTool=\"Sightline\" dc:source=\"{}\"><dc:description><rdf:Alt><rdf:li xml:lang=\"x-default\">{}"
        "</rdf:li></rdf:Alt></dc:description></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end=\"w\"?>",
        escaped(text.taken), escaped(text.source), escaped(text.caption));
    const std::string body = "http://ns.adobe.com/xap/1.0/\0"s + packet;
    const std::size_t length = body.size() + 2;
    return "\xff\xe1"s + static_cast<char>(length >> 8U) + static_cast<char>(length & 0xffU) + body;
}

// Where an APP1 segment belongs: after the start of the image and the JFIF segment, if there is one.
std::size_t afterJfif(const std::string& jpeg) {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(jpeg[at]); };
    if (jpeg.size() > 6 && byte(2) == 0xff && byte(3) == 0xe0) {
        return 4 + (static_cast<std::size_t>(byte(4)) << 8U) + byte(5);
    }
    return 2;
}

}  // namespace

Result<void> writeSnapshot(const Image& image, const SnapshotText& text, const std::filesystem::path& path) {
    const std::string extension = path.extension().string();
    const bool png = extension == ".png";
    if (!png && extension != ".jpg" && extension != ".jpeg") {
        return fail(ErrorCode::Unsupported,
                    fmt::format("Cannot write {}: a snapshot is a PNG or JPEG file. Choose a name that ends in .png or "
                                ".jpg.",
                                path.string()));
    }
    const auto opencv = openCvFunctions();
    if (!opencv) {
        return tl::unexpected(opencv.error());
    }
    auto encoded = png ? (*opencv)->encodePng(image) : (*opencv)->encodeJpeg(image, kJpegQuality);
    if (!encoded) {
        return fail(ErrorCode::Internal, fmt::format("Cannot write {}: the picture cannot be encoded.", path.string()),
                    encoded.error());
    }
    std::string bytes = std::move(*encoded);
    if (png) {
        bytes.insert(kPngHeader, textChunk("Description", text.caption) + textChunk("Source", text.source) +
                                     textChunk("Creation Time", text.taken) + textChunk("Software", "Sightline"));
    } else {
        bytes.insert(afterJfif(bytes), xmpSegment(text));
    }
    return writeFileAtomically(path, bytes);
}

}  // namespace sightline
