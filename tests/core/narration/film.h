// A film made for tests: somebody says known words at known times, over whatever is wanted.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "core/captions/time_range.h"

namespace sightline::test {

struct Line {
    MediaTime start{};
    std::string text;
};

struct Film {
    std::filesystem::path file;
    std::vector<TimeRange> speech;  // where the lines are said, from the first sound to the last
};

// Lines that an interview could have, one after `period` the other, up to `end`.
std::vector<Line> linesUntil(MediaTime end, MediaTime period);

// Writes `path`: a test picture, and sound as `sound` says, ffmpeg's arguments behind the inputs; input 1 is the lines,
// one channel at 22,050 Hz. Without lines that channel is silent.
Film makeFilm(const std::filesystem::path& path, MediaTime duration, const std::vector<Line>& lines,
              const std::string& sound = "-map 0:v -map 1:a -c:a pcm_s16le");

// Samples of the file's sound track number `track`, as ffmpeg decodes it, at 48 kHz: float, its channels interleaved.
std::vector<float> soundOf(const std::filesystem::path& file, int track, int channels);

}  // namespace sightline::test
