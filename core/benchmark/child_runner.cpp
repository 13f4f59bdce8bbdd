#include <algorithm>
#include <optional>

#include "core/base/child_process.h"
#include "core/benchmark/cpu_topology.h"
#include "core/benchmark/load_sample.h"
#include "core/benchmark/made_load.h"
#include "core/benchmark/setting_runner.h"

namespace sightline {
namespace {

constexpr auto kPatience = std::chrono::seconds(120);  // the slowest repetition on a small board takes some seconds
constexpr double kMib = 1024.0 * 1024.0;

// Looks at a child when a repetition begins and when it ends.
class Watch {
public:
    Watch(pid_t child, const MadeLoad& load) : child_(child), load_(load) {}

    void begin() {
        machine_ = sampleMachine();
        process_ = sampleProcess(child_);
        busy_ = load_.samples();
        joules_ = energy_.joules();
    }

    void end(Repetition& repetition) {
        const auto process = sampleProcess(child_);
        const auto busy = load_.samples();
        const MachineSample machine = sampleMachine();
        const auto joules = energy_.joules();
        if (!process_ || !process) {
            return;
        }
        const ProcessUse use = useBetween(*process_, *process);
        repetition.cpus = use.cpus;
        repetition.busyThreads = use.busyThreads;
        repetition.residentMib = static_cast<double>(process->residentBytes) / kMib;
        repetition.otherCpus = std::max(0.0, busyCpus(machine_, machine) - use.cpus - usedCpus(busy_, busy));
        if (joules && joules_) {
            // A repetition is two passes over the pictures.
            repetition.joules = (*joules - *joules_) / (2.0 * static_cast<double>(repetition.latenciesMs.size()));
        }
    }

private:
    const pid_t child_;
    const MadeLoad& load_;
    EnergyMeter energy_;
    MachineSample machine_;
    std::optional<ProcessSample> process_;
    std::vector<ProcessSample> busy_;
    std::optional<double> joules_;
};

}  // namespace

ChildRunner::ChildRunner(std::filesystem::path program, BenchmarkClip clip)
    : program_(std::move(program)), clip_(std::move(clip)) {}

Result<void> ChildRunner::run(const BenchmarkSetting& setting, int repetitions,
                              const std::function<void(const Repetition&)>& each, const std::stop_token& stop) {
    ChildTask task{setting.model.path,
                   clip_.file,
                   setting.threads,
                   setting.interOp,
                   setting.beams,
                   setting.pipeline == Pipeline::Overlapped,
                   {},
                   clip_.pictures,
                   clip_.fixedTokens,
                   repetitions};
    if (setting.affinity == Affinity::Cores) {
        task.cpus = readCpuTopology().preferred();
        task.cpus.resize(std::min(task.cpus.size(), static_cast<std::size_t>(setting.threads)));
    }
    const auto load = MadeLoad::start(program_, setting.busyPrograms);
    if (!load) {
        return tl::unexpected(load.error());
    }
    auto child = ChildProcess::start(program_, {kChildCommand, toArgument(task)}, "The benchmark process");
    if (!child) {
        return tl::unexpected(child.error());
    }
    Watch watch(child->id(), *load);
    std::optional<Error> garbled;
    auto done = child->readLines(
        [&](std::string_view line) {
            if (line == kRepetitionBegins) {
                watch.begin();
                return;
            }
            auto repetition = repetitionFromLine(line);
            if (!repetition) {
                garbled = repetition.error();
                return;
            }
            watch.end(*repetition);
            each(*repetition);
        },
        kPatience, stop);
    if (done && garbled) {
        return tl::unexpected(*garbled);
    }
    return done;
}

}  // namespace sightline
