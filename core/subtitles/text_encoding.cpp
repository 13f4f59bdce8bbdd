#include "core/subtitles/text_encoding.h"

#include <iconv.h>
#include <uchardet/uchardet.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/base/ascii.h"
#include "core/subtitles/text.h"

namespace sightline {
namespace {

// uchardet's statistics settle long before that, and it takes about a second for 30 MB.
constexpr std::size_t kStatisticsBytes = 256 * 1024;
constexpr std::size_t kXmlDeclarationBytes = 200;

// What starts at a byte: a whole sequence, or as much of one as is well-formed (Unicode 15, section 3.9, "maximal
// subpart"), at least one byte.
struct Sequence {
    std::size_t length = 1;
    std::size_t missing = 0;  // bytes that would complete it
    bool whole = false;
};

Sequence sequenceAt(std::string_view bytes) {
    const auto byte = [bytes](std::size_t at) { return static_cast<unsigned char>(bytes[at]); };
    const unsigned lead = byte(0);
    if (lead < 0x80) {
        return {.length = 1, .missing = 0, .whole = true};
    }
    const std::size_t length = lead >= 0xc2 && lead < 0xe0   ? 2
                               : lead >= 0xe0 && lead < 0xf0 ? 3
                               : lead >= 0xf0 && lead < 0xf5 ? 4
                                                             : 0;
    if (length == 0) {
        return {};
    }
    // The second byte keeps out overlong forms, surrogates and what lies beyond U+10FFFF.
    unsigned low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    unsigned high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    std::size_t sound = 1;
    for (; sound < std::min(length, bytes.size()) && byte(sound) >= low && byte(sound) <= high; ++sound) {
        low = 0x80;
        high = 0xbf;
    }
    return {.length = sound, .missing = length - sound, .whole = sound == length};
}

bool isTail(char c) { return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U; }

bool beyondAscii(char c) { return static_cast<unsigned char>(c) >= 0x80; }

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

struct Converted {
    std::string utf8;
    std::vector<std::size_t> damage;  // where in `utf8` a byte that is no text was replaced
};

// Nothing where more than a few of the bytes are not text in that encoding.
std::optional<Converted> convert(std::string_view bytes, const std::string& encoding) {
    // A wrong guess fails at one in ten of the letters or more.
    constexpr std::size_t kSoundForEachDamaged = 50;
    const Converter converter(encoding);
    if (!converter.isOpen()) {
        return std::nullopt;
    }
    const std::size_t unit = encoding.starts_with("UTF-32") ? 4 : encoding.starts_with("UTF-16") ? 2 : 1;
    const std::size_t letters = unit > 1
                                    ? bytes.size() / unit
                                    : static_cast<std::size_t>(std::count_if(bytes.begin(), bytes.end(), beyondAscii));
    Converted result;
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
        result.utf8.append(buffer, to);
        cut = cut || problem == EINVAL;
        if (problem == EILSEQ) {
            if ((result.damage.size() + 1) * kSoundForEachDamaged > letters) {
                return std::nullopt;
            }
            result.damage.push_back(result.utf8.size());
            result.utf8 += kReplacementCharacter;
            from += std::min(unit, left);
            left -= std::min(unit, left);
        } else if (problem != 0 && problem != EINVAL && problem != E2BIG) {
            return std::nullopt;
        }
    }
    if (cut) {
        result.damage.push_back(result.utf8.size());
        result.utf8 += kReplacementCharacter;
    }
    return result;
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

// Whether the text is UTF-8 but for a few bytes. Other encodings form whole sequences by chance only: one for every two
// to ten damaged ones in texts of Thai, Chinese and Japanese, hardly any where letters stand alone.
bool isDamagedUtf8(std::string_view bytes) {
    std::size_t whole = 0;
    std::size_t damaged = 0;
    std::size_t missing = 0;  // of a sequence that the end of a line cut
    std::size_t tailEnd = 0;  // where what was found of it ends
    for (std::size_t at = 0; at < bytes.size();) {
        const Sequence sequence = sequenceAt(bytes.substr(at));
        const std::size_t end = at + sequence.length;
        if (sequence.whole) {
            whole += sequence.length - 1;
        } else if (missing > 0 && isTail(bytes[at]) &&
                   (at == tailEnd || bytes[at - 1] == '\n' || bytes[at - 1] == '\r')) {
            // Programs that break lines or cues by bytes put the rest of a character at the start of the next.
            --missing;
            tailEnd = end;
            whole += missing == 0 ? 2 : 0;
            damaged -= missing == 0 ? 1 : 0;
        } else {
            ++damaged;
            const bool atLineEnd = end == bytes.size() || bytes[end] == '\n' || bytes[end] == '\r';
            missing = atLineEnd ? sequence.missing : 0;
        }
        at = end;
    }
    return whole > 0 && (whole >= 2 * damaged || (damaged <= 2 && whole >= damaged));
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
    if (name.empty() || name == "ASCII" || name == "ISO-8859-1") {
        return "WINDOWS-1252";
    }
    // ISO 8859 has no characters from 0x80 to 0x9f; Windows has letters there (in Polish) and quotation marks.
    constexpr std::pair<std::string_view, std::string_view> kWindows[] = {
        {"ISO-8859-2", "WINDOWS-1250"},  {"ISO-8859-16", "WINDOWS-1250"}, {"ISO-8859-15", "WINDOWS-1252"},
        {"ISO-8859-7", "WINDOWS-1253"},  {"ISO-8859-9", "WINDOWS-1254"},  {"ISO-8859-3", "WINDOWS-1254"},
        {"ISO-8859-8", "WINDOWS-1255"},  {"ISO-8859-6", "WINDOWS-1256"},  {"ISO-8859-4", "WINDOWS-1257"},
        {"ISO-8859-10", "WINDOWS-1257"}, {"ISO-8859-13", "WINDOWS-1257"},
    };
    const bool windows = std::any_of(bytes.begin(), bytes.end(),
                                     [](char c) { return (static_cast<unsigned char>(c) & 0xe0U) == 0x80U; });
    const auto found = std::find_if(std::begin(kWindows), std::end(kWindows),
                                    [&name](const auto& entry) { return entry.first == name; });
    return windows && found != std::end(kWindows) ? std::string(found->second) : name;
}

// The lines that hold these positions, each once; the positions ascend.
std::vector<std::size_t> linesOf(std::string_view text, const std::vector<std::size_t>& positions) {
    std::vector<std::size_t> lines;
    const LineNumbers numbers(positions.empty() ? std::string_view() : text);
    for (const std::size_t position : positions) {
        if (const std::size_t line = numbers.at(position); lines.empty() || lines.back() != line) {
            lines.push_back(line);
        }
    }
    return lines;
}

DecodedText decodedUtf8(std::string_view bytes) {
    std::vector<std::size_t> damage;
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        const std::size_t next = invalidUtf8At(bytes.substr(at));
        if (next == std::string_view::npos) {
            break;
        }
        at += next;
        damage.push_back(at);
    }
    return {.utf8 = replaceInvalidUtf8(bytes), .encoding = "UTF-8", .damagedLines = linesOf(bytes, damage)};
}

}  // namespace

