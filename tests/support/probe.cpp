#include "tests/support/probe.h"

#include <array>
#include <csignal>
#include <cstdio>
#include <iterator>
#include <sstream>

#include <sys/resource.h>

namespace sightline::test {
namespace {

std::string outputOf(const std::string& command) {
    std::FILE* pipe = popen(command.c_str(), "r");
    std::string output;
    std::array<char, 4096> buffer{};
    std::size_t count = 0;
    while (pipe && (count = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0) {
        output.append(buffer.data(), count);
    }
    return pipe && pclose(pipe) == 0 ? output : "failed: " + command;
}

}  // namespace

std::vector<std::string> probe(const std::filesystem::path& file, const std::string& arguments) {
    std::istringstream output(
        outputOf("ffprobe -v error -of default=noprint_wrappers=1:nokey=1 " + arguments + " '" + file.string() + "'"));
    std::vector<std::string> lines;
    for (std::string line; std::getline(output, line);) {
        if (!line.empty()) {
            lines.push_back(line);
        }
    }
    return lines;
}

bool ffmpeg(const std::string& arguments) {
    return !outputOf("ffmpeg -nostdin -v error -y " + arguments + " 2>&1").starts_with("failed");
}

std::vector<std::string> packetsOf(const std::filesystem::path& file, int stream) {
    return probe(file, "-select_streams " + std::to_string(stream) +
                           " -show_entries packet=pts_time,data_hash -show_data_hash md5");
}

std::vector<double> frameTimes(const std::filesystem::path& file) {
    std::vector<double> times;
    for (const std::string& line : probe(file, "-select_streams v:0 -show_entries frame=pts_time")) {
        times.push_back(std::stod(line));
    }
    return times;
}

std::string subtitlesOf(const std::filesystem::path& file, int track) {
    std::string text = outputOf("ffmpeg -nostdin -v error -copyts -i '" + file.string() +
                                "' -map 0:s:" + std::to_string(track) + " -f srt -");
    std::erase(text, '\r');
    return text;
}

FileSizeLimit::FileSizeLimit(std::size_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    rlimit limit{};
    getrlimit(RLIMIT_FSIZE, &limit);
    before_ = limit.rlim_cur;
    limit.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &limit);
}

FileSizeLimit::~FileSizeLimit() {
    rlimit limit{};
    getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = before_;
    setrlimit(RLIMIT_FSIZE, &limit);
    std::signal(SIGXFSZ, handler_);
}

std::size_t filesIn(const std::filesystem::path& folder) {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

}  // namespace sightline::test
