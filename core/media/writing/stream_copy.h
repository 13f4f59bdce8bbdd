// A copy of a video's streams in another file, to which tracks are added. Included by core/media/writing only.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/media/files/video_input.h"
#include "core/media/writing/container_io.h"
#include "core/media/writing/output_file.h"
#include "core/media/writing/subtitle_muxer.h"

namespace sightline {

// One call of each method in this order. One thread.
class StreamCopy {
public:
    struct Options {
        bool overwrite = false;            // replace a file that has the output's name
        bool leaveOutUnsupported = false;  // see SubtitleMuxOptions
        bool replacesSound = false;        // the new track takes the place of the sound that players choose
        std::string language;              // of the new track, BCP 47
        std::string title;
    };
    // Writes what the added tracks have up to that time of the packets, in microseconds.
    using WriteUpTo = std::function<Result<void>(std::int64_t)>;

    StreamCopy(const ProgressCallback& progress, const std::stop_token& stop) : progress_(progress), stop_(stop) {}
    StreamCopy(const StreamCopy&) = delete;
    StreamCopy& operator=(const StreamCopy&) = delete;

    // Opens both files; returns the new track, behind the copied ones unless it takes the place of one. Errors: those
    // of muxSubtitles().
    Result<AVStream*> open(const std::filesystem::path& input, const std::filesystem::path& output,
                           const Options& options);

    const Container& container() const { return container_; }
    const AVFormatContext& input() const { return *input_; }
    ContainerWriter& writer() { return *writer_; }
    // Where MediaTime counts from, in `base`, on the clock of what write() takes.
    std::int64_t zero(AVRational base) const;

    // Copies all; `writeUpTo` is called after each packet and, with INT64_MAX, at the end. The output appears.
    Result<void> run(const WriteUpTo& writeUpTo);

private:
    Result<void> addCopies(const Options& options);
    Result<void> copyPackets(const WriteUpTo& writeUpTo);
    void report(const AVPacket& packet);
    bool isWanted(const AVPacket& packet) const;

    const ProgressCallback& progress_;
    const std::stop_token& stop_;
    Container container_;
    FormatContextPtr input_;
    FirstFrame first_;
    std::optional<OutputFile> file_;
    std::optional<ContainerWriter> writer_;
    std::vector<AVStream*> copies_;  // by stream of the input; null: left out
    AVStream* added_ = nullptr;      // when it has taken a place among those
    PacketPtr packet_{av_packet_alloc()};
    MediaTime reported_{-1};
};

}  // namespace sightline
