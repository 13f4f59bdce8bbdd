#include "core/subtitles/text_encoding.h"

#include <iconv.h>
#include <uchardet/uchardet.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <optional>
#include <type_traits>

#include "core/subtitles/text.h"

namespace sightline {
namespace {

// uchardet's statistics settle long before that, and it takes about a second for 30 MB.
constexpr std::size_t kStatisticsBytes = 256 * 1024;
constexpr std::size_t kXmlDeclarationBytes = 200;

// Length of the well-formed sequence at the start of non-empty `bytes`, zero when it is not well-formed.
std::size_t sequenceLength(std::string_view bytes) {
    const auto byte = [bytes](std::size_t at) { return static_cast<unsigned char>(bytes[at]); };
    const unsigned lead = byte(0);
    if (lead < 0x80) {
        return 1;
    }
    const std::size_t length = lead >= 0xc2 && lead < 0xe0   ? 2
                               : lead >= 0xe0 && lead < 0xf0 ? 3
                               : lead >= 0xf0 && lead < 0xf5 ? 4
                                                             : 0;
    if (length == 0 || bytes.size() < length) {
        return 0;
    }
    // The second byte keeps out overlong forms, surrogates and what lies beyond U+10FFFF.
    const unsigned low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    const unsigned high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    if (byte(1) < low || byte(1) > high) {
        return 0;
    }
    for (std::size_t i = 2; i < length; ++i) {
        if (byte(i) < 0x80 || byte(i) > 0xbf) {
            return 0;
        }
    }
    return length;
}

class Converter {
public:
    explicit Converter(const std::string& encoding) : handle_(iconv_open("UTF-8", encoding.c_str())) {}
    ~Converter() {
        if (isOpen()) {
            iconv_close(handle_);
        }
    }
    Converter(const Converter&) = delete;
    Converter& operator=(const Converter&) = delete;

    bool isOpen() const { return handle_ != reinterpret_cast<iconv_t>(-1); }
    iconv_t get() const { return handle_; }

private:
    iconv_t handle_;
};

// Nothing where the bytes are not text in that encoding; a character cut off at the end becomes U+FFFD.
std::optional<std::string> convert(std::string_view bytes, const std::string& encoding) {
    const Converter converter(encoding);
    if (!converter.isOpen()) {
        return std::nullopt;
    }
    std::string result;
    char buffer[16 * 1024];
    char* from = const_cast<char*>(bytes.data());  // iconv's prototype; it only reads
    std::size_t left = bytes.size();
    bool cut = false;
    // The last round, without input, brings out a letter that waited for an accent to follow, as in Windows-1255.
    for (bool flushed = false; !flushed;) {
        flushed = left == 0 || cut;
        char* to = buffer;
        std::size_t room = sizeof buffer;
        const std::size_t converted = flushed ? iconv(converter.get(), nullptr, nullptr, &to, &room)
                                              : iconv(converter.get(), &from, &left, &to, &room);
        const int problem = converted == static_cast<std::size_t>(-1) ? errno : 0;
        result.append(buffer, to);
        cut = cut || problem == EINVAL;
        if (problem != 0 && problem != EINVAL && problem != E2BIG) {
            return std::nullopt;
        }
    }
    return cut ? result.append(kReplacementCharacter) : result;
}

// Its encoding and length; UTF-32's starts like UTF-16's.
std::pair<std::string, std::size_t> byteOrderMark(std::string_view bytes) {
    if (bytes.starts_with(std::string_view("\xff\xfe\0\0", 4))) {
        return {"UTF-32LE", 4};
    }
    if (bytes.starts_with("\xff\xfe")) {
        return {"UTF-16LE", 2};
    }
    return bytes.starts_with("\xfe\xff") ? std::pair<std::string, std::size_t>("UTF-16BE", 2)
                                         : std::pair<std::string, std::size_t>("", 0);
}

// Time codes and line ends give even Chinese UTF-16 many zero bytes, all on one side; other texts have none.
std::string utf16WithoutMark(std::string_view bytes) {
    std::size_t zeros[2] = {0, 0};
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        zeros[i % 2] += bytes[i] == '\0' ? 1U : 0U;
    }
    const std::size_t many = bytes.size() / 10;
    if (zeros[1] > many && zeros[1] > 8 * zeros[0]) {
        return "UTF-16LE";
    }
    return zeros[0] > many && zeros[0] > 8 * zeros[1] ? "UTF-16BE" : "";
}

// Other encodings do not form sequences of UTF-8 by chance. A last sequence that is cut is one if others were whole.
bool isUtf8(std::string_view bytes) {
    constexpr std::size_t kLongestCut = 3;
    const std::size_t bad = invalidUtf8At(bytes);
    if (bad == std::string_view::npos) {
        return utf16WithoutMark(bytes).empty();
    }
    const auto beyondAscii = [](char c) { return static_cast<unsigned char>(c) >= 0x80; };
    return bytes.size() - bad <= kLongestCut &&
           std::any_of(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(bad), beyondAscii);
}

std::string declaredByXml(std::string_view bytes) {
    const std::string_view head = bytes.substr(0, kXmlDeclarationBytes);
    const std::string_view declaration = head.substr(0, head.find("?>"));
    const std::size_t at = declaration.starts_with("<?xml") ? declaration.find("encoding=") : std::string_view::npos;
    if (at == std::string_view::npos) {
        return {};
    }
    const std::string_view value = declaration.substr(at + std::string_view("encoding=").size());
    return value.empty() ? "" : std::string(value.substr(1, std::max<std::size_t>(value.find(value[0], 1), 1) - 1));
}

std::string guessed(std::string_view bytes) {
    const std::unique_ptr<std::remove_pointer_t<uchardet_t>, decltype(&uchardet_delete)> detector(uchardet_new(),
                                                                                                  uchardet_delete);
    uchardet_handle_data(detector.get(), bytes.data(), std::min(bytes.size(), kStatisticsBytes));
    uchardet_data_end(detector.get());
    const std::string name = uchardet_get_charset(detector.get());
    // Too little to go by, or a part of Windows-1252, as the web's Encoding Standard has it.
    return name.empty() || name == "ASCII" || name == "ISO-8859-1" ? "WINDOWS-1252" : name;
}

}  // namespace

