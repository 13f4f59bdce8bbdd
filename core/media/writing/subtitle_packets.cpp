#include "core/media/writing/subtitle_packets.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>

namespace sightline {
namespace {

// TextSampleEntry without its box header (3GPP TS 26.245 section 5.16): white text on nothing, centred at the bottom,
// the font and size that players take when none is named. The text box stays zero, which leaves its size to the player.
constexpr std::array<std::uint8_t, 48> kTextSampleEntry = {
    0,    0,    0,    0,                       // displayFlags
    1,    0xff,                                // centred, at the bottom
    0,    0,    0,    0,                       // background
    0,    0,    0,    0,    0,   0,   0,   0,  // text box
    0,    0,    0,    0,                       // style covers no characters: the default
    0,    1,    0,    16,                      // font 1, plain, 16 points
    0xff, 0xff, 0xff, 0xff,                    // white, opaque
    0,    0,    0,    18,   'f', 't', 'a', 'b', 0, 1, 0, 1, 5, 'A', 'r', 'i', 'a', 'l'};

std::int64_t milliseconds(MediaTime time) { return std::chrono::round<std::chrono::milliseconds>(time).count(); }

// Without carriage returns, empty lines and white space at both ends: an empty line ends a cue in SubRip and WebVTT.
std::string tidy(const std::string& text) {
    std::string result;
    for (const char c : text) {
        if (c != '\r' && !(c == '\n' && (result.empty() || result.back() == '\n'))) {
            result += c;
        }
    }
    while (!result.empty() && (result.back() == '\n' || result.back() == ' ')) {
        result.pop_back();
    }
    return result.substr(std::min(result.find_first_not_of(' '), result.size()));
}

// https://www.w3.org/TR/webvtt1/#webvtt-cue-text-span
std::string escapedForWebVtt(const std::string& text) {
    std::string result;
    for (const char c : text) {
        result += c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : std::string(1, c);
    }
    return result;
}

// SubRip has no escapes. Players read "<b>" as markup and drop a "<word>" they do not know, and most draw with libass,
// which hides what is in braces and takes "\\N" for a line break. An invisible letter after the sign (U+2060) keeps the
// first and the last from that; "\\{" shows a brace in libass. An ampersand means itself.
std::string escapedForSubRip(const std::string& text) {
    constexpr const char* kWordJoiner = "\xe2\x81\xa0";
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char next = i + 1 < text.size() ? text[i + 1] : ' ';
        const bool isTag = text[i] == '<' && (std::isalpha(static_cast<unsigned char>(next)) != 0 || next == '/');
        const bool isBreak = text[i] == '\\' && (next == 'N' || next == 'n' || next == 'h');
        const bool isBlock = text[i] == '{' && text.find('}', i) != std::string::npos;
        result += isBlock ? "\\{" : std::string(1, text[i]);
        result += isTag || isBreak ? kWordJoiner : "";
    }
    return result;
}

// A TextSample: the length in two bytes, then the text.
std::string textSample(const std::string& text) {
    constexpr std::size_t kLongest = 0xffff;
    std::size_t length = std::min(text.size(), kLongest);
    while (length < text.size() && (static_cast<unsigned char>(text[length]) & 0xc0U) == 0x80U) {
        --length;  // not within a character
    }
    return std::string{static_cast<char>(length >> 8U), static_cast<char>(length & 0xffU)} + text.substr(0, length);
}

struct Line {
    std::int64_t start, end;
    std::string text;
};

std::vector<SubtitlePacket> gaplessPackets(const std::vector<Line>& lines) {
    std::set<std::int64_t> borders = {0};
    for (const Line& line : lines) {
        borders.insert({line.start, line.end});
    }
    std::vector<SubtitlePacket> packets;
    std::size_t firstAlive = 0;
    for (auto border = borders.begin(); border != borders.end(); ++border) {
        const auto next = std::next(border);
        std::string shown;
        // Lines are ordered by start; those before firstAlive have all ended.
        while (firstAlive < lines.size() && lines[firstAlive].end <= *border) {
            ++firstAlive;
        }
        for (std::size_t i = firstAlive; i < lines.size() && lines[i].start <= *border; ++i) {
            if (lines[i].end > *border) {
                shown += (shown.empty() ? "" : "\n") + lines[i].text;
            }
        }
        // The last one is empty and ends what is shown before it.
        packets.push_back({*border, next != borders.end() ? *next - *border : 0, textSample(shown)});
    }
    return packets;
}

}  // namespace

std::vector<SubtitlePacket> makeSubtitlePackets(std::vector<SubtitleText> subtitles, AVCodecID codec,
                                                std::int64_t zeroMs) {
    std::vector<Line> lines;
    for (SubtitleText& subtitle : subtitles) {
        Line line{std::max<std::int64_t>(milliseconds(subtitle.start) + zeroMs, 0), milliseconds(subtitle.end) + zeroMs,
                  tidy(subtitle.text)};
        if (line.end > line.start && !line.text.empty()) {
            lines.push_back(std::move(line));
        }
    }
    std::stable_sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) { return a.start < b.start; });
    if (codec == AV_CODEC_ID_MOV_TEXT) {
        return gaplessPackets(lines);
    }
    std::vector<SubtitlePacket> packets;
    for (const Line& line : lines) {
        packets.push_back({line.start, line.end - line.start,
                           codec == AV_CODEC_ID_WEBVTT ? escapedForWebVtt(line.text) : escapedForSubRip(line.text)});
    }
    return packets;
}

bool describeSubtitles(AVCodecParameters& parameters, AVCodecID codec) {
    parameters.codec_type = AVMEDIA_TYPE_SUBTITLE;
    parameters.codec_id = codec;
    if (codec != AV_CODEC_ID_MOV_TEXT) {
        return true;
    }
    // In .mov it would else be QuickTime's own kind of text, which has another description and which players take for
    // chapters.
    parameters.codec_tag = MKTAG('t', 'x', '3', 'g');
    parameters.extradata =
        static_cast<std::uint8_t*>(av_mallocz(kTextSampleEntry.size() + AV_INPUT_BUFFER_PADDING_SIZE));
    if (!parameters.extradata) {
        return false;
    }
    std::copy(kTextSampleEntry.begin(), kTextSampleEntry.end(), parameters.extradata);
    parameters.extradata_size = static_cast<int>(kTextSampleEntry.size());
    return true;
}

}  // namespace sightline
