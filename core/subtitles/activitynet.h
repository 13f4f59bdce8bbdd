// Many videos' captions in one JSON document, as the data set ActivityNet Captions and its scorers have them.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/captions/cue.h"

namespace sightline {

enum class ActivityNetShape : std::uint8_t {
    Captions,  // {id: {"duration", "timestamps": [[start, end]], "sentences": [...]}}, the data set and references
    Results,   // {"version", "results": {id: [{"sentence", "timestamp": [start, end]}]}, "external_data"}, to be scored
};

// What the data set calls a video: its file's name without extension.
std::string activityNetId(const std::filesystem::path& video);

// Of `ids` the one that means the video: its id, with or without the data set's "v_"; empty when there is none.
std::string findActivityNetId(const std::vector<std::string>& ids, const std::filesystem::path& video);

// Any thread, one at a time.
class ActivityNetDocument {
public:
    explicit ActivityNetDocument(ActivityNetShape shape) : shape_(shape) {}

    // Errors: Corrupt, it is no such document.
    static Result<ActivityNetDocument> parse(std::string_view utf8, ActivityNetShape shape);

    bool has(const std::string& id) const { return videos_.contains(id); }
    void set(const std::string& id, const CueTrack& track);
    std::string write() const;  // ordered by id, a video a line

private:
    ActivityNetShape shape_;
    std::map<std::string, std::string> videos_;  // JSON by id
};

}  // namespace sightline
