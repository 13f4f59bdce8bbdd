#include "app/shots_command.h"

#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/exit_codes.h"
#include "core/base/logging.h"
#include "core/media/files/ffmpeg_file_source.h"
#include "core/scenes/shot_detector.h"

namespace sightline {
namespace {

nlohmann::ordered_json toJson(const ShotBoundary& boundary) {
    return {{"time", toSeconds(boundary.time)},
            {"start", toSeconds(boundary.start)},
            {"end", toSeconds(boundary.end)},
            {"transition", transitionName(boundary.transition)}};
}

int failed(const Error& error) {
    fmt::print(stderr, "sightline: {}\n", error.message);
    logger("app")->info("{}", error.detail);
    return kExitInputFailed;
}

}  // namespace

int runShotsCommand(const ShotsCommand& command, std::FILE* out) {
    auto source = openVideoFile(command.input, kForReadingThrough);
    if (!source) {
        return failed(source.error());
    }
    ShotDetector detector;
    auto json = nlohmann::ordered_json::array();
    const auto take = [&](const std::vector<ShotBoundary>& boundaries) {
        for (const ShotBoundary& boundary : boundaries) {
            if (command.json) {
                json.push_back(toJson(boundary));
            } else {
                fmt::print(out, "{:.3f}  {}\n", toSeconds(boundary.time), transitionName(boundary.transition));
            }
        }
    };
    std::uint64_t frames = 0;
    std::chrono::nanoseconds spent{};
    auto frame = (*source)->glimpse();
    for (; frame; frame = (*source)->glimpse(), ++frames) {
        const auto started = std::chrono::steady_clock::now();
        const auto boundaries = detector.push(FrameSignature::of(*frame), frame->frame.pts);
        spent += std::chrono::steady_clock::now() - started;
        take(boundaries);
    }
    take(detector.finish());
    if (command.json) {
        const double perFrame = frames > 0 ? toMilliseconds(spent) / static_cast<double>(frames) : 0.0;
        const nlohmann::ordered_json all{{"boundaries", json}, {"frames", frames}, {"detect_ms_per_frame", perFrame}};
        fmt::print(out, "{}\n", all.dump(1));
    }
    if (std::fflush(out) != 0) {
        fmt::print(stderr, "sightline: shots could not be written to the output. Check that there is room for it.\n");
        return kExitInputFailed;
    }
    return frame.error().code == ErrorCode::EndOfStream ? kExitOk : failed(frame.error());
}

}  // namespace sightline
