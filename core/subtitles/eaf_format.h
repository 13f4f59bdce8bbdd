// ELAN Annotation Format 3.0 (EAFv3.0.xsd of The Language Archive, MPI for Psycholinguistics).
#pragma once

#include "core/subtitles/subtitle_format.h"

namespace sightline {

// Writes one time-aligned tier "Descriptions". Annotations of a tier may not overlap in ELAN, so cues that do go to
// further tiers, "Descriptions 2" and so on. The media descriptor says where the context's video is, as a file:/// URL
// and relative to the written file, both escaped as URIs; of a video of which only the name is known, the name.
// Confidence, origin and title are not stored. Reads the tiers of that name. Where there are none: all that depend on
// no other, unless a tier that refers to those holds more text than any (a description of each shot in a list of
// shots); then that tier, with the times of what it refers to, and a warning. Times count from the media descriptor's
// TIME_ORIGIN. Annotations without a time between some with share the range, as in ELAN; others are left out.
class EafFormat final : public SubtitleFormat {
public:
    std::string_view name() const override { return "eaf"; }
    std::string_view extension() const override { return "eaf"; }
    std::string_view description() const override { return "ELAN annotations"; }
    SubtitleTraits traits() const override {
        return {.timeUnit = std::chrono::milliseconds(1), .blankLinesAndEdges = true, .longerThanNothing = true};
    }
    bool recognises(std::string_view utf8) const override;

private:
    std::string encode(const CueTrack& track, const SubtitleContext& context) const override;
    Result<SubtitleReading> parse(std::string_view utf8, const SubtitleContext& context) const override;
};

}  // namespace sightline
