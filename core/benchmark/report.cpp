#include "core/benchmark/report.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>
#include <fstream>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/sha256.h"
#include "core/benchmark/recommendation.h"

namespace sightline {
namespace {

Result<std::string> fileSha256(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        return fail(
            ErrorCode::NotFound,
            fmt::format("Cannot open the clip {}: there is no such file, or no permission to read it. Check the "
                        "name.",
                        path.string()));
    }
    Sha256 digest;
    std::array<char, 65536> buffer{};
    while (file.read(buffer.data(), buffer.size()) || file.gcount() > 0) {
        digest.add(buffer.data(), static_cast<std::size_t>(file.gcount()));
    }
    return Sha256::hex(digest.finish());
}

std::string energyText(const SettingSummary& summary) {
    return summary.joules ? fmt::format("{:.3f}", *summary.joules) : "n/a";
}

std::string quoted(const std::string& text) {
    if (text.find_first_of(",\"\n") == std::string::npos) {
        return text;
    }
    std::string out = "\"";
    for (const char c : text) {
        out += c == '"' ? "\"\"" : std::string(1, c);
    }
    return out + "\"";
}

std::string circumstances(const BenchmarkReport& report) {
    const MachineFacts& machine = report.machine;
    std::string out =
        fmt::format("- CPU: {}, {} logical CPUs, {} cores", machine.cpu, machine.logicalCpus, machine.cores);
    out += machine.fastCores < machine.cores ? fmt::format(" ({} of them fast)", machine.fastCores) : "";
    out += fmt::format(", {}\n", machine.simd);
    out += fmt::format("- Caches: {}\n",
                       machine.caches.empty() ? "unknown" : fmt::format("{}", fmt::join(machine.caches, ", ")));
    out += fmt::format("- Governor: {}; kernel: {}\n", machine.governor, machine.kernel);
    out += fmt::format("- Build: {}, {}, LibTorch {}\n", machine.program, machine.compiler, machine.libTorch);
    if (!machine.environment.empty()) {
        out += fmt::format("- Environment: {}\n", fmt::join(machine.environment, " "));
    }
    std::vector<BenchmarkModel> models;
    for (const SettingResult& result : report.results) {
        if (std::find(models.begin(), models.end(), result.setting.model) == models.end()) {
            models.push_back(result.setting.model);
            out += fmt::format("- Bundle: {} ({}), SHA-256 {}\n", result.setting.model.name,
                               result.setting.model.precision, result.setting.model.sha256);
        }
    }
    const SweepOptions& options = report.options;
    out += fmt::format("- Clip: {} pictures of {}, SHA-256 {}; fixed length: {} tokens\n", report.clip.pictures,
                       report.clip.file.filename().string(), report.clipSha256, report.clip.fixedTokens);
    out += fmt::format(
        "- Order: random with seed {}, {} repetitions a visit, {} to {} in all, until half the interval is within "
        "{:.0f} % "
        "of the median\n",
        options.seed, options.repetitionsPerVisit, options.leastRepetitions, options.mostRepetitions,
        100.0 * options.stableWithin);
    return out;
}

}  // namespace

Result<BenchmarkReport> beginReport(const BenchmarkClip& clip, const SweepOptions& options) {
    auto sha256 = fileSha256(clip.file);
    if (!sha256) {
        return tl::unexpected(sha256.error());
    }
    BenchmarkReport report;
    report.machine = readMachineFacts();
    report.made = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
    report.clip = clip;
    report.clipSha256 = *sha256;
    report.options = options;
    return report;
}

