// SubRip. There is no specification; what players and editors write and accept is the measure.
#pragma once

#include "core/subtitles/subtitle_format.h"

namespace sightline {

// Writes milliseconds, plain text and no byte order mark. Text that a player would take for a tag ("<b>", "{\an8}"), a
// character reference ("&amp;") or a time line gets an invisible word joiner (U+2060), which reading takes out. Reads
// indices that are missing or wrong, either decimal point or a colon before the milliseconds, any number of hours,
// negative times, white space and invisible characters around and within times and indices, blank lines inside a text,
// missing blank lines between cues, position hints after the times; strips i, b, u, s, font, span and {\...} tags;
// <br> is a line break; character references are decoded.
class SrtFormat final : public SubtitleFormat {
public:
    std::string_view name() const override { return "srt"; }
    std::string_view extension() const override { return "srt"; }
    std::string_view description() const override { return "SubRip"; }
    SubtitleTraits traits() const override { return {.timeUnit = std::chrono::milliseconds(1)}; }
    bool recognises(std::string_view utf8) const override;

private:
    std::string encode(const CueTrack& track, const SubtitleContext& context) const override;
    Result<SubtitleReading> parse(std::string_view utf8, const SubtitleContext& context) const override;
};

}  // namespace sightline
