// A caption over a time range: what people read, edit and export.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/clock.h"

namespace sightline {

enum class CueOrigin : std::uint8_t {
    Model,     // as the captioner made it
    Accepted,  // as the captioner made it, and a person said that it is right
    Edited,    // written or changed by a person
};

struct Cue {
    MediaTime start{};  // half-open range [start, end)
    MediaTime end{};
    std::string text;         // UTF-8; line breaks as "\n"
    double confidence = 0.0;  // 0..1, the chance that the model is right, as it sees it; zero when unknown
    CueOrigin origin = CueOrigin::Model;

    bool operator==(const Cue&) const = default;
};

// What the captioner never writes over.
inline bool isPeoples(const Cue& cue) { return cue.origin != CueOrigin::Model; }

// The cues of one video, ordered by start, and what formats say about the whole.
struct CueTrack {
    std::vector<Cue> cues;
    std::string language = "en";  // BCP 47
    std::string title;
    std::string videoName;      // file name without its folder, empty when unknown
    MediaTime videoDuration{};  // zero when unknown

    bool operator==(const CueTrack&) const = default;
};

}  // namespace sightline
