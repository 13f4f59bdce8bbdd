#include "core/benchmark/made_load.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <numeric>
#include <string>

#include <unistd.h>

namespace sightline {
namespace {

constexpr std::size_t kWords = std::size_t{4} * 1024 * 1024 / sizeof(std::uint64_t);

}  // namespace

Result<MadeLoad> MadeLoad::start(const std::filesystem::path& program, int programs) {
    MadeLoad load;
    for (int i = 0; i < programs; ++i) {
        auto busy = ChildProcess::start(program, {kBusyCommand, std::to_string(::getpid())}, "The busy program");
        if (!busy) {
            return tl::unexpected(busy.error());
        }
        load.programs_.push_back(std::move(*busy));
    }
    return load;
}

std::vector<ProcessSample> MadeLoad::samples() const {
    std::vector<ProcessSample> all;
    for (const ChildProcess& program : programs_) {
        if (auto sample = sampleProcess(program.id())) {
            all.push_back(std::move(*sample));
        }
    }
    return all;
}

double usedCpus(const std::vector<ProcessSample>& before, const std::vector<ProcessSample>& after) {
    double cpus = 0.0;
    for (std::size_t i = 0; i < std::min(before.size(), after.size()); ++i) {
        cpus += useBetween(before[i], after[i]).cpus;
    }
    return cpus;
}

void keepBusy(pid_t parent) {
    std::vector<std::uint64_t> words(kWords, 1);
    std::atomic<std::uint64_t> sum = 0;  // so that the work is not left out
    while (::getppid() == parent) {
        sum += std::accumulate(words.begin(), words.end(), std::uint64_t{0});
        words[sum % kWords] += 1;
    }
}

}  // namespace sightline
