// A caption over a time range: what people read, edit and export.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/clock.h"

namespace sightline {

enum class CueOrigin : std::uint8_t {
    Model,   // as the captioner made it
    Edited,  // written, changed or confirmed by a person; never overwritten by the captioner
};

struct Cue {
    MediaTime start{};  // half-open range [start, end)
    MediaTime end{};
    std::string text;         // UTF-8; line breaks as "\n"
    double confidence = 0.0;  // 0..1, geometric mean of the token probabilities; zero when unknown
    CueOrigin origin = CueOrigin::Model;

    bool operator==(const Cue&) const = default;
};

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
