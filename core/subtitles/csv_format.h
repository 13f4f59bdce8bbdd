// Comma-separated values, RFC 4180.
#pragma once

#include "core/subtitles/subtitle_format.h"

namespace sightline {

// Writes the columns start,end,text,confidence,origin under a header row, times in decimal seconds, an unknown
// confidence empty. A spreadsheet would run a text that starts with = + - @ (or tab) as a formula, and a caption may
// come from anywhere. Such a text gets an apostrophe in front, the mark spreadsheets know for "this is text", and so
// does one that starts with apostrophes before such a character; reading takes one away again, so that every text comes
// back as it was. Reads columns by their names in any order, with comma, semicolon or tab between them; only start, end
// and text must be there (or "begin", "stop", "annotation" and the like, see columnsOf). Without names: rows with tabs,
// of two times and a text last, as ELAN and Audacity write them. Times may be clock times, too, and have a decimal
// comma. They count milliseconds where the header says so ("start_ms") or where all are whole numbers that would make
// too long cues as seconds, as speech recognisers write them.
class CsvFormat final : public SubtitleFormat {
public:
    std::string_view name() const override { return "csv"; }
    std::string_view extension() const override { return "csv"; }
    std::string_view description() const override { return "Table (CSV)"; }
    SubtitleTraits traits() const override {
        return {.timeUnit = MediaTime(1), .confidenceAndOrigin = true, .blankLinesAndEdges = true};
    }
    bool recognises(std::string_view utf8) const override;

private:
    std::string encode(const CueTrack& track, const SubtitleContext& context) const override;
    Result<SubtitleReading> parse(std::string_view utf8, const SubtitleContext& context) const override;
};

}  // namespace sightline
