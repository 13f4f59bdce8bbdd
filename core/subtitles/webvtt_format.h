// WebVTT, W3C Candidate Recommendation of 4 April 2019: captions, descriptions, chapters and metadata for web pages.
// Which of these a file is, the file does not say: the page does, with <track kind="descriptions" src="...">.
#pragma once

#include "core/subtitles/subtitle_format.h"

namespace sightline {

// Writes header and cues, nothing else. Reads cue settings, identifiers, NOTE, STYLE and REGION blocks as the
// specification's parser does (all are ignored), strips tags and decodes character references. A "<" that starts no tag
// stays. The language comes from a "Language:" header line, which some services write. Segments of a stream joined to
// one file are read as one: X-TIMESTAMP-MAP says how much later than the first each begins.
class WebVttFormat final : public SubtitleFormat {
public:
    std::string_view name() const override { return "vtt"; }
    std::string_view extension() const override { return "vtt"; }
    std::string_view description() const override { return "WebVTT"; }
    SubtitleTraits traits() const override {
        return {.timeUnit = std::chrono::milliseconds(1), .longerThanNothing = true};
    }
    bool recognises(std::string_view utf8) const override;

private:
    std::string encode(const CueTrack& track, const SubtitleContext& context) const override;
    Result<SubtitleReading> parse(std::string_view utf8, const SubtitleContext& context) const override;
};

// Each cue's text is an object, {"text": "...", "confidence": 0.8, "origin": "model"}, for <track kind="metadata"> and
// scripts that read it. An unknown confidence is left out.
class WebVttJsonFormat final : public SubtitleFormat {
public:
    std::string_view name() const override { return "vtt-json"; }
    std::string_view extension() const override { return "vtt"; }
    std::string_view description() const override { return "WebVTT metadata (JSON)"; }
    SubtitleTraits traits() const override {
        return {.timeUnit = std::chrono::milliseconds(1),
                .confidenceAndOrigin = true,
                .blankLinesAndEdges = true,
                .longerThanNothing = true};
    }
    bool recognises(std::string_view utf8) const override;

private:
    std::string encode(const CueTrack& track, const SubtitleContext& context) const override;
    Result<SubtitleReading> parse(std::string_view utf8, const SubtitleContext& context) const override;
};

}  // namespace sightline
