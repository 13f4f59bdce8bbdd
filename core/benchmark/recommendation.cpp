#include "core/benchmark/recommendation.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include <fmt/format.h>

namespace sightline {
namespace {

constexpr double kSameCpuUse = 0.02;  // CPUs; below what the kernel's counters tell reliably
constexpr double kOthersMatter = 0.5;

struct Candidate {
    std::size_t setting;
    SettingSummary summary;
};

Recommendation best(const std::vector<Candidate>& group, const std::vector<SettingResult>& results, int logicalCpus) {
    const Candidate& fastest =
        *std::max_element(group.begin(), group.end(), [](const Candidate& a, const Candidate& b) {
            return a.summary.captionsPerSecond < b.summary.captionsPerSecond;
        });
    const double peak = fastest.summary.captionsPerSecond;
    std::vector<Candidate> enough;
    std::copy_if(group.begin(), group.end(), std::back_inserter(enough), [peak](const Candidate& candidate) {
        return candidate.summary.captionsPerSecond >= kEnoughSpeed * peak;
    });
    const double least = std::min_element(enough.begin(), enough.end(), [](const Candidate& a, const Candidate& b) {
                             return a.summary.cpus < b.summary.cpus;
                         })->summary.cpus;
    std::erase_if(enough, [least](const Candidate& candidate) { return candidate.summary.cpus > least + kSameCpuUse; });
    const Candidate& chosen =
        *std::min_element(enough.begin(), enough.end(), [&](const Candidate& a, const Candidate& b) {
            const BenchmarkSetting& x = results[a.setting].setting;
            const BenchmarkSetting& y = results[b.setting].setting;
            return std::tuple(x.threads, x.interOp, -a.summary.captionsPerSecond) <
                   std::tuple(y.threads, y.interOp, -b.summary.captionsPerSecond);
        });
    const Interval& sure = chosen.summary.interval;
    const bool tooNoisy = std::ranges::any_of(group, [&](const Candidate& other) {
        const bool scatters = std::max(other.summary.noise(), chosen.summary.noise()) != Noise::Quiet;
        return scatters && results[other.setting].setting.threads != results[chosen.setting].setting.threads &&
               other.summary.interval.low <= sure.high && sure.low <= other.summary.interval.high;
    });
    return {chosen.setting,
            chosen.summary.captionsPerSecond / peak,
            chosen.summary.cpus / static_cast<double>(std::max(1, logicalCpus)),
            std::max(chosen.summary.noise(), fastest.summary.noise()),
            tooNoisy,
            std::max(chosen.summary.otherCpus, fastest.summary.otherCpus) > kOthersMatter};
}

// Say the same beside the same load.
bool comparable(const BenchmarkSetting& a, const BenchmarkSetting& b) {
    return a.model.name == b.model.name && a.beams == b.beams && a.busyPrograms == b.busyPrograms;
}

}  // namespace

std::vector<Recommendation> recommend(const std::vector<SettingResult>& results, int logicalCpus) {
    std::vector<std::vector<Candidate>> groups;
    for (std::size_t i = 0; i < results.size(); ++i) {
        const auto summary = summarize(results[i]);
        if (!summary || results[i].error || results[i].setting.affinity != Affinity::Any ||
            results[i].setting.pipeline != Pipeline::Sequential ||
            results[i].setting.threads > std::max(1, logicalCpus)) {  // measured, but nothing that one should apply
            continue;
        }
        auto group = std::find_if(groups.begin(), groups.end(), [&](const std::vector<Candidate>& other) {
            return comparable(results[other.front().setting].setting, results[i].setting);
        });
        if (group == groups.end()) {
            group = groups.emplace(groups.end());
        }
        group->push_back({i, *summary});
    }
    std::stable_partition(groups.begin(), groups.end(), [&](const std::vector<Candidate>& group) {
        const BenchmarkSetting& setting = results[group.front().setting].setting;
        const BenchmarkSetting& first = results.front().setting;
        return setting.model.name == first.model.name && setting.beams == setting.model.beams &&
               setting.busyPrograms == first.busyPrograms;
    });
    std::vector<Recommendation> found;
    for (const auto& group : groups) {
        found.push_back(best(group, results, logicalCpus));
    }
    return found;
}

const BenchmarkSetting* recommendedSetting(const std::vector<Recommendation>& answers,
                                           const std::vector<SettingResult>& results) {
    return answers.empty() || answers.front().tooNoisy ? nullptr : &results[answers.front().setting].setting;
}

std::string recommendationText(const Recommendation& recommendation, const std::vector<SettingResult>& results) {
    BenchmarkSetting setting = results[recommendation.setting].setting;
    const int busy = std::exchange(setting.busyPrograms, 0);
    const std::string beside = fmt::format("Beside {} busy {}", busy, busy == 1 ? "program" : "programs");
    if (recommendation.tooNoisy) {
        return fmt::format(
            "{} to say how many threads are best with {} beams: their speeds overlap. Measure again when less else "
            "runs.",
            busy > 0 ? beside + " it is too noisy" : "Too noisy", setting.beams);
    }
    std::string text =
        fmt::format("{} use {}: {:.0f} % of peak speed at {:.0f} % of the CPU.", busy > 0 ? beside : "On this CPU",
                    describeSetting(setting), 100.0 * recommendation.speedShare, 100.0 * recommendation.cpuShare);
    if (recommendation.noise == Noise::VeryNoisy) {
        text += " The figures scatter widely, so measure again before you rely on this.";
    } else if (recommendation.noise == Noise::Noisy) {
        text += " The figures scatter, so small differences mean little.";
    }
    if (recommendation.otherPrograms) {
        text += " Other programs used the CPU while this was measured.";
    }
    return text;
}

}  // namespace sightline
