#include "core/benchmark/load_sample.h"

#include <algorithm>
#include <fstream>
#include <numeric>
#include <sstream>
#include <string>

#include <fmt/format.h>
#include <unistd.h>

#include "core/base/system_load.h"

namespace sightline {
namespace {

constexpr double kBusyShare = 0.2;

std::chrono::nanoseconds ticks(double count) {
    static const double perSecond = static_cast<double>(sysconf(_SC_CLK_TCK));
    return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::duration<double>(count / perSecond));
}

// CPU time of one thread: schedstat counts nanoseconds; stat, for kernels without it, ticks of 10 ms.
std::optional<std::chrono::nanoseconds> threadTime(const std::filesystem::path& task) {
    std::int64_t spent = 0;
    if (std::ifstream file(task / "schedstat"); file >> spent) {
        return std::chrono::nanoseconds(spent);
    }
    std::ifstream file(task / "stat");
    std::string text;
    if (!std::getline(file, text)) {
        return std::nullopt;
    }
    // The name in parentheses may hold anything; times are the 12th and 13th fields after it (proc(5)).
    std::istringstream fields(text.substr(std::min(text.rfind(')') + 1, text.size())));
    std::string skipped;
    for (int i = 0; i < 11; ++i) {
        fields >> skipped;
    }
    double user = 0.0;
    double system = 0.0;
    fields >> user >> system;
    return ticks(user + system);
}

std::optional<double> microjoules(const std::filesystem::path& file) {
    std::ifstream stream(file);
    double value = 0.0;
    return stream >> value ? std::optional(value) : std::nullopt;
}

}  // namespace

std::optional<ProcessSample> sampleProcess(pid_t process) {
    const std::filesystem::path folder = fmt::format("/proc/{}", process);
    ProcessSample sample;
    std::error_code problem;
    for (auto task = std::filesystem::directory_iterator(folder / "task", problem);
         !problem && task != std::filesystem::directory_iterator(); task.increment(problem)) {
        if (const auto time = threadTime(task->path())) {
            sample.threads[std::stoi(task->path().filename())] = *time;
        }
    }
    if (sample.threads.empty()) {
        return std::nullopt;
    }
    sample.residentBytes = residentBytes(folder);
    sample.at = std::chrono::steady_clock::now();
    return sample;
}

ProcessUse useBetween(const ProcessSample& before, const ProcessSample& after) {
    ProcessUse use;
    const double wall = toSeconds(after.at - before.at);
    if (wall <= 0.0) {
        return use;
    }
    std::vector<double> shares;
    for (const auto& [thread, time] : after.threads) {
        const auto earlier = before.threads.find(thread);
        shares.push_back(toSeconds(earlier == before.threads.end() ? time : time - earlier->second) / wall);
    }
    use.cpus = std::accumulate(shares.begin(), shares.end(), 0.0);
    const double busiest = shares.empty() ? 0.0 : *std::max_element(shares.begin(), shares.end());
    use.busyThreads = static_cast<int>(std::count_if(shares.begin(), shares.end(), [busiest](double share) {
        return share > 0.0 && share >= kBusyShare * busiest;
    }));
    return use;
}

MachineSample sampleMachine() {
    double busy = 0.0;
    for (const CoreTicks& core : coreTicks()) {
        busy += static_cast<double>(core.busy);
    }
    return {std::chrono::steady_clock::now(), ticks(busy)};
}

double busyCpus(const MachineSample& before, const MachineSample& after) {
    const double wall = toSeconds(after.at - before.at);
    return wall > 0.0 ? toSeconds(after.busy - before.busy) / wall : 0.0;
}

EnergyMeter::EnergyMeter(const std::filesystem::path& root) {
    std::error_code problem;
    for (auto zone = std::filesystem::directory_iterator(root, problem);
         !problem && zone != std::filesystem::directory_iterator(); zone.increment(problem)) {
        // "intel-rapl:0" is a package (AMD's too); its parts "intel-rapl:0:0" are in its sum already.
        const std::string name = zone->path().filename();
        if (!name.starts_with("intel-rapl:") || std::count(name.begin(), name.end(), ':') != 1) {
            continue;
        }
        const auto now = microjoules(zone->path() / "energy_uj");
        const auto range = microjoules(zone->path() / "max_energy_range_uj");
        if (now && range) {
            zones_.push_back({zone->path() / "energy_uj", *range, *now, 0.0});
        }
    }
}

std::optional<double> EnergyMeter::joules() {
    double total = 0.0;
    for (Zone& zone : zones_) {
        const auto now = microjoules(zone.file);
        if (!now) {
            return std::nullopt;
        }
        zone.total += *now - zone.last + (*now < zone.last ? zone.range : 0.0);
        zone.last = *now;
        total += zone.total;
    }
    return zones_.empty() ? std::nullopt : std::optional(total * 1e-6);
}

}  // namespace sightline
