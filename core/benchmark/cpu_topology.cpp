#include "core/benchmark/cpu_topology.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <thread>
#include <tuple>

#include <fmt/format.h>
#include <sched.h>

#include "core/benchmark/setting.h"

namespace sightline {
namespace {

constexpr int kMostCpus = 4096;

std::string firstLine(const std::filesystem::path& path) {
    std::ifstream file(path);
    std::string line;
    std::getline(file, line);
    return line;
}

int numberIn(const std::filesystem::path& path, int otherwise) {
    std::ifstream file(path);
    int value = 0;
    return file >> value ? value : otherwise;
}

// A kernel's list of CPUs, as "0-3,8".
std::vector<int> cpuList(const std::string& text) {
    auto numbers = parseNumbers(text, 0, kMostCpus);
    return numbers ? std::move(*numbers) : std::vector<int>{};
}

std::vector<int> onlineCpus(const std::filesystem::path& root) {
    std::vector<int> online = cpuList(firstLine(root / "system/cpu/online"));
    if (online.empty()) {
        const int count = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
        for (int cpu = 0; cpu < count; ++cpu) {
            online.push_back(cpu);
        }
    }
    return online;
}

void dropForbidden(std::vector<int>& cpus) {
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof allowed, &allowed) == 0) {
        std::erase_if(
            cpus, [&](int cpu) { return cpu >= CPU_SETSIZE || !CPU_ISSET(static_cast<std::size_t>(cpu), &allowed); });
    }
}

std::vector<std::string> cachesOf(const std::filesystem::path& cpu) {
    std::vector<std::string> caches;
    for (int index = 0; std::filesystem::exists(cpu / fmt::format("cache/index{}", index)); ++index) {
        const auto cache = cpu / fmt::format("cache/index{}", index);
        std::string kind = firstLine(cache / "type");
        std::transform(kind.begin(), kind.end(), kind.begin(), [](unsigned char c) { return std::tolower(c); });
        const std::string shared = firstLine(cache / "shared_cpu_list");
        caches.push_back(fmt::format("L{}{} {}{}", firstLine(cache / "level"), kind == "unified" ? "" : " " + kind,
                                     firstLine(cache / "size"),
                                     cpuList(shared).size() > 1 ? " shared by CPUs " + shared : ""));
    }
    return caches;
}

}  // namespace

int CpuTopology::cores() const {
    return static_cast<int>(
        std::count_if(cpus.begin(), cpus.end(), [](const LogicalCpu& cpu) { return cpu.sibling == 0; }));
}

int CpuTopology::fastCores() const {
    return static_cast<int>(
        std::count_if(cpus.begin(), cpus.end(), [](const LogicalCpu& cpu) { return cpu.sibling == 0 && cpu.fast; }));
}

std::vector<int> CpuTopology::preferred() const {
    std::vector<LogicalCpu> order = cpus;
    std::stable_sort(order.begin(), order.end(), [](const LogicalCpu& a, const LogicalCpu& b) {
        return std::tuple(a.sibling, !a.fast, -a.capacity) < std::tuple(b.sibling, !b.fast, -b.capacity);
    });
    std::vector<int> numbers;
    for (const LogicalCpu& cpu : order) {
        numbers.push_back(cpu.number);
    }
    return numbers;
}

CpuTopology readCpuTopology(const std::filesystem::path& root) {
    CpuTopology topology;
    std::vector<int> online = onlineCpus(root);
    if (root == "/sys/devices") {
        dropForbidden(online);
    }
    // Hybrid Intel CPUs list their efficiency cores here; Arm kernels give each CPU a capacity instead.
    const std::vector<int> slow = cpuList(firstLine(root / "cpu_atom/cpus"));
    std::map<std::pair<int, int>, int> seen;  // logical CPUs met so far of each core
    int highest = 0;
    for (const int number : online) {
        const auto folder = root / fmt::format("system/cpu/cpu{}", number);
        LogicalCpu cpu;
        cpu.number = number;
        cpu.package = numberIn(folder / "topology/physical_package_id", 0);
        cpu.core = numberIn(folder / "topology/core_id", number);
        cpu.capacity = numberIn(folder / "cpu_capacity", 0);
        cpu.fast = std::find(slow.begin(), slow.end(), number) == slow.end();
        cpu.sibling = seen[{cpu.package, cpu.core}]++;
        highest = std::max(highest, cpu.capacity);
        topology.cpus.push_back(cpu);
    }
    for (LogicalCpu& cpu : topology.cpus) {
        cpu.fast = cpu.fast && cpu.capacity == highest;
    }
    const auto first = root / fmt::format("system/cpu/cpu{}", online.empty() ? 0 : online.front());
    topology.caches = cachesOf(first);
    topology.governor = firstLine(first / "cpufreq/scaling_governor");
    return topology;
}

}  // namespace sightline
