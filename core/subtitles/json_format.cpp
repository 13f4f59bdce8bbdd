#include "core/subtitles/json_format.h"

#include <fmt/format.h>

#include "core/subtitles/cue_json.h"
#include "core/subtitles/cue_time.h"

namespace sightline {
namespace {

using nlohmann::json;

// A pair of seconds.
bool takeTimes(const json& pair, Cue& cue) {
    if (!pair.is_array() || pair.size() != 2 || !pair[0].is_number() || !pair[1].is_number()) {
        return false;
    }
    const auto start = secondsToTime(pair[0].get<double>());
    const auto end = secondsToTime(pair[1].get<double>());
    if (!start || !end) {
        return false;
    }
    cue.start = *start;
    cue.end = *end;
    return true;
}

std::string textMember(const json& object, const char* name, const std::string& otherwise) {
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : otherwise;
}

// Entry `i` of an array that may be missing.
json entry(const json& object, const char* name, std::size_t i) {
    const auto found = object.find(name);
    return found != object.end() && found->is_array() && i < found->size() ? (*found)[i] : json();
}

bool holdsCaptions(const json& value) {
    return value.is_object() && value.contains("timestamps") && value.contains("sentences");
}

}  // namespace

bool JsonFormat::recognises(std::string_view utf8) const {
    const std::size_t first = utf8.find_first_not_of(" \t\r\n");
    return first != std::string_view::npos && utf8[first] == '{' &&
           utf8.find("\"timestamps\"") != std::string_view::npos;
}

std::string JsonFormat::encode(const CueTrack& track) const {
    nlohmann::ordered_json root;
    if (!track.videoName.empty()) {
        root["video"] = track.videoName;
    }
    if (!track.title.empty()) {
        root["title"] = track.title;
    }
    root["language"] = track.language;
    root["duration"] = toSeconds(track.videoDuration);
    for (const char* member : {"timestamps", "sentences", "confidences", "origins"}) {
        root[member] = json::array();
    }
    for (const Cue& cue : track.cues) {
        root["timestamps"].push_back({toSeconds(cue.start), toSeconds(cue.end)});
        root["sentences"].push_back(cue.text);
        root["confidences"].push_back(cue.confidence > 0.0 ? nlohmann::ordered_json(cue.confidence) : nullptr);
        root["origins"].push_back(originName(cue.origin));
    }
    return root.dump() + "\n";
}

Result<SubtitleReading> JsonFormat::parse(std::string_view utf8) const {
    const auto parsed = parseJson(utf8);
    if (!parsed) {
        return tl::unexpected(parsed.error());
    }
    SubtitleReading reading;
    const json* captions = &*parsed;
    if (!holdsCaptions(*captions) && parsed->is_object() && !parsed->empty() && holdsCaptions(parsed->front())) {
        captions = &parsed->front();
        reading.track.videoName = parsed->begin().key();
        if (parsed->size() > 1) {
            warn(reading, 0,
                 fmt::format("The file holds the captions of {} videos; those of {} were read.", parsed->size(),
                             reading.track.videoName));
        }
    }
    const std::string form = R"("timestamps": [[0.0, 1.5], ...] and "sentences": ["...", ...])";
    if (!holdsCaptions(*captions) || !captions->at("timestamps").is_array() || !captions->at("sentences").is_array()) {
        return fail(ErrorCode::Corrupt, fmt::format("It has no captions of the form {}. Choose such a file.", form));
    }
    const json& timestamps = captions->at("timestamps");
    const json& sentences = captions->at("sentences");
    if (timestamps.size() != sentences.size()) {
        return fail(
            ErrorCode::Corrupt,
            fmt::format(
                "It has {} timestamps for {} sentences, so it is not known which belong together. Get an intact file.",
                timestamps.size(), sentences.size()));
    }
    reading.track.videoName = textMember(*captions, "video", reading.track.videoName);
    reading.track.title = textMember(*captions, "title", "");
    reading.track.language = textMember(*captions, "language", reading.track.language);
    if (const json duration = captions->value("duration", json()); duration.is_number()) {
        reading.track.videoDuration =
            std::max(MediaTime::zero(), secondsToTime(duration.get<double>()).value_or(MediaTime::zero()));
    }
    for (std::size_t i = 0; i < sentences.size(); ++i) {
        Cue cue;
        if (!takeTimes(timestamps[i], cue) || !sentences[i].is_string()) {
            skipCue(reading, 0, fmt::format("number {} is not two times in seconds and a text", i + 1));
            continue;
        }
        cue.text = sentences[i].get<std::string>();
        cue.confidence = confidenceOf(entry(*captions, "confidences", i));
        cue.origin = originOf(entry(*captions, "origins", i));
        addCue(reading, std::move(cue), 0);
    }
    return reading;
}

}  // namespace sightline
