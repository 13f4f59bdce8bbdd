// What ffprobe and ffmpeg, as programs of their own, say about a video file.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace sightline::test {

// The lines ffprobe prints for `arguments`, its format being one bare value after the other.
std::vector<std::string> probe(const std::filesystem::path& file, const std::string& arguments);

// Runs ffmpeg, which writes without a word; false when it failed. `arguments` are as for a shell.
bool ffmpeg(const std::string& arguments);

// Presentation time and content's hash of each packet of stream number `stream`.
std::vector<std::string> packetsOf(const std::filesystem::path& file, int stream);

// Presentation time in seconds of each frame of the main video.
std::vector<double> frameTimes(const std::filesystem::path& file);

// Subtitle track number `track` as SubRip, with start and end times that are the container's own.
std::string subtitlesOf(const std::filesystem::path& file, int track);

// Sets the size that files of this process may have while it lives; writing more fails as on a full disk.
class FileSizeLimit {
public:
    explicit FileSizeLimit(std::size_t bytes);
    ~FileSizeLimit();
    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;

private:
    unsigned long long before_;
    void (*handler_)(int);
};

std::size_t filesIn(const std::filesystem::path& folder);

}  // namespace sightline::test
