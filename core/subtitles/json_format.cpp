#include "core/subtitles/json_format.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/captions/cue_json.h"
#include "core/subtitles/activitynet.h"
#include "core/subtitles/cue_json.h"
#include "core/subtitles/cue_time.h"
#include "core/subtitles/segment_json.h"

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

// The map from id to captions in a document of many videos; null in one of another kind.
const json* videosIn(const json& root) {
    if (!root.is_object() || root.empty()) {
        return nullptr;
    }
    if (const auto results = root.find("results"); results != root.end() && results->is_object()) {
        return &*results;
    }
    const bool isMap = std::all_of(root.begin(), root.end(), holdsCaptions);
    return isMap ? &root : nullptr;
}

// Of one video, whose ids it tells when the one that is looked for is none of them.
Result<std::string> chooseVideo(const json& videos, const std::filesystem::path& wanted, SubtitleReading& reading) {
    constexpr std::size_t kNamed = 10;
    std::vector<std::string> ids;
    for (const auto& [id, video] : videos.items()) {
        ids.push_back(id);
    }
    if (ids.empty()) {
        return fail(ErrorCode::Corrupt, "It holds the captions of no video. Choose another file.");
    }
    if (wanted.empty()) {
        if (ids.size() > 1) {
            warn(reading, 0,
                 fmt::format("The file holds the captions of {} videos; those of {} were read.", ids.size(), ids[0]));
        }
        return ids[0];
    }
    std::string id = findActivityNetId(ids, wanted);
    if (id.empty()) {
        const std::size_t more = ids.size() - std::min(ids.size(), kNamed);
        ids.resize(ids.size() - more);
        return fail(ErrorCode::NotFound,
                    fmt::format("It holds the captions of other videos than {}: {}{}. Call the video as the file does, "
                                "or choose another file.",
                                activityNetId(wanted), fmt::join(ids, ", "),
                                more > 0 ? fmt::format(" and {} more", more) : ""));
    }
    return id;
}

// {"sentences", "timestamps"} of a submission's list of {"sentence", "timestamp"}.
json asCaptions(const json& list) {
    json captions{{"timestamps", json::array()}, {"sentences", json::array()}};
    for (const json& entry : list) {
        const bool isObject = entry.is_object();
        captions["timestamps"].push_back(isObject ? entry.value("timestamp", json()) : json());
        captions["sentences"].push_back(isObject ? entry.value("sentence", json()) : json());
    }
    return captions;
}

}  // namespace

bool JsonFormat::recognises(std::string_view utf8) const {
    const std::size_t first = utf8.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos || (utf8[first] != '{' && utf8[first] != '[')) {
        return false;
    }
    const std::size_t next = utf8.find_first_not_of(" \t\r\n", first + 1);
    if (utf8[first] == '[' && (next == std::string_view::npos || utf8[next] != '{')) {
        return false;  // "[Script Info]"
    }
    const auto holds = [utf8](const char* member) { return utf8.find(member) != std::string_view::npos; };
    return holds("\"timestamps\"") || holds("\"timestamp\"") || holds("\"segments\"") || holds("\"transcription\"") ||
           holds("\"tStartMs\"") || (holds("\"start\"") && (holds("\"text\"") || holds("\"content\"")));
}

std::string JsonFormat::encode(const CueTrack& track, const SubtitleContext& /*context*/) const {
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

Result<SubtitleReading> JsonFormat::parse(std::string_view utf8, const SubtitleContext& context) const {
    const auto parsed = parseJson(utf8);
    if (!parsed) {
        return tl::unexpected(parsed.error());
    }
    SubtitleReading reading;
    const json* captions = &*parsed;
    json submitted;
    if (!holdsCaptions(*captions) && holdsSegments(*captions)) {
        return readSegments(*captions);
    }
    if (const json* videos = holdsCaptions(*captions) ? nullptr : videosIn(*captions)) {
        const auto id = chooseVideo(*videos, context.video, reading);
        if (!id) {
            return tl::unexpected(id.error());
        }
        captions = &videos->at(*id);
        if (captions->is_array()) {
            submitted = asCaptions(*captions);
            captions = &submitted;
        }
        reading.track.videoName = *id;
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