std::string toMarkdown(const BenchmarkReport& report) {
    std::string out = fmt::format("# Captions per second by CPU settings\n\n{}, {}{}\n\n", machineName(report.machine),
                                  report.made, report.cutShort ? ", cut short" : "");
    for (const Recommendation& recommendation : recommend(report.results, report.machine.logicalCpus)) {
        out += recommendationText(recommendation, report.results) + "\n\n";
    }
    out +=
        "| setting | captions/s [95 %] | noise | fixed length | p50 / p95 / p99 ms | encode ms | generate ms | CPU % | "
        "busy "
        "threads | others' CPUs | MiB | J a caption |\n"
        "|---|---|---|---|---|---|---|---|---|---|---|---|\n";
    double others = 0.0;
    std::string errors;
    for (const SettingResult& result : report.results) {
        const std::string name = describeSetting(result.setting);
        if (result.error) {
            errors += fmt::format("{}: {}\n\n", name, result.error->message);
        }
        const auto summary = summarize(result);
        if (!summary) {
            continue;
        }
        others = std::max(others, summary->otherCpus);
        out += fmt::format(
            "| {} | {:.1f} [{:.1f}, {:.1f}] | {} | {:.1f} | {:.1f} / {:.1f} / {:.1f} | {:.2f} | {:.2f} | {:.0f} | "
            "{:.0f} "
            "| {:.2f} | {:.0f} | {} |\n",
            name, summary->captionsPerSecond, summary->interval.low, summary->interval.high,
            noiseName(summary->noise()), summary->fixedCaptionsPerSecond, summary->p50Ms, summary->p95Ms,
            summary->p99Ms, summary->encodeMs, summary->generateMs, 100.0 * summary->cpus, summary->busyThreads,
            summary->otherCpus, summary->residentMib, energyText(*summary));
    }
    out += fmt::format("\n{}", errors);
    return out + circumstances(report);
}

std::string toCsv(const BenchmarkReport& report) {
    std::string out =
        "model,precision,threads,inter_op,beams,affinity,pipeline,busy_programs,repetitions,stable,captions_per_s,low_"
        "95,high_95,iqr_"
        "over_"
        "median,"
        "noise,fixed_captions_per_s,p50_ms,p95_ms,p99_ms,preprocess_ms,encode_ms,prefill_ms,generate_ms,steps,cpus,"
        "busy_threads,other_cpus,resident_mib,joules_per_caption,cpu,logical_cpus,cores,simd,governor,kernel,program,"
        "libtorch,bundle_sha256,seed,made\r\n";
    const MachineFacts& machine = report.machine;
    for (const SettingResult& result : report.results) {
        const auto summary = summarize(result);
        if (!summary) {
            continue;
        }
        const BenchmarkSetting& setting = result.setting;
        out += fmt::format(
            "{},{},{},{},{},{},{},{},{},{},{:.3f},{:.3f},{:.3f},{:.4f},{},{:.3f},{:.3f},{:.3f},{:.3f},{:.3f},{:.3f},{:."
            "3f}"
            ",{:"
            ".3f},"
            "{:.2f},{:.3f},{:.0f},{:.3f},{:.1f},{},",
            quoted(setting.model.name), setting.model.precision, setting.threads, setting.interOp, setting.beams,
            affinityName(setting.affinity), pipelineName(setting.pipeline), setting.busyPrograms, summary->repetitions,
            result.stable ? 1 : 0, summary->captionsPerSecond, summary->interval.low, summary->interval.high,
            summary->spread, noiseName(summary->noise()), summary->fixedCaptionsPerSecond, summary->p50Ms,
            summary->p95Ms, summary->p99Ms, summary->preprocessMs, summary->encodeMs, summary->prefillMs,
            summary->generateMs, summary->steps, summary->cpus, summary->busyThreads, summary->otherCpus,
            summary->residentMib, energyText(*summary));
        out +=
            fmt::format("{},{},{},{},{},{},{},{},{},{},{}\r\n", quoted(machine.cpu), machine.logicalCpus, machine.cores,
                        quoted(machine.simd), machine.governor, quoted(machine.kernel), quoted(machine.program),
                        machine.libTorch, setting.model.sha256, report.options.seed, report.made);
    }
    return out;
}

}  // namespace sightline
