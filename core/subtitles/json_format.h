// JSON in the form of the ActivityNet Captions data set (Krishna et al., "Dense-Captioning Events in Videos", 2017).
#pragma once

#include "core/subtitles/subtitle_format.h"

namespace sightline {

// {"duration": 12.5, "timestamps": [[0.0, 2.5], ...], "sentences": ["...", ...]}, times in seconds, as the data set has
// it, with members of our own that may be missing: "confidences" (null where unknown) and "origins" ("model",
// "accepted" or "edited"), both as long as "sentences", and "language", "title", "video". Reads the data set's map from
// video to such objects and submissions to its scorers, too (see activitynet.h): the captions of the context's video,
// or, where that is not known, of the first by name, with a warning. Reads the segments of speech recognisers (see
// segment_json.h).
class JsonFormat final : public SubtitleFormat {
public:
    std::string_view name() const override { return "json"; }
    std::string_view extension() const override { return "json"; }
    std::string_view description() const override { return "JSON (ActivityNet Captions)"; }
    SubtitleTraits traits() const override {
        // Nanoseconds survive a double of seconds up to 104 days.
        return {.timeUnit = MediaTime(1), .confidenceAndOrigin = true, .blankLinesAndEdges = true};
    }
    bool recognises(std::string_view utf8) const override;

private:
    std::string encode(const CueTrack& track, const SubtitleContext& context) const override;
    Result<SubtitleReading> parse(std::string_view utf8, const SubtitleContext& context) const override;
};

}  // namespace sightline
