// Timed Text Markup Language, W3C TTML1 (Third Edition) and TTML2, the profile that players share.
#pragma once

#include "core/subtitles/subtitle_format.h"

namespace sightline {

// Writes one division of paragraphs with begin and end in clock time with milliseconds, xml:lang and a title.
// Reads clock time with fractions or frames and offset time (h, m, s, ms, f, t), as ttp:frameRate,
// ttp:frameRateMultiplier, ttp:subFrameRate and ttp:tickRate say; times of containers, parallel and sequential;
// xml:space; <br/>; spans, whose own times count only where the paragraph has none. Styles and regions are ignored.
class TtmlFormat final : public SubtitleFormat {
public:
    std::string_view name() const override { return "ttml"; }
    std::string_view extension() const override { return "ttml"; }
    std::string_view description() const override { return "Timed Text (TTML)"; }
    SubtitleTraits traits() const override {
        return {.timeUnit = std::chrono::milliseconds(1), .blankLinesAndEdges = true};
    }
    bool recognises(std::string_view utf8) const override;

private:
    std::string encode(const CueTrack& track, const SubtitleContext& context) const override;
    Result<SubtitleReading> parse(std::string_view utf8, const SubtitleContext& context) const override;
};

}  // namespace sightline
