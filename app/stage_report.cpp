#include "app/stage_report.h"

#include <numeric>

#include <fmt/format.h>

#include "core/base/clock.h"
#include "core/base/machine.h"
#include "core/benchmark/statistics.h"

namespace sightline {

void StageReport::add(const StageTimes& times) { captions_.push_back(times); }

void StageReport::addVideo(std::chrono::nanoseconds reading, std::uint64_t frames, std::chrono::nanoseconds wall,
                           std::uint64_t captions) {
    reading_ += reading;
    frames_ += frames;
    wall_ += wall;
    ofVideos_ += captions;
}

std::string StageReport::text(int threads) const {
    std::string out = fmt::format("{} captions, {} threads, {}\n", captions_.size(), threads, describeMachine());
    out += fmt::format("{:<12}{:>10}{:>10}{:>10}  ms\n", "stage", "median", "p95", "min");
    double median = 0.0;
    const auto line = [&](const char* name, auto stage) {
        std::vector<double> values;
        for (const StageTimes& times : captions_) {
            values.push_back(toMilliseconds(stage(times)));
        }
        median = quantile(values, 0.5);
        out += fmt::format("{:<12}{:>10.2f}{:>10.2f}{:>10.2f}\n", name, median, quantile(values, 0.95),
                           quantile(values, 0.0));
    };
    line("preprocess", [](const StageTimes& t) { return t.preprocess; });
    line("encode", [](const StageTimes& t) { return t.encode; });
    line("prefill", [](const StageTimes& t) { return t.prefill; });
    line("generate", [](const StageTimes& t) { return t.generate; });
    line("caption", [](const StageTimes& t) { return t.total(); });
    const double steps = std::accumulate(captions_.begin(), captions_.end(), 0.0,
                                         [](double sum, const StageTimes& times) { return sum + times.steps; }) /
                         static_cast<double>(captions_.size());
    out += fmt::format("{:.1f} captions/s one after the other at the median, {:.1f} decoder steps a caption\n",
                       1000.0 / median, steps);
    if (frames_ > 0) {
        out += fmt::format("{:.1f} captions/s of video, reading, encoding and generating side by side\n",
                           static_cast<double>(ofVideos_) / toSeconds(wall_));
        out += fmt::format("reading video: {:.2f} ms a frame over {} frames, on its own thread\n",
                           toMilliseconds(reading_) / static_cast<double>(frames_), frames_);
    }
    return out;
}

}  // namespace sightline
