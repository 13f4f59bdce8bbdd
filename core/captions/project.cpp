#include "core/captions/project.h"

#include <algorithm>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "core/base/sha256.h"
#include "core/captions/cue_json.h"

namespace sightline {
namespace {

constexpr const char* kFormat = "sightline-project";
constexpr int kVersion = 1;

Provenance provenance(const nlohmann::json& json) {
    return {json.at("program"), json.at("model"), json.at("model_sha256"), wholeNumber<int>(json.at("beams")),
            json.at("quality"), json.at("made")};
}

DescriptionSettings description(const nlohmann::json& json) {
    return inRange({json.at("on"), json.at("voice"), json.at("fastest"), json.at("ducking_db"),
                    timeFromJson(json.at("least_gap_ns")), timeFromJson(json.at("head_margin_ns")),
                    timeFromJson(json.at("tail_margin_ns"))});
}

Project projectFromJson(const nlohmann::json& json) {
    Project project;
    const auto& source = json.at("source");
    const auto path = source.at("path").get<std::string>();
    project.source = {std::filesystem::path(path), wholeNumber<std::uint64_t>(source.at("bytes")),
                      source.at("fingerprint")};
    if (!json.at("captioner").is_null()) {
        project.captioner = provenance(json.at("captioner"));
    }
    project.track.videoName = json.at("video").at("name");
    project.track.videoDuration = timeFromJson(json.at("video").at("duration_ns"));
    project.track.language = json.at("language");
    project.track.title = json.at("title");
    for (const auto& shot : json.at("shots_ns")) {
        project.shots.push_back(timeFromJson(shot));
    }
    for (const auto& cue : json.at("cues")) {
        project.track.cues.push_back(cueFromJson(cue));
    }
    project.cleared = rangesFromJson(json.at("cleared_ns"));
    if (const auto captioned = json.find("captioned_ns"); captioned != json.end()) {
        project.captioned = rangesFromJson(*captioned);
    }
    if (const auto outputs = json.find("outputs"); outputs != json.end()) {
        for (const auto& output : *outputs) {
            project.outputs.push_back(
                {output.at("ending"), output.at("sha256"), output.at("taken_over"), output.at("cues")});
        }
    }
    if (const auto how = json.find("audio_description"); how != json.end()) {
        project.description = description(*how);
    }
    if (!std::ranges::is_sorted(project.track.cues, {}, &Cue::start)) {
        throw std::out_of_range("the cues are not in order");
    }
    return project;
}

}  // namespace

DescriptionSettings inRange(DescriptionSettings settings) {
    constexpr MediaTime kMinute = std::chrono::minutes(1);
    settings.fastest = std::clamp(settings.fastest, 1.0, 2.0);
    settings.ducking = std::clamp(settings.ducking, 0.0, 60.0);
    for (MediaTime* time : {&settings.leastGap, &settings.headMargin, &settings.tailMargin}) {
        *time = std::clamp(*time, MediaTime::zero(), kMinute);
    }
    return settings;
}

std::string digestOf(const std::vector<Cue>& cues) {
    auto json = nlohmann::ordered_json::array();
    for (const Cue& cue : cues) {
        json.push_back(toJson(cue));
    }
    const std::string text = json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
    return Sha256::hexOf(text);
}

std::string writeProject(const Project& project) {
    nlohmann::ordered_json json;
    json["format"] = kFormat;
    json["version"] = kVersion;
    json["source"] = {{"path", project.source.path.string()},
                      {"bytes", project.source.bytes},
                      {"fingerprint", project.source.fingerprint}};
    json["captioner"] = nullptr;
    if (const auto& by = project.captioner) {
        json["captioner"] = {{"program", by->program}, {"model", by->model},     {"model_sha256", by->modelSha256},
                             {"beams", by->beams},     {"quality", by->quality}, {"made", by->made}};
    }
    json["video"] = {{"name", project.track.videoName}, {"duration_ns", project.track.videoDuration.count()}};
    json["language"] = project.track.language;
    json["title"] = project.track.title;
    json["shots_ns"] = nlohmann::ordered_json::array();
    for (const MediaTime shot : project.shots) {
        json["shots_ns"].push_back(shot.count());
    }
    json["cues"] = nlohmann::ordered_json::array();
    for (const Cue& cue : project.track.cues) {
        json["cues"].push_back(toJson(cue));
    }
    json["cleared_ns"] = toJson(project.cleared);
    if (!project.captioned.empty()) {
        json["captioned_ns"] = toJson(project.captioned);
    }
    for (const OutputRecord& output : project.outputs) {
        json["outputs"].push_back({{"ending", output.ending},
                                   {"sha256", output.written},
                                   {"taken_over", output.takenOver},
                                   {"cues", output.cues}});
    }
    if (const auto& how = project.description; how != DescriptionSettings()) {
        json["audio_description"] = {{"on", how.isOn},
                                     {"voice", how.voice},
                                     {"fastest", how.fastest},
                                     {"ducking_db", how.ducking},
                                     {"least_gap_ns", how.leastGap.count()},
                                     {"head_margin_ns", how.headMargin.count()},
                                     {"tail_margin_ns", how.tailMargin.count()}};
    }
    // File names need not be UTF-8.
    return json.dump(1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

Result<Project> parseProject(std::string_view text) {
    try {
        const auto json = nlohmann::json::parse(text);
        if (json.at("format") != kFormat) {
            return fail(ErrorCode::Corrupt, "This is not a Sightline project. Choose a *.sightline file.");
        }
        if (wholeNumber<int>(json.at("version")) > kVersion) {
            return fail(ErrorCode::Unsupported,
                        "This project was saved by a later version of Sightline. Install that version to open it.");
        }
        return projectFromJson(json);
    } catch (const std::exception& error) {  // nlohmann::json::exception, std::out_of_range
        return fail(ErrorCode::Corrupt, "This project is damaged or no Sightline project. Get an intact copy.",
                    error.what());
    }
}

}  // namespace sightline
