#include "core/benchmark/benchmark_child.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <functional>
#include <memory>

#include <fmt/format.h>
#include <sched.h>
#include <sys/prctl.h>
#include <nlohmann/json.hpp>

#include "core/base/clock.h"
#include "core/benchmark/clip.h"
#include "core/benchmark/repetition.h"
#include "core/benchmark/statistics.h"
#include "core/inference/bundle_captioner.h"
#include "core/inference/torch_library.h"

namespace sightline {
namespace {

using WallClock = std::chrono::steady_clock;

constexpr std::size_t kWarmUpPictures = 4;  // after loadCaptioner's own

Result<void> pinTo(const std::vector<int>& cpus) {
    if (cpus.empty()) {
        return {};
    }
    cpu_set_t set;
    CPU_ZERO(&set);
    for (const int cpu : cpus) {
        CPU_SET(static_cast<std::size_t>(cpu), &set);
    }
    if (sched_setaffinity(0, sizeof set, &set) != 0) {  // threads made later inherit it
        return fail(ErrorCode::Unsupported,
                    "The benchmark process cannot be pinned to its CPUs: they are not there or not allowed.",
                    std::strerror(errno));
    }
    return {};
}

// Captions of all pictures; their times go to `each`. Returns captions per second.
Result<double> pass(Captioner& captioner, std::span<const Image> pictures, const SearchOptions& search, bool overlapped,
                    const std::function<void(const StageTimes&)>& each) {
    const auto started = WallClock::now();
    if (overlapped) {
        auto picture = pictures.begin();
        const auto next = [&](bool) { return picture != pictures.end() ? std::to_address(picture++) : nullptr; };
        const auto done =
            captioner.captionAll(next, search, [&](const GeneratedCaption& caption) { each(caption.times); });
        if (!done) {
            return tl::unexpected(done.error());
        }
    }
    for (const Image& picture : overlapped ? std::span<const Image>() : pictures) {
        const auto caption = captioner.caption(picture, search);
        if (!caption) {
            return tl::unexpected(caption.error());
        }
        each(caption->times);
    }
    return static_cast<double>(pictures.size()) / toSeconds(WallClock::now() - started);
}

Result<Repetition> repeatOnce(Captioner& captioner, std::span<const Image> pictures, const SearchOptions& real,
                              const SearchOptions& fixed, bool overlapped) {
    Repetition repetition;
    std::vector<double> preprocess;
    std::vector<double> encode;
    std::vector<double> prefill;
    std::vector<double> generate;
    const auto captions = pass(captioner, pictures, real, overlapped, [&](const StageTimes& times) {
        repetition.latenciesMs.push_back(toMilliseconds(times.total()));
        preprocess.push_back(toMilliseconds(times.preprocess));
        encode.push_back(toMilliseconds(times.encode));
        prefill.push_back(toMilliseconds(times.prefill));
        generate.push_back(toMilliseconds(times.generate));
        repetition.steps += static_cast<double>(times.steps) / static_cast<double>(pictures.size());
    });
    if (!captions) {
        return tl::unexpected(captions.error());
    }
    const auto fixedCaptions = pass(captioner, pictures, fixed, overlapped, [](const StageTimes&) {});
    if (!fixedCaptions) {
        return tl::unexpected(fixedCaptions.error());
    }
    repetition.preprocessMs = median(preprocess);
    repetition.encodeMs = median(encode);
    repetition.prefillMs = median(prefill);
    repetition.generateMs = median(generate);
    repetition.captionsPerSecond = *captions;
    repetition.fixedCaptionsPerSecond = *fixedCaptions;
    return repetition;
}

Result<void> writeLine(std::FILE* out, std::string_view line) {
    fmt::print(out, "{}\n", line);
    if (std::fflush(out) != 0) {
        return fail(ErrorCode::Io, "Nobody reads the benchmark's output.", std::strerror(errno));
    }
    return {};
}

}  // namespace

std::string toArgument(const ChildTask& task) {
    return nlohmann::ordered_json{{"model", task.model.string()},
                                  {"clip", task.clip.string()},
                                  {"threads", task.threads},
                                  {"inter_op", task.interOp},
                                  {"beams", task.beams},
                                  {"overlapped", task.overlapped},
                                  {"cpus", task.cpus},
                                  {"pictures", task.pictures},
                                  {"fixed_tokens", task.fixedTokens},
                                  {"repetitions", task.repetitions}}
        .dump();
}

Result<ChildTask> taskFromArgument(std::string_view argument) {
    try {
        const auto json = nlohmann::json::parse(argument);
        return ChildTask{json.at("model").get<std::string>(),
                         json.at("clip").get<std::string>(),
                         json.at("threads"),
                         json.at("inter_op"),
                         json.at("beams"),
                         json.at("overlapped"),
                         json.at("cpus").get<std::vector<int>>(),
                         json.at("pictures"),
                         json.at("fixed_tokens"),
                         json.at("repetitions")};
    } catch (const nlohmann::json::exception& error) {
        return fail(ErrorCode::Corrupt, "This command belongs to \"bench threads\", which starts it by itself.",
                    error.what());
    }
}

Result<void> runBenchmarkChild(const ChildTask& task, std::FILE* out) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (auto pinned = pinTo(task.cpus); !pinned) {
        return pinned;
    }
    if (auto set = setInterOpThreads(task.interOp); !set) {
        return set;
    }
    auto captioner = loadCaptioner(task.model, task.threads);
    if (!captioner) {
        return tl::unexpected(captioner.error());
    }
    const auto pictures = readClip(task.clip, task.pictures);
    if (!pictures) {
        return tl::unexpected(pictures.error());
    }
    const SearchOptions real = (*captioner)->defaultSearch(task.beams);
    SearchOptions fixed = real;
    fixed.minTokens = fixed.maxTokens = task.fixedTokens;
    const auto few = std::span(*pictures).first(std::min(kWarmUpPictures, pictures->size()));
    if (auto warm = repeatOnce(**captioner, few, real, fixed, task.overlapped); !warm) {
        return tl::unexpected(warm.error());
    }
    for (int i = 0; i < task.repetitions; ++i) {
        if (auto written = writeLine(out, kRepetitionBegins); !written) {
            return written;
        }
        const auto repetition = repeatOnce(**captioner, *pictures, real, fixed, task.overlapped);
        if (!repetition) {
            return tl::unexpected(repetition.error());
        }
        if (auto written = writeLine(out, toLine(*repetition)); !written) {
            return written;
        }
    }
    return {};
}

}  // namespace sightline
