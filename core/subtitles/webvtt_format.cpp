#include "core/subtitles/webvtt_format.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <functional>
#include <optional>
#include <tuple>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/ascii.h"
#include "core/captions/cue_json.h"
#include "core/subtitles/character_reference.h"
#include "core/subtitles/cue_json.h"
#include "core/subtitles/cue_time.h"
#include "core/subtitles/text.h"
#include "core/subtitles/timing_line.h"

namespace sightline {
namespace {

constexpr std::string_view kSignature = "WEBVTT";
constexpr std::string_view kClockOfStream = "X-TIMESTAMP-MAP=";
constexpr std::int64_t kTicksPerMillisecond = 90;  // of MPEG's clock

bool hasSignature(std::string_view utf8) {
    const std::string_view after = utf8.substr(std::min(kSignature.size(), utf8.size()));
    return utf8.starts_with(kSignature) &&
           (after.empty() || std::string_view(" \t\r\n").find(after[0]) != std::string_view::npos);
}

// Tags (<v Ann>, <c.loud>, </i>, <00:00:01.000>) go, references become characters; what is neither stays.
std::string plainText(std::string_view text) {
    std::string result;
    bool closes = true;  // whether there is a ">" ahead, so that a text of nothing but "<" is searched once
    while (!text.empty()) {
        if (takeCharacterReference(result, text)) {
            continue;
        }
        const char next = text.size() > 1 ? text[1] : ' ';
        const bool mayBeTag = text[0] == '<' && (next == '/' || (next >= '0' && next <= '9') ||
                                                 (next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z'));
        if (mayBeTag && closes) {
            const std::size_t end = text.find('>');
            if (end != std::string_view::npos) {
                text.remove_prefix(end + 1);
                continue;
            }
            closes = false;
        }
        result += text[0];
        text.remove_prefix(1);
    }
    return result;
}

std::string escaped(std::string_view text) {
    return replaceAll(replaceAll(replaceAll(text, "&", "&amp;"), "<", "&lt;"), ">", "&gt;");
}

std::string writeCues(const CueTrack& track, const std::function<std::string(const Cue&)>& payload) {
    std::string result = fmt::format("{}\n", kSignature);
    for (const Cue& cue : track.cues) {
        result += fmt::format("\n{} {} {}\n", formatClock(cue.start, '.', 3), kArrow, formatClock(cue.end, '.', 3));
        const std::string text = payload(cue);
        result.append(text).append(text.empty() ? "" : "\n");
    }
    return result;
}

// "X-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:900000" (RFC 8216, section 3.5): where zero of the times that follow lies
// on the clock of the stream, in 90,000ths of a second. Nothing for other lines.
std::optional<std::int64_t> streamTicks(std::string_view line) {
    constexpr std::string_view kLocal = "LOCAL:";
    constexpr std::string_view kTicks = "MPEGTS:";
    constexpr std::size_t kMostDigits = 12;  // the clock has 33 bits
    if (!line.starts_with(kClockOfStream)) {
        return std::nullopt;
    }
    std::int64_t ticks = 0;
    std::optional<MediaTime> local;
    line.remove_prefix(kClockOfStream.size());
    while (!line.empty()) {
        const std::size_t end = std::min(line.find(','), line.size());
        const std::string_view part = trimmed(line.substr(0, end));
        if (part.starts_with(kLocal)) {
            local = parseClock(part.substr(kLocal.size()));
        } else if (part.starts_with(kTicks)) {
            const std::string_view value = part.substr(kTicks.size()).substr(0, kMostDigits);
            std::from_chars(value.data(), value.data() + value.size(), ticks);
        }
        line.remove_prefix(std::min(end + 1, line.size()));
    }
    const MediaTime localTime = local.value_or(MediaTime::zero());
    return ticks - localTime / std::chrono::milliseconds(1) * kTicksPerMillisecond;
}

using TakePayload = std::function<void(SubtitleReading& reading, Cue cue, std::string_view payload, std::size_t line)>;

// Takes a text apart into blocks, which begin and end as section 6.1 of the specification (the parser's algorithm) has
// it: only a line without any character ends one. Segments of a stream that were joined to one file each have a header.
class BlockReader {
public:
    BlockReader(std::string_view utf8, const TakePayload& take) : lines_(splitLines(utf8)), take_(take) {}

    SubtitleReading read() {
        readHeader();
        while (at_ < lines_.size()) {
            if (lines_[at_].empty()) {
                ++at_;
            } else if (startsHeader(at_)) {
                readHeader();
            } else if (hasArrow(at_) || hasArrow(at_ + 1)) {  // an identifier may stand above the times
                readCue(hasArrow(at_) ? at_ : at_ + 1);
            } else {
                readOther();
            }
        }
        if (headers_ > 1) {
            removeRepeated();
        }
        return std::move(reading_);
    }

private:
    bool hasArrow(std::size_t i) const { return i < lines_.size() && lines_[i].find(kArrow) != std::string_view::npos; }
    // Whether the block that line `i` belongs to goes on there.
    bool goesOn(std::size_t i) const { return i < lines_.size() && !lines_[i].empty() && !hasArrow(i); }

    bool startsHeader(std::size_t i) const {
        const std::string_view line = lines_[i];
        return hasSignature(line.substr(line.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0));
    }

    // The word that names a block without a cue.
    static bool namesOther(std::string_view line) {
        const std::string_view word = line.substr(0, line.find_first_of(" \t"));
        return word == "NOTE" || word == "STYLE" || word == "REGION";
    }

    void readHeader() {
        ++headers_;
        for (++at_; goesOn(at_); ++at_) {
            const std::string_view line = lines_[at_];
            const std::size_t colon = std::min(line.find(':'), line.size());
            if (headers_ == 1 && equalsIgnoringCase(line.substr(0, colon), "language") && colon < line.size()) {
                reading_.track.language = trimmed(line.substr(colon + 1));
            } else if (const auto ticks = streamTicks(line)) {
                placeOnStream(*ticks);
            }
        }
    }

    // A stream's clock starts anywhere (often at 10 s) and that of the video taken from it at zero, so the first
    // segment says where that is.
    void placeOnStream(std::int64_t ticks) {
        constexpr std::int64_t kWrap = std::int64_t{1} << 33U;  // the clock starts again after 26 hours
        if (!firstTicks_) {
            firstTicks_ = ticks;
            if (ticks != 0) {
                warn(reading_, at_ + 1,
                     fmt::format("Its times count from {} s on the clock of a stream. They are read as times from the "
                                 "start of the video; shift them if the video starts elsewhere.",
                                 static_cast<double>(ticks / kTicksPerMillisecond) / 1000.0));
            }
        }
        std::int64_t since = ticks - *firstTicks_;
        since += since < -kWrap / 2 ? kWrap : 0;
        shift_ =
            std::chrono::milliseconds((since + (since < 0 ? -1 : 1) * kTicksPerMillisecond / 2) / kTicksPerMillisecond);
    }

    void readCue(std::size_t timing) {
        const std::string_view first = lines_[at_];
        std::string payload;
        for (at_ = timing + 1; goesOn(at_); ++at_) {
            const bool nextSegment =
                startsHeader(at_) && at_ + 1 < lines_.size() && streamTicks(lines_[at_ + 1]).has_value();
            if (nextSegment) {
                break;
            }
            payload.append(payload.empty() ? "" : "\n").append(lines_[at_]);
        }
        if (const auto times = parseTimingLine(lines_[timing])) {
            take_(reading_,
                  {.start = times->first + shift_,
                   .end = times->second + shift_,
                   .text = {},
                   .origin = CueOrigin::Edited},
                  payload, timing + 1);
        } else if (!namesOther(first)) {  // else a comment that quotes times
            skipCue(reading_, timing + 1, "has no times of the form 00:00:01.000 --> 00:00:02.000");
        }
    }

    void readOther() {
        const std::size_t first = at_;
        bool blank = true;
        for (; goesOn(at_); ++at_) {
            blank = blank && isBlank(lines_[at_]);
        }
        if (!blank && !namesOther(lines_[first])) {
            skipCue(reading_, first + 1, "has no times of the form 00:00:01.000 --> 00:00:02.000");
        }
    }

    // A cue that lasts over the end of a segment stands in the next one, too.
    void removeRepeated() {
        const auto key = [](const Cue& cue) { return std::tie(cue.start, cue.end, cue.text); };
        auto& cues = reading_.track.cues;
        std::stable_sort(cues.begin(), cues.end(), [key](const Cue& a, const Cue& b) { return key(a) < key(b); });
        cues.erase(
            std::unique(cues.begin(), cues.end(), [key](const Cue& a, const Cue& b) { return key(a) == key(b); }),
            cues.end());
    }

    const std::vector<std::string_view> lines_;
    const TakePayload& take_;
    SubtitleReading reading_;
    std::size_t at_ = 0;
    int headers_ = 0;
    std::optional<std::int64_t> firstTicks_;
    MediaTime shift_{};
};

// Calls `take` for each cue with its raw text and the line of its times.
Result<SubtitleReading> readCues(std::string_view utf8, const TakePayload& take) {
    if (!hasSignature(utf8)) {
        return corrupt(1, "does not start with WEBVTT", "Choose a WebVTT file, or add that line.");
    }
    return BlockReader(utf8, take).read();
}

// The first cue's text, to tell the two flavours apart.
bool holdsObjects(std::string_view utf8) {
    const std::size_t arrow = utf8.find(kArrow);
    const std::size_t lineEnd = arrow == std::string_view::npos ? arrow : utf8.find_first_of("\r\n", arrow);
    const std::size_t text = lineEnd == std::string_view::npos ? lineEnd : utf8.find_first_not_of(" \t\r\n", lineEnd);
    return text != std::string_view::npos && utf8[text] == '{' && utf8.find("\"text\"", text) != std::string_view::npos;
}

}  // namespace

bool WebVttFormat::recognises(std::string_view utf8) const { return hasSignature(utf8) && !holdsObjects(utf8); }

std::string WebVttFormat::encode(const CueTrack& track, const SubtitleContext& /*context*/) const {
    return writeCues(track, [](const Cue& cue) {
        // Behind a line of text that looks like a signature it would begin another segment; tags are no text.
        return replaceAll(escaped(compactLines(cue.text)), kClockOfStream, fmt::format("<c></c>{}", kClockOfStream));
    });
}

Result<SubtitleReading> WebVttFormat::parse(std::string_view utf8, const SubtitleContext& /*context*/) const {
    return readCues(utf8, [](SubtitleReading& reading, Cue cue, std::string_view payload, std::size_t line) {
        cue.text = compactLines(plainText(payload));
        addCue(reading, std::move(cue), line);
    });
}

bool WebVttJsonFormat::recognises(std::string_view utf8) const { return hasSignature(utf8) && holdsObjects(utf8); }

std::string WebVttJsonFormat::encode(const CueTrack& track, const SubtitleContext& /*context*/) const {
    return writeCues(track, [](const Cue& cue) {
        nlohmann::ordered_json object{{"text", cue.text}};
        if (cue.confidence > 0.0) {
            object["confidence"] = cue.confidence;
        }
        object["origin"] = originName(cue.origin);
        // An arrow would start the next cue, whatever stands around it.
        return replaceAll(object.dump(), kArrow, "--\\u003e");
    });
}

Result<SubtitleReading> WebVttJsonFormat::parse(std::string_view utf8, const SubtitleContext& /*context*/) const {
    return readCues(utf8, [](SubtitleReading& reading, Cue cue, std::string_view payload, std::size_t line) {
        const auto object = parseJson(payload);
        if (!object || !object->is_object() || !object->contains("text") || !object->at("text").is_string()) {
            skipCue(reading, line, "has no JSON object with a \"text\"");
            return;
        }
        cue.text = object->at("text").get<std::string>();
        cue.confidence = confidenceOf(object->value("confidence", nlohmann::json()));
        cue.origin = originOf(object->value("origin", nlohmann::json()));
        addCue(reading, std::move(cue), line);
    });
}

}  // namespace sightline
