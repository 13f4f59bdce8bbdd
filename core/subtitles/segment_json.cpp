#include "core/subtitles/segment_json.h"

#include <algorithm>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "core/subtitles/cue_json.h"
#include "core/subtitles/cue_time.h"
#include "core/subtitles/text.h"
#include "core/subtitles/time_unit.h"

namespace sightline {
namespace {

using nlohmann::json;

constexpr double kMilliseconds = 1000.0;

// The member, null when there is none or `object` is no object.
const json& member(const json& object, std::string_view name) {
    static const json kNone;
    const auto found = object.is_object() ? object.find(name) : object.end();
    return object.is_object() && found != object.end() ? *found : kNone;
}

std::optional<double> numberIn(const json& value) {
    return value.is_number() ? std::optional(value.get<double>()) : std::nullopt;
}

std::optional<MediaTime> inMilliseconds(const std::optional<double>& value) {
    return value ? secondsToTime(*value / kMilliseconds) : std::nullopt;
}

// Seconds, as a number or in words.
std::optional<MediaTime> timeIn(const json& value) {
    if (value.is_string()) {
        const auto& text = value.get_ref<const std::string&>();
        const auto seconds = parseSeconds(text);
        return seconds ? seconds : parseClock(text);
    }
    const auto seconds = numberIn(value);
    return seconds ? secondsToTime(*seconds) : std::nullopt;
}

const json* listIn(const json& root) {
    if (root.is_array()) {
        return &root;
    }
    for (const char* name : {"segments", "transcription", "events"}) {
        if (const json& list = member(root, name); list.is_array()) {
            return &list;
        }
    }
    return nullptr;
}

struct Times {
    std::optional<MediaTime> start, end;
};

Times timesOf(const json& segment) {
    if (const auto start = numberIn(member(segment, "tStartMs"))) {
        const double length = numberIn(member(segment, "dDurationMs")).value_or(0.0);
        return {inMilliseconds(start), inMilliseconds(*start + length)};
    }
    for (const auto& [object, start, end] :
         {std::tuple(&member(segment, "offsets"), "from", "to"), std::tuple(&segment, "start_ms", "end_ms")}) {
        const Times times{inMilliseconds(numberIn(member(*object, start))),
                          inMilliseconds(numberIn(member(*object, end)))};
        if (times.start && times.end) {
            return times;
        }
    }
    if (const json& clocks = member(segment, "timestamps"); clocks.is_object()) {
        return {timeIn(member(clocks, "from")), timeIn(member(clocks, "to"))};
    }
    Times times{timeIn(member(segment, "start")), timeIn(member(segment, "end"))};
    if (const auto length = timeIn(member(segment, "duration")); times.start && !times.end && length) {
        times.end = *times.start + *length;
    }
    return times;
}

// Nothing when it has none.
std::optional<std::string> textOf(const json& segment) {
    for (const char* name : {"text", "content", "sentence", "caption"}) {
        if (const json& text = member(segment, name); text.is_string()) {
            return compactLines(trimmed(text.get_ref<const std::string&>()));  // Whisper's start with a space
        }
    }
    const json& parts = member(segment, "segs");
    if (!parts.is_array()) {
        return std::nullopt;
    }
    std::string text;
    for (const json& part : parts) {
        if (const json& piece = member(part, "utf8"); piece.is_string()) {
            text += piece.get<std::string>();
        }
    }
    return compactLines(trimmed(text));
}

// Of the whole; not the names of languages that some write.
std::string languageOf(const json& root) {
    for (const json* object : {&root, &member(root, "result")}) {
        const json& language = member(*object, "language");
        const std::string code = language.is_string() ? language.get<std::string>() : std::string();
        if (code.size() == 2 || code.size() == 3 || code.find('-') != std::string::npos) {
            return code;
        }
    }
    return {};
}

// Whether each time is a whole number without a unit.
std::optional<TimeUnit> unitOf(const json& segments) {
    std::vector<std::pair<double, double>> times;
    for (const json& segment : segments) {
        const json& start = member(segment, "start");
        const json& end = member(segment, "end");
        if (!start.is_number_integer() || !end.is_number_integer()) {
            return std::nullopt;
        }
        times.emplace_back(start.get<double>(), end.get<double>());
    }
    return unitByNumbers(times);
}

}  // namespace

bool holdsSegments(const json& root) {
    const json* list = listIn(root);
    return list != nullptr && (list->empty() || std::any_of(list->begin(), list->end(), [](const json& segment) {
                                   return timesOf(segment).start && textOf(segment);
                               }));
}

SubtitleReading readSegments(const json& root) {
    SubtitleReading reading;
    if (const std::string language = languageOf(root); !language.empty()) {
        reading.track.language = language;
    }
    const json& segments = *listIn(root);
    reading.timeUnit = unitOf(segments).value_or(TimeUnit::Known);
    std::size_t number = 0;
    for (const json& segment : segments) {
        ++number;
        const Times times = timesOf(segment);
        auto text = textOf(segment);
        if (!text && member(segment, "tStartMs").is_number()) {
            continue;  // YouTube's events that only place a window
        }
        if (!times.start || !times.end || !text) {
            skipCue(reading, 0, fmt::format("number {} is not two times and a text", number));
            continue;
        }
        addCue(reading,
               {.start = *times.start,
                .end = *times.end,
                .text = std::move(*text),
                .confidence = confidenceOf(member(segment, "confidence")),
                .origin = CueOrigin::Edited},
               0);
    }
    if (reading.timeUnit == TimeUnit::SeemsMilliseconds) {
        countMilliseconds(reading.track.cues);
    }
    return reading;
}

}  // namespace sightline
