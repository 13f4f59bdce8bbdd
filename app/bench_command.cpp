#include "app/bench_command.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include "app/exit_codes.h"
#include "app/interrupt_stop.h"
#include "app/model_file.h"
#include "app/model_trust.h"
#include "app/resource_files.h"
#include "core/base/atomic_file.h"
#include "core/base/logging.h"
#include "core/benchmark/clip.h"
#include "core/benchmark/engine_comparison.h"
#include "core/benchmark/report.h"
#include "core/media/files/still_image.h"

namespace sightline {
namespace {

constexpr int kMostThreads = 256;
constexpr int kMostBeams = 16;
constexpr int kMostBusyPrograms = 256;
constexpr int kQuickRepetitions = 3;

int refuse(const Error& error, int code) {
    fmt::print(stderr, "sightline: {}\n", error.message);
    logger("app")->info("{}", error.detail);
    return code;
}

Result<std::vector<BenchmarkModel>> readModels(const BenchCommand& command, const Settings& settings) {
    std::vector<std::string> files = command.models;
    if (files.empty()) {
        files.push_back(modelFile(settings.model).string());
    }
    std::vector<BenchmarkModel> models;
    std::vector<std::string> there;
    for (const std::string& file : files) {
        if (auto admitted = admitModel(file); !admitted) {
            return tl::unexpected(admitted.error());
        }
        auto model = describeModel(file);
        if (!model) {
            return tl::unexpected(model.error());
        }
        there.push_back(model->precision);
        const auto& wanted = command.precisions;
        if (wanted.empty() || std::find(wanted.begin(), wanted.end(), model->precision) != wanted.end()) {
            models.push_back(std::move(*model));
        }
    }
    for (const std::string& precision : command.precisions) {
        if (std::find(there.begin(), there.end(), precision) == there.end()) {
            return fail(ErrorCode::Model,
                        fmt::format("None of the bundles has the precision {}: they have {}. Name a bundle that has it "
                                    "with --model; Sightline comes with an int8 one.",
                                    precision, fmt::join(there, ", ")));
        }
    }
    return models;
}

Result<SettingsGrid> readGrid(const BenchCommand& command) {
    const auto threads = parseNumbers(command.threads, 1, kMostThreads);
    const auto interOp = parseNumbers(command.interOp, 1, kMostThreads);
    const auto beams = parseNumbers(command.beams, 0, kMostBeams);
    const auto busy = parseNumbers(command.busyPrograms, 0, kMostBusyPrograms);
    for (const auto* numbers : {&threads, &interOp, &beams, &busy}) {
        if (!*numbers) {
            return tl::unexpected(numbers->error());
        }
    }
    SettingsGrid grid{{}, *threads, *interOp, *beams, {}, {}, *busy};
    for (const std::string& name : command.affinities) {
        grid.affinities.push_back(name == affinityName(Affinity::Cores) ? Affinity::Cores : Affinity::Any);
    }
    for (const std::string& name : command.pipelines) {
        grid.pipelines.push_back(name == pipelineName(Pipeline::Overlapped) ? Pipeline::Overlapped
                                                                            : Pipeline::Sequential);
    }
    return grid;
}

// A line on standard error for each phase; on a terminal it is overwritten by the next.
class PhaseLine {
public:
    explicit PhaseLine(const std::vector<BenchmarkSetting>& settings) : settings_(settings) {}
    ~PhaseLine() {
        if (terminal_) {
            fmt::print(stderr, "\r\033[K");
        }
    }
    PhaseLine(const PhaseLine&) = delete;
    PhaseLine& operator=(const PhaseLine&) = delete;

    void show(const SweepPhase& phase) {
        if (!terminal_ && shown_ && shown_->kind == phase.kind && shown_->setting == phase.setting) {
            return;  // a log needs no refreshing
        }
        shown_ = phase;
        const std::string setting = describeSetting(settings_[phase.setting]);
        if (phase.kind == SweepPhase::Waiting) {
            print(phase, fmt::format("waiting: other programs use {:.1f} CPUs", phase.otherCpus));
        } else if (phase.kind == SweepPhase::Measuring) {
            print(phase, setting);
        }
    }

private:
    void print(const SweepPhase& phase, const std::string& text) const {
        fmt::print(stderr, "{}{:3.0f} % {}{}", terminal_ ? "\r\033[K" : "", 100.0 * phase.fraction, text,
                   terminal_ ? "" : "\n");
    }

