#include "app/shots_command.h"

#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/exit_codes.h"
#include "core/media/ffmpeg_file_source.h"
#include "core/scenes/shot_detector.h"

namespace sightline {

int runShotsCommand(const ShotsCommand& command, std::FILE* out) {
    auto source = openVideoFile(command.input);
    if (!source) {
        fmt::print(stderr, "sightline: {}\n", source.error().message);
        return kExitInputFailed;
    }
    ShotDetector detector;
    std::vector<ShotBoundary> boundaries;
    const auto take = [&](const std::vector<ShotBoundary>& found) {
        boundaries.insert(boundaries.end(), found.begin(), found.end());
        for (const ShotBoundary& boundary : command.json ? std::vector<ShotBoundary>{} : found) {
            fmt::print(out, "{:.3f}  {}\n", toSeconds(boundary.time), transitionName(boundary.transition));
        }
    };
    std::uint64_t frames = 0;
    std::chrono::nanoseconds spent{};
    auto frame = source.value()->read();
    for (; frame; frame = source.value()->read(), ++frames) {
        const auto started = std::chrono::steady_clock::now();
        const auto found = detector.push(FrameSignature::of(frame->image), frame->pts);
        spent += std::chrono::steady_clock::now() - started;
        take(found);
    }
    take(detector.finish());
    if (command.json) {
        nlohmann::ordered_json json{
            {"boundaries", nlohmann::ordered_json::array()},
            {"frames", frames},
            {"detect_ms_per_frame", frames > 0 ? toMilliseconds(spent) / static_cast<double>(frames) : 0.0}};
        for (const ShotBoundary& boundary : boundaries) {
            json["boundaries"].push_back({{"time", toSeconds(boundary.time)},
                                          {"start", toSeconds(boundary.start)},
                                          {"end", toSeconds(boundary.end)},
                                          {"transition", transitionName(boundary.transition)}});
        }
        fmt::print(out, "{}\n", json.dump(1));
    }
    if (frame.error().code != ErrorCode::EndOfStream) {
        fmt::print(stderr, "sightline: {}\n", frame.error().message);
        return kExitInputFailed;
    }
    return kExitOk;
}

}  // namespace sightline
