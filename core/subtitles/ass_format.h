// Advanced SubStation Alpha (version 4.00+), as Aegisub and libass read it.
#pragma once

#include "core/subtitles/subtitle_format.h"

namespace sightline {

// Writes one style at the bottom of a 1920 x 1080 canvas that scales with the video; centiseconds. "\N" breaks lines.
// Braces are written as libass's escapes "\{" and "\}", and a backslash is followed by an invisible word joiner
// (U+2060), as FFmpeg does, so that no text becomes an override. Confidence and origin are not stored. Reads SubStation
// Alpha (.ssa), too: columns as the Format line names them, override tags and drawings stripped, Comment lines left
// out. Title and language come from [Script Info].
class AssFormat final : public SubtitleFormat {
public:
    std::string_view name() const override { return "ass"; }
    std::string_view extension() const override { return "ass"; }
    std::string_view description() const override { return "Advanced SubStation Alpha"; }
    SubtitleTraits traits() const override {
        return {.timeUnit = std::chrono::milliseconds(10), .blankLinesAndEdges = true};
    }
    bool recognises(std::string_view utf8) const override;

private:
    std::string encode(const CueTrack& track, const SubtitleContext& context) const override;
    Result<SubtitleReading> parse(std::string_view utf8, const SubtitleContext& context) const override;
};

}  // namespace sightline