    const std::vector<BenchmarkSetting>& settings_;
    const bool terminal_ = isatty(STDERR_FILENO) == 1;
    std::optional<SweepPhase> shown_;
};

std::string reportText(const BenchmarkReport& report, const std::string& format) {
    return format == "csv" ? toCsv(report) : format == "json" ? toJson(report) : toMarkdown(report);
}

// Standard output, or a file where one is named.
Result<void> deliver(const std::string& text, const std::string& file, std::FILE* out) {
    if (file.empty()) {
        fmt::print(out, "{}", text);
        return {};
    }
    return writeFileAtomically(file, text);
}

Result<std::vector<Image>> readPictures(const BenchEngineCommand& command) {
    if (command.inputs.empty()) {
        return readClip(resourceFile("resources/sample.mp4"), command.pictures);
    }
    std::vector<Image> pictures;
    for (const std::string& input : command.inputs) {
        auto picture = readStillImage(input);
        if (!picture) {
            return tl::unexpected(picture.error());
        }
        pictures.push_back(std::move(*picture));
    }
    return pictures;
}

// The share that is done, on a terminal.
void showShare(double fraction) {
    if (isatty(STDERR_FILENO) == 1) {
        fmt::print(stderr, "\r\033[K{}", fraction < 1.0 ? fmt::format("{:3.0f} %", 100.0 * fraction) : "");
    }
}

}  // namespace

int runBenchCommand(const BenchCommand& command, const Settings& settings, std::FILE* out) {
    auto grid = readGrid(command);
    if (!grid) {
        return refuse(grid.error(), kExitUsage);
    }
    auto models = readModels(command, settings);
    if (!models) {
        return refuse(models.error(), kExitModel);
    }
    grid->models = std::move(*models);
    const std::vector<BenchmarkSetting> wanted = grid->settings();
    const BenchmarkClip clip{
        command.clip.empty() ? resourceFile("resources/sample.mp4") : std::filesystem::path(command.clip),
        command.pictures};
    SweepOptions options;
    options.seed = command.seed;
    options.mostRepetitions = command.quick ? kQuickRepetitions : command.repetitions;
    options.patience = std::chrono::milliseconds(static_cast<std::int64_t>(1000.0 * command.patienceSeconds));
    options.leastRepetitions = std::min(options.leastRepetitions, options.mostRepetitions);
    auto report = beginReport(clip, options);
    if (!report) {
        return refuse(report.error(), kExitInputFailed);
    }
    {
        ChildRunner runner("/proc/self/exe", clip);
        const InterruptStop interrupt;
        PhaseLine line(wanted);
        SweepOutcome outcome =
            runSweep(wanted, options, runner,
                     {[&line](const SweepPhase& phase) { line.show(phase); }, [](auto&&...) {}}, interrupt.token());
        report->cutShort = outcome.cancelled || outcome.outOfTime;
        report->results = std::move(outcome.results);
    }
    const std::string text = reportText(*report, command.format);
    if (auto written = deliver(text, command.output, out); !written) {
        return refuse(written.error(), kExitInputFailed);
    }
    int code = kExitOk;
    for (const SettingResult& result : report->results) {
        if (result.error) {
            fmt::print(stderr, "sightline: {}: {}\n", describeSetting(result.setting), result.error->message);
            code = kExitInputFailed;
        }
    }
    return report->cutShort ? kExitInputFailed : code;
}

int runBenchEngineCommand(const BenchEngineCommand& command, const Settings& settings, std::FILE* out) {
    if (auto admitted = admitModel(modelFile(settings.model)); !admitted) {
        return refuse(admitted.error(), kExitModel);
    }
    const auto model = describeModel(modelFile(settings.model));
    if (!model) {
        return refuse(model.error(), kExitModel);
    }
    const auto pictures = readPictures(command);
    if (!pictures) {
        return refuse(pictures.error(), kExitInputFailed);
    }
    const EngineComparisonOptions options{command.seed, settings.threads, settings.beams, command.rounds};
    const auto comparison = [&] {
        const InterruptStop interrupt;
        return compareEngines(*model, *pictures, options, showShare, interrupt.token());
    }();
    if (!comparison) {
        return refuse(comparison.error(), comparison.error().code == ErrorCode::Model ? kExitModel : kExitInputFailed);
    }
    const std::string text = command.format == "json" ? toJson(*comparison) : toMarkdown(*comparison);
    if (auto written = deliver(text, command.output, out); !written) {
        return refuse(written.error(), kExitInputFailed);
    }
    if (!command.flame.empty()) {
        if (auto written = writeFileAtomically(command.flame, toFoldedStacks(*comparison)); !written) {
            return refuse(written.error(), kExitInputFailed);
        }
    }
    return comparison->options.rounds < command.rounds ? kExitInputFailed : kExitOk;  // cut short
}

int runBenchChildCommand(const std::string& task, std::FILE* out) {
    const auto parsed = taskFromArgument(task);
    if (!parsed) {
        return refuse(parsed.error(), kExitUsage);
    }
    const auto done = runBenchmarkChild(*parsed, out);
    return done ? kExitOk : refuse(done.error(), kExitInputFailed);
}

}  // namespace sightline
