#include "app/convert_command.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/exit_codes.h"
#include "core/annotate/former_file.h"
#include "core/annotate/output_file.h"
#include "core/base/atomic_file.h"
#include "core/base/logging.h"
#include "core/base/sha256.h"
#include "core/media/files/ffmpeg_file_source.h"
#include "core/subtitles/cue_time.h"
#include "core/subtitles/subtitle_file.h"
#include "core/subtitles/time_unit.h"

namespace sightline {
namespace {

int failed(const Error& error) {
    fmt::print(stderr, "sightline: {}\n", error.message);
    logger("app")->info("{}", error.detail);
    return kExitInputFailed;
}

const SubtitleFormat* formatOf(const ConvertCommand& command) {
    return findSubtitleFormat(command.format.empty() ? std::filesystem::path(command.output).extension().string()
                                                     : command.format);
}

void settleUnit(SubtitleReading& reading, const std::string& unit) {
    const bool readAsMilliseconds = reading.timeUnit == TimeUnit::SeemsMilliseconds;
    if (unit.empty() || reading.timeUnit == TimeUnit::Known) {
        return;
    }
    if (unit == "ms" && !readAsMilliseconds) {
        countMilliseconds(reading.track.cues);
    } else if (unit == "s" && readAsMilliseconds) {
        countSeconds(reading.track.cues);
    }
    std::erase_if(reading.warnings, [](const SubtitleWarning& told) { return told.message == kUnclearUnit; });
}

// Whatever is there is somebody's: this command keeps no record of what it wrote.
Result<void> writeTo(const std::filesystem::path& path, const std::string& text, bool replace) {
    const std::string fresh = Sha256::hexOf(text);
    const auto former = digestOfFile(path);
    const OutputFacts facts{.isThere = isTaken(path),
                            .isReadable = former.has_value(),
                            .digest = former ? std::string_view(*former) : std::string_view(),
                            .written = {},
                            .takenOver = {},
                            .fresh = fresh};
    const auto writing = writeOutput(
        path, facts, replace ? Existing::Replace : Existing::Skip, [&] { return writeFileAtomically(path, text); },
        [&] { return std::optional(fresh); });
    if (writing.former) {
        fmt::print(stderr, "sightline: what was in {} is kept as {}\n", path.string(), writing.former->string());
    }
    if (writing.failed) {
        return tl::unexpected(*writing.failed);
    }
    if (writing.action == OutputAction::LeaveAlone) {
        return fail(ErrorCode::Io, fmt::format("{} is there already and was left alone. Choose another name for -o, or "
                                               "--existing replace, which keeps a file as {}~1.",
                                               path.string(), path.filename().string()));
    }
    return {};
}

}  // namespace

int runConvertCommand(const ConvertCommand& command, std::FILE* out) {
    const SubtitleFormat* format = formatOf(command);
    if (!format) {
        const std::string why = command.output.empty()
                                    ? std::string("neither --format nor the name of a file (-o) says which")
                                    : fmt::format("the extension of {} is none of a format", command.output);
        fmt::print(stderr, "sightline: Cannot choose a format: {}. Add --format with one of {}.\n", why,
                   fmt::join(subtitleFormatNames(), ", "));
        return kExitUsage;
    }
    MediaTime duration{};
    std::filesystem::path video;
    if (!command.video.empty()) {
        const auto source = openVideoFile(command.video);
        if (!source) {
            return failed(source.error());
        }
        duration = (*source)->description().duration;
        video = std::filesystem::absolute(command.video);
    }
    // The length would settle the unit otherwise than the user says.
    auto file = readSubtitleFile(command.input, command.unit.empty() ? duration : MediaTime{}, video);
    if (!file) {
        return failed(file.error());
    }
    SubtitleReading& reading = file->reading;
    settleUnit(reading, command.unit);
    if (reading.track.cues.empty()) {
        fmt::print(stderr, "sightline: {}: there are no captions in it.\n", command.input);
    }
    for (const SubtitleWarning& warning : reading.warnings) {
        fmt::print(stderr, "sightline: {}: {}\n", command.input, describeWarning(warning));
    }
    if (!video.empty()) {
        reading.track.videoName = video.filename().string();
        reading.track.videoDuration = duration;
    }
    const std::filesystem::path path =
        command.output.empty() ? std::filesystem::path() : std::filesystem::absolute(command.output);
    const std::string text = format->write(reading.track, contextOf(path, video, duration));
    if (path.empty()) {
        fmt::print(out, "{}", text);
        if (std::fflush(out) != 0) {
            fmt::print(stderr,
                       "sightline: captions could not be written to the output. Check that there is room for it.\n");
            return kExitInputFailed;
        }
    } else if (const auto written = writeTo(path, text, command.replace); !written) {
        return failed(written.error());
    }
    if (reading.skippedCues > 0) {
        fmt::print(stderr, "sightline: {}: {} damaged cue(s) were left out.\n", command.input, reading.skippedCues);
        return kExitInputFailed;
    }
    return kExitOk;
}

}  // namespace sightline
