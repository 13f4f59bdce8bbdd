// Caption files: one class per format behind one interface.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/captions/cue.h"

namespace sightline {

struct SubtitleWarning {
    std::size_t line = 0;  // from 1; zero when the format does not tell
    std::string message;   // for people: what was wrong and what was done about it
};

// What times without units count. Whole numbers may be seconds or, as speech recognisers write them, milliseconds; only
// how long the cues would last tells.
enum class TimeUnit : std::uint8_t {
    Known,
    SeemsMilliseconds,  // read so
    Unclear,            // read as seconds
};

// What reading gave. A single damaged cue does not cost the others: it is left out, counted and told.
struct SubtitleReading {
    CueTrack track;
    std::size_t skippedCues = 0;
    std::vector<SubtitleWarning> warnings;  // the first hundred
    TimeUnit timeUnit = TimeUnit::Known;
};

// What is known besides the captions. Formats use what they have a place for.
struct SubtitleContext {
    std::filesystem::path video;  // absolute, that the captions are of; empty when unknown
    MediaTime videoDuration{};    // zero when unknown
    std::filesystem::path file;   // absolute, that is read or written; empty when unknown
};

// What of a track survives writing and reading.
struct SubtitleTraits {
    MediaTime timeUnit{};              // times are multiples of it (see writtenTime)
    bool confidenceAndOrigin = false;  // of each cue
    bool blankLinesAndEdges = false;   // in texts: blank lines, and white space at either end of a line
    bool longerThanNothing = false;    // the format has no cues of length zero; they get one timeUnit
};

// Stateless and immutable: any thread, any number at a time.
class SubtitleFormat {
public:
    SubtitleFormat() = default;
    SubtitleFormat(const SubtitleFormat&) = delete;
    SubtitleFormat& operator=(const SubtitleFormat&) = delete;
    virtual ~SubtitleFormat() = default;

    virtual std::string_view name() const = 0;         // unique, for settings and the command line: "srt", "vtt-json"
    virtual std::string_view extension() const = 0;    // without the dot: "srt", "vtt"
    virtual std::string_view description() const = 0;  // for people: "SubRip"
    virtual SubtitleTraits traits() const = 0;

    // True if the text begins like a file of this format; false says nothing about how well it could be read.
    virtual bool recognises(std::string_view utf8) const = 0;

    // The file's content, UTF-8. Cues are written in the order of their start, with times at or after zero and no end
    // before its start. Times are rounded down to the unit: cues that touched still touch, and each frame of the video
    // shows the cue it showed before.
    std::string write(const CueTrack& track, const SubtitleContext& context = {}) const;

    // The track in a file's content. Its cues are ordered by start, their times lie between zero and 100,000 hours, and
    // their text is UTF-8 without markup, "\n" between lines. Cues whose file does not tell their origin are Edited:
    // somebody chose the file, so the captioner must not overwrite them. Cues without a visible character say nothing
    // about their stretch of the video and are none.
    // The captions of `context`'s video where the file holds those of many.
    // Errors: Corrupt, with the line where there is one; Unsupported; NotFound, the file holds other videos' captions.
    Result<SubtitleReading> read(std::string_view utf8, const SubtitleContext& context = {}) const;

private:
    // The track is in the state that write() promises, its texts without control characters.
    virtual std::string encode(const CueTrack& track, const SubtitleContext& context) const = 0;
    // The text is valid UTF-8 without byte order mark and NUL. The cues may come in any order.
    virtual Result<SubtitleReading> parse(std::string_view utf8, const SubtitleContext& context) const = 0;
};

// All formats, those that people know best first.
std::span<const SubtitleFormat* const> subtitleFormats();
std::vector<std::string> subtitleFormatNames();  // of those, in their order

// By name, else by extension, in any case and with or without a leading dot; null when there is none.
const SubtitleFormat* findSubtitleFormat(std::string_view name);

}  // namespace sightline
