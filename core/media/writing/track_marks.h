// What marks the tracks of a QuickTime file, which FFmpeg's muxer tells in MP4 only. Included by core/media/writing
// only.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/media/ffmpeg_common.h"

namespace sightline {

struct TrackMarks {
    std::uint32_t track = 0;     // its number in the file
    std::string language;        // three letters, or none
    const char* role = nullptr;  // of "urn:mpeg:dash:role:2011", as the MP4 muxer has it; null: none of those
};

// Those of the streams, by language and disposition.
std::vector<TrackMarks> marksOf(const AVFormatContext& output);

// Adds them where players and FFmpeg look for them: the role in a box "kind" (ISO/IEC 14496-12 section 8.10.4), and a
// language that has no number of Macintosh's by its letters (QuickTime File Format, "Language Code Values"). `file` is
// one that the muxer has finished: what describes its tracks is at its end, so that nothing else moves. What is marked
// already stays as it is. Returns an errno, 0 when it is done. Any thread.
int addTrackMarks(const std::filesystem::path& file, const std::vector<TrackMarks>& marks);

}  // namespace sightline
