#include "core/base/system_load.h"

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <sstream>

#include <unistd.h>

namespace sightline {
namespace {

std::optional<double> readHottest(const std::filesystem::path& folder) {
    std::optional<double> hottest;
    std::error_code problem;
    for (auto zone = std::filesystem::directory_iterator(folder, problem);
         !problem && zone != std::filesystem::directory_iterator(); zone.increment(problem)) {
        double thousandths = 0.0;
        if (std::ifstream file(zone->path() / "temp"); file >> thousandths && thousandths > 0.0) {
            hottest = std::max(hottest.value_or(0.0), thousandths / 1000.0);
        }
    }
    return hottest;
}

}  // namespace

// "cpu0 user nice system idle iowait irq softirq steal ...", proc(5).
std::vector<CoreTicks> coreTicks(const std::filesystem::path& stat) {
    std::vector<CoreTicks> cores;
    std::ifstream stream(stat);
    for (std::string line; std::getline(stream, line);) {
        if (!line.starts_with("cpu") || line.starts_with("cpu ")) {
            continue;
        }
        std::istringstream fields(line);
        std::string name;
        fields >> name;
        CoreTicks core;
        std::uint64_t value = 0;
        for (int i = 0; i < 8 && fields >> value; ++i) {
            core.all += value;
            core.busy += i == 3 || i == 4 ? 0 : value;
        }
        cores.push_back(core);
    }
    return cores;
}

SystemSample sampleSystem(const std::filesystem::path& proc, const std::filesystem::path& thermal) {
    SystemSample sample;
    sample.at = std::chrono::steady_clock::now();
    sample.cores = coreTicks(proc / "stat");
    timespec spent{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent);
    sample.processCpu = std::chrono::seconds(spent.tv_sec) + std::chrono::nanoseconds(spent.tv_nsec);
    sample.residentBytes = residentBytes(proc / "self");
    std::ifstream status(proc / "self" / "status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("Threads:")) {
            sample.threads = std::atoi(line.c_str() + 8);
        }
    }
    sample.celsius = readHottest(thermal);
    return sample;
}

std::uint64_t residentBytes(const std::filesystem::path& process) {
    std::uint64_t pages = 0;
    std::ifstream(process / "statm") >> pages >> pages;  // all, resident
    return pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

std::optional<std::uint64_t> availableBytes(const std::filesystem::path& meminfo) {
    std::ifstream file(meminfo);
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("MemAvailable:")) {
            return std::strtoull(line.c_str() + 13, nullptr, 10) * 1024;
        }
    }
    return std::nullopt;
}

std::vector<double> coreShares(const SystemSample& before, const SystemSample& after) {
    std::vector<double> shares;
    for (std::size_t i = 0; i < std::min(before.cores.size(), after.cores.size()); ++i) {
        const std::uint64_t all = after.cores[i].all - before.cores[i].all;
        const std::uint64_t busy = after.cores[i].busy - before.cores[i].busy;
        shares.push_back(all == 0 ? 0.0 : std::clamp(static_cast<double>(busy) / static_cast<double>(all), 0.0, 1.0));
    }
    return shares;
}

double processCpus(const SystemSample& before, const SystemSample& after) {
    const double wall = toSeconds(after.at - before.at);
    return wall > 0.0 ? toSeconds(after.processCpu - before.processCpu) / wall : 0.0;
}

}  // namespace sightline
