#include "core/media/writing/caption_look.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "core/media/frame_converter.h"
#include "core/media/writing/caption_filter.h"

namespace sightline {
namespace {

constexpr double kOfSide = 1.0 / 18.0;  // of the shorter side: letters at 100 %
constexpr double kReadable = 0.6;       // of the nominal size; letters shrink this far to keep to two lines
constexpr double kLeastReadable = 12.0;
constexpr double kLeast = 6.0;
constexpr double kShrink = 0.94;  // from one size tried to the next

// libass counts a font's whole line as its size, and its letters are about this wide, in lines. Fonts differ, so these
// are those of wide ones, as DejaVu Sans.
constexpr double kLineOfLetters = 1.17;
constexpr double kLetterWidth = 0.55;
constexpr double kCapitalWidth = 0.65;
constexpr double kWidestWidth = 0.87;     // of W and its like
constexpr double kWideLetterWidth = 1.0;  // of Chinese, Japanese, Korean
constexpr double kSideMargin = 0.05;      // of the width
constexpr double kMostHeight = 0.6;       // of the picture

bool isWide(unsigned char lead) { return lead >= 0xe3; }  // from U+3000 on, roughly

// In lines of letters.
double letterWidth(unsigned char lead) {
    if (isWide(lead)) {
        return kWideLetterWidth;
    }
    if (std::string_view("WMmw@%").find(static_cast<char>(lead)) != std::string_view::npos) {
        return kWidestWidth;
    }
    return lead >= 'A' && lead <= 'Z' ? kCapitalWidth : kLetterWidth;
}

double widthOf(std::string_view text) {
    double width = 0.0;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte & 0xc0U) != 0x80U) {
            width += letterWidth(byte);
        }
    }
    return width;
}

std::vector<std::string> wordsOf(std::string_view line) {
    std::vector<std::string> words;
    std::string word;
    for (std::size_t i = 0; i <= line.size(); ++i) {
        const bool wide = i < line.size() && isWide(static_cast<unsigned char>(line[i]));
        if (i == line.size() || line[i] == ' ' || wide) {
            if (!word.empty()) {
                words.push_back(std::exchange(word, {}));
            }
            if (wide) {  // a line may break beside each of these
                words.emplace_back(line.substr(i, 3));
                i += 2;
            }
            continue;
        }
        word += line[i];
    }
    return words;
}

std::vector<std::string> linesOf(std::string_view text) {
    std::vector<std::string> lines;
    while (true) {
        const std::size_t end = text.find("\\N");
        lines.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos) {
            return lines;
        }
        text.remove_prefix(end + 2);
    }
}

// As libass wraps it.
CaptionExtent extentOf(std::string_view text, double letters, double width) {
    const double size = letters * kLineOfLetters;
    CaptionExtent extent{0, 0.0, 0.0};
    for (const std::string& line : linesOf(text)) {
        double used = 0.0;
        int rows = 1;
        for (const std::string& word : wordsOf(line)) {
            const double wide = widthOf(word) * size;
            extent.widestWord = std::max(extent.widestWord, wide);
            const double gap = used > 0.0 ? kLetterWidth * size : 0.0;
            if (used > 0.0 && used + gap + wide > width) {
                ++rows;
                used = wide;
            } else {
                used += gap + wide;
            }
        }
        extent.lines += rows;
    }
    extent.height = extent.lines * size;
    return extent;
}

// Words that are wider than the picture whatever their size, in pieces.
std::string broken(std::string_view text, double letters, double width) {
    std::string result;
    double used = 0.0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const bool begins = (byte & 0xc0U) != 0x80U;
        if (text[i] == ' ' || text.substr(i, 2) == "\\N") {
            used = 0.0;
        } else if (begins) {
            const double wide = letterWidth(byte) * letters * kLineOfLetters;
            used += wide;
            if (used > width) {
                result += "\\N";
                used = wide;
            }
        }
        result += text[i];
    }
    return result;
}

// The line that begins with `key`, replaced.
void setLine(std::string& ass, std::string_view key, const std::string& line) {
    const std::size_t at = ass.find(fmt::format("\n{}", key));
    if (at != std::string::npos) {
        ass.replace(at + 1, ass.find('\n', at + 1) - at - 1, line);
    }
}

