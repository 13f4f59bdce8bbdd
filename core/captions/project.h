// A video's captions on disk: *.sightline, JSON, version 1.
//
// {
//   "format": "sightline-project", "version": 1,
//   "source": {"path", "bytes", "fingerprint"},                see source_reference.h
//   "captioner": {"program", "model", "model_sha256", "beams", "quality", "made"} or null,
//   "video": {"name", "duration_ns"}, "language", "title",
//   "shots_ns": [start of each shot but the first],
//   "cues": [{"start_ns", "end_ns", "text", "confidence", "origin": "model", "accepted" or "edited"}],
//   "cleared_ns": [[start, end], ...]                          where a person deleted cues; a new run leaves them empty
//   "captioned_ns": [[start, end], ...]                        absent where the captioner went over all of the video
//   "outputs": [{"ending", "sha256", "taken_over", "cues"}, ...]  absent when there is none
//   "audio_description": {"on", "voice", "fastest", "ducking_db", "least_gap_ns", "head_margin_ns", "tail_margin_ns"}
//                                                              absent while all is as it comes
// }
// Times are whole nanoseconds from the first presented frame. Members that a reader does not know are kept out of
// the way: they are ignored, and lost when it saves. A file of a later version is refused, not half read.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/captions/cue.h"
#include "core/captions/source_reference.h"
#include "core/captions/time_range.h"

namespace sightline {

// What made the cues that no person touched.
struct Provenance {
    std::string program;      // "sightline 0.1.0"
    std::string model;        // name of the bundle
    std::string modelSha256;  // of the bundle's content
    int beams = 0;
    std::string quality;
    std::string made;  // ISO 8601, UTC

    bool operator==(const Provenance&) const = default;
};

// A file that was written out of the project, so that it is known again and told from one that somebody changed.
struct OutputRecord {
    std::string ending;     // its name is the project's with this in place of ".sightline"
    std::string written;    // SHA-256, hex, of what this program wrote
    std::string takenOver;  // of what a person made of it, when the project has that person's edits; else empty
    std::string cues;       // of the project's cues at that time (digestOf)

    bool operator==(const OutputRecord&) const = default;
};

// How the captions are to be heard: what people choose of core/narration's options.
struct DescriptionSettings {
    bool isOn = false;                                     // they are meant to be heard, not read
    std::string voice;                                     // as openVoice() takes it
    double fastest = 1.25;                                 // times the voice's own rate, 1 to 2
    double ducking = 9.0;                                  // dB, 0 to 60
    MediaTime leastGap = std::chrono::milliseconds(1500);  // these up to a minute
    MediaTime headMargin = std::chrono::milliseconds(200);
    MediaTime tailMargin = std::chrono::milliseconds(200);

    bool operator==(const DescriptionSettings&) const = default;
};

// With each figure in its range.
DescriptionSettings inRange(DescriptionSettings settings);

struct Project {
    SourceReference source;
    std::optional<Provenance> captioner;  // absent until the video was annotated
    CueTrack track;
    std::vector<MediaTime> shots;
    std::vector<TimeRange> cleared;
    std::vector<TimeRange> captioned;  // what the captioner went over; empty: all of it
    std::vector<OutputRecord> outputs;
    DescriptionSettings description;

    bool operator==(const Project&) const = default;
};

inline constexpr const char* kProjectExtension = ".sightline";

// SHA-256, hex, of everything that the cues hold.
std::string digestOf(const std::vector<Cue>& cues);

std::string writeProject(const Project& project);

// Errors: Corrupt, Unsupported (a later version).
Result<Project> parseProject(std::string_view json);

}  // namespace sightline
