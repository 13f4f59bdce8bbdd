#include "core/subtitles/activitynet.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/subtitles/cue_json.h"
#include "core/subtitles/subtitle_format.h"

namespace sightline {
namespace {

using nlohmann::ordered_json;

constexpr std::string_view kPrefix = "v_";
constexpr const char* kFormOfResults =
    "{{\"version\": \"VERSION 1.0\", \"results\": {{\n{}\n}}, \"external_data\": {{\"used\": true, \"details\": "
    "\"Captioned by Sightline, whose model was trained on other data\"}}}}\n";

bool isVideo(const nlohmann::json& value, ActivityNetShape shape) {
    return shape == ActivityNetShape::Results
               ? value.is_array()
               : value.is_object() && value.contains("timestamps") && value.contains("sentences");
}

}  // namespace

std::string activityNetId(const std::filesystem::path& video) { return video.stem().string(); }

std::string findActivityNetId(const std::vector<std::string>& ids, const std::filesystem::path& video) {
    const std::string id = activityNetId(video);
    std::vector<std::string> spellings{id, std::string(kPrefix) + id};
    if (id.starts_with(kPrefix)) {
        spellings.push_back(id.substr(kPrefix.size()));
    }
    for (const std::string& spelling : spellings) {
        if (std::find(ids.begin(), ids.end(), spelling) != ids.end()) {
            return spelling;
        }
    }
    return {};
}

Result<ActivityNetDocument> ActivityNetDocument::parse(std::string_view utf8, ActivityNetShape shape) {
    auto root = parseJson(utf8);
    if (!root) {
        return tl::unexpected(root.error());
    }
    const nlohmann::json* videos = &*root;
    if (shape == ActivityNetShape::Results) {
        const auto results = root->find("results");
        videos = results == root->end() ? nullptr : &*results;
    }
    if (videos == nullptr || !videos->is_object() ||
        !std::all_of(videos->begin(), videos->end(), [shape](const auto& video) { return isVideo(video, shape); })) {
        return fail(ErrorCode::Corrupt, "It holds something other than the captions of videos.");
    }
    ActivityNetDocument document(shape);
    // Once more, as its members stand there: what is not changed is to be written as it was.
    const auto ordered = ordered_json::parse(utf8);
    const auto& asWritten = shape == ActivityNetShape::Results ? ordered.at("results") : ordered;
    for (const auto& [id, video] : asWritten.items()) {
        document.videos_[id] = video.dump();
    }
    return document;
}

void ActivityNetDocument::set(const std::string& id, const CueTrack& track) {
    // Members of our own, as confidences, are left out: scorers and loaders may not expect them.
    const auto all = ordered_json::parse(findSubtitleFormat("json")->write(track));
    ordered_json video;
    if (shape_ == ActivityNetShape::Captions) {
        for (const char* member : {"duration", "timestamps", "sentences"}) {
            video[member] = all.at(member);
        }
    } else {
        video = ordered_json::array();
        for (std::size_t i = 0; i < all.at("sentences").size(); ++i) {
            video.push_back({{"sentence", all["sentences"][i]}, {"timestamp", all["timestamps"][i]}});
        }
    }
    videos_[id] = video.dump();
}

std::string ActivityNetDocument::write() const {
    std::string lines;
    for (const auto& [id, video] : videos_) {
        const std::string name =
            nlohmann::json(id).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);  // a file's, any bytes
        lines += fmt::format("{}{}: {}", lines.empty() ? "" : ",\n", name, video);
    }
    return shape_ == ActivityNetShape::Results ? fmt::format(fmt::runtime(kFormOfResults), lines)
                                               : fmt::format("{{\n{}\n}}\n", lines);
}

}  // namespace sightline