std::size_t invalidUtf8At(std::string_view bytes) {
    std::size_t at = 0;
    while (at < bytes.size()) {
        const std::size_t length = sequenceLength(bytes.substr(at));
        if (length == 0) {
            return at;
        }
        at += length;
    }
    return std::string_view::npos;
}

std::string replaceInvalidUtf8(std::string_view bytes) {
    std::string result;
    result.reserve(bytes.size());
    while (!bytes.empty()) {
        const std::size_t valid = std::min(invalidUtf8At(bytes), bytes.size());
        result.append(bytes.substr(0, valid));
        if (valid < bytes.size()) {
            result += kReplacementCharacter;
        }
        bytes.remove_prefix(std::min(bytes.size(), valid + 1));
    }
    return result;
}

Result<DecodedText> decodeText(std::string_view bytes) {
    if (bytes.starts_with(kByteOrderMark)) {
        return DecodedText{replaceInvalidUtf8(bytes.substr(kByteOrderMark.size())), "UTF-8"};
    }
    if (isUtf8(bytes)) {
        return DecodedText{replaceInvalidUtf8(bytes), "UTF-8"};
    }
    const auto [marked, markLength] = byteOrderMark(bytes);
    for (const std::string& encoding : {marked, utf16WithoutMark(bytes), declaredByXml(bytes), guessed(bytes)}) {
        if (encoding.empty()) {
            continue;
        }
        if (auto utf8 = convert(bytes.substr(encoding == marked ? markLength : 0), encoding)) {
            return DecodedText{std::move(*utf8), encoding};
        }
    }
    // Has a character for every byte, the last resort of what is text at all.
    if (const std::string latin = "ISO-8859-1"; bytes.find('\0') == std::string_view::npos) {
        if (auto utf8 = convert(bytes, latin)) {
            return DecodedText{std::move(*utf8), latin};
        }
    }
    return fail(ErrorCode::Corrupt,
                "It is not text in any known encoding. Choose a caption file, or save it as UTF-8.");
}

}  // namespace sightline