std::size_t invalidUtf8At(std::string_view bytes) {
    std::size_t at = 0;
    while (at < bytes.size()) {
        const Sequence sequence = sequenceAt(bytes.substr(at));
        if (!sequence.whole) {
            return at;
        }
        at += sequence.length;
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
        return decodedUtf8(bytes.substr(kByteOrderMark.size()));
    }
    const auto [marked, markLength] = byteOrderMark(bytes);
    const std::string utf16 = utf16WithoutMark(bytes);
    const std::string declared = declaredByXml(bytes);
    const bool isUtf8 = invalidUtf8At(bytes) == std::string_view::npos;
    const bool otherwiseNamed =
        !marked.empty() || (!declared.empty() && !equalsIgnoringCase(declared, "UTF-8") && !isUtf8);
    if (utf16.empty() && !otherwiseNamed && (isUtf8 || isDamagedUtf8(bytes))) {
        return decodedUtf8(bytes);
    }
    for (const std::string* known : {&marked, &utf16, &declared, static_cast<const std::string*>(nullptr)}) {
        // The guess takes longer than all the rest.
        const std::string encoding = known != nullptr ? *known : guessed(bytes);
        if (encoding.empty()) {
            continue;
        }
        if (auto text = convert(bytes.substr(encoding == marked ? markLength : 0), encoding)) {
            auto lines = linesOf(text->utf8, text->damage);
            DecodedText sound = decodedUtf8(text->utf8);  // some encodings reach beyond Unicode
            lines.insert(lines.end(), sound.damagedLines.begin(), sound.damagedLines.end());
            std::ranges::sort(lines);
            lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
            return DecodedText{std::move(sound.utf8), encoding, std::move(lines)};
        }
    }
    // Has a character for every byte, the last resort of what is text at all.
    if (const std::string latin = "ISO-8859-1"; bytes.find('\0') == std::string_view::npos) {
        if (auto text = convert(bytes, latin)) {
            return DecodedText{std::move(text->utf8), latin, {}};
        }
    }
    return fail(ErrorCode::Corrupt,
                "It is not text in any known encoding. Choose a caption file, or save it as UTF-8.");
}

}  // namespace sightline