int alphaOf(int opaquePercent) { return 255 - 255 * std::clamp(opaquePercent, 0, 100) / 100; }

}  // namespace

double nominalLetters(double width, double height) { return std::min(width, height) * kOfSide; }

double fittingLetters(double nominal, double width, double height, bool twoLines,
                      const std::function<CaptionExtent(double letters)>& measure) {
    const double readable = std::min(nominal, std::max(kLeastReadable, nominal * kReadable));
    for (double letters = nominal; letters > kLeast; letters *= kShrink) {
        const CaptionExtent extent = measure(letters);
        const bool fewLines = !twoLines || extent.lines <= 2 || letters * kShrink < readable;
        if (fewLines && extent.widestWord <= width && extent.height <= height) {
            return letters;
        }
    }
    return kLeast;
}

std::string withLook(const std::string& ass, const CaptionLook& look, int width, int height) {
    const double nominal =
        std::max(kLeastReadable, nominalLetters(width, height)) * std::clamp(look.sizePercent, 10, 1000) / 100.0;
    const double room = width * (1.0 - 2.0 * kSideMargin);
    std::string result = ass;
    setLine(result, "PlayResX:", fmt::format("PlayResX: {}", width));
    setLine(result, "PlayResY:", fmt::format("PlayResY: {}", height));
    const char* letters = look.highContrast ? "&H0000FFFF" : "&H00FFFFFF";
    const int box = look.highContrast ? 100 : look.boxPercent;
    // Border style 4 is libass's: one box behind all lines, of the back colour, "shadow" wider than they are.
    const double outline = box > 0 ? 0.0 : nominal / 16.0;
    setLine(
        result, "Style: Default,",
        fmt::format("Style: Default,Arial,{:.1f},{},{},&H00000000,&H{:02X}000000,0,0,0,0,100,100,0,0,{},{:.2f},{:.2f},"
                    "{},{},{},{},1",
                    nominal * kLineOfLetters, letters, letters, alphaOf(box), box > 0 ? 4 : 1, outline,
                    box > 0 ? nominal / 4.0 : nominal / 48.0, look.atTop ? 8 : 2, std::lround(width * kSideMargin),
                    std::lround(width * kSideMargin), std::lround(height * 0.05)));
    constexpr std::string_view kDialogue = "\nDialogue:";
    for (std::size_t at = result.find(kDialogue); at != std::string::npos; at = result.find(kDialogue, at + 1)) {
        std::size_t text = at;
        for (int commas = 0; commas < 9 && text != std::string::npos; ++commas) {
            text = result.find(',', text + 1);
        }
        const std::size_t end = std::min(result.find('\n', at + 1), result.size());
        if (text == std::string::npos || text >= end) {
            continue;
        }
        const std::string words = result.substr(text + 1, end - text - 1);
        const auto measure = [&](double size) { return extentOf(words, size, room); };
        const double fits = fittingLetters(nominal, room, height * kMostHeight, look.twoLines, measure);
        if (fits < nominal) {
            const bool tooWide = measure(fits).widestWord > room;
            result.replace(
                text + 1, words.size(),
                fmt::format("{{\\fs{:.1f}}}{}", fits * kLineOfLetters, tooWide ? broken(words, fits, room) : words));
        }
    }
    return result;
}

Result<Image> drawCaption(const Image& picture, double pixelAspect, const std::string& ass, const CaptionLook& look,
                          double seconds) {
    routeFfmpegLog();
    const AVRational aspect = av_d2q(pixelAspect, 10'000);
    const int shown = static_cast<int>(std::lround(picture.width() * pixelAspect));
    auto filter = CaptionFilter::create(withLook(ass, look, shown, picture.height()), Orientation(), {1, 1000}, 0);
    if (!filter) {
        return tl::unexpected(filter.error());
    }
    const AvFramePtr frame = frameOf(picture);
    if (!frame) {
        return fail(ErrorCode::Internal, "Cannot draw captions: no memory. Close other programs.");
    }
    frame->pts = std::lround(seconds * 1000.0);
    auto drawn = filter->apply(*frame, aspect);
    if (!drawn) {
        return tl::unexpected(drawn.error());
    }
    FrameConverter converter(1);
    return converter.convert(**drawn);
}

}  // namespace sightline
