#include "core/benchmark/setting.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "core/inference/bundle.h"

namespace sightline {
namespace {

template <typename T>
void addOnce(std::vector<T>& to, const T& value) {
    if (std::find(to.begin(), to.end(), value) == to.end()) {
        to.push_back(value);
    }
}

std::optional<int> number(std::string_view text) {
    int value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    return problem == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(' ');
    return first == std::string_view::npos ? std::string_view()
                                           : text.substr(first, text.find_last_not_of(' ') - first + 1);
}

}  // namespace

Result<BenchmarkModel> describeModel(const std::filesystem::path& path) {
    const auto bundle = readBundle(path);
    if (!bundle) {
        return tl::unexpected(bundle.error());
    }
    const Manifest& manifest = bundle->manifest;
    std::error_code problem;
    const auto whole = std::filesystem::absolute(path, problem);
    return BenchmarkModel{problem ? path : whole, manifest.name,  manifest.precision,
                          manifest.sha256,        manifest.beams, manifest.imported};
}

const char* affinityName(Affinity affinity) { return affinity == Affinity::Cores ? "cores" : "any"; }

const char* pipelineName(Pipeline pipeline) { return pipeline == Pipeline::Overlapped ? "overlapped" : "sequential"; }

std::string describeSetting(const BenchmarkSetting& setting) {
    std::string text =
        fmt::format("{} {}, {}, {}", setting.threads, setting.threads == 1 ? "thread" : "threads",
                    setting.model.precision, setting.beams == 1 ? "greedy" : fmt::format("{} beams", setting.beams));
    if (setting.interOp != 1) {
        text += fmt::format(", {} inter-op", setting.interOp);
    }
    if (setting.affinity == Affinity::Cores) {
        text += ", pinned to cores";
    }
    if (setting.pipeline == Pipeline::Overlapped) {
        text += ", overlapped";
    }
    if (setting.busyPrograms > 0) {
        text += fmt::format(", beside {} busy {}", setting.busyPrograms,
                            setting.busyPrograms == 1 ? "program" : "programs");
    }
    return text;
}

std::vector<BenchmarkSetting> SettingsGrid::settings() const {
    std::vector<BenchmarkSetting> all;
    for (const int busy : busyPrograms) {
        for (const BenchmarkModel& model : models) {
            for (const int beam : beams) {
                for (const Affinity affinity : affinities) {
                    for (const int inter : interOp) {
                        for (const Pipeline pipeline : pipelines) {
                            for (const int thread : threads) {
                                addOnce(all, {model, thread, inter, beam > 0 ? beam : model.beams, affinity, pipeline,
                                              busy});
                            }
                        }
                    }
                }
            }
        }
    }
    return all;
}

Result<std::vector<int>> parseNumbers(std::string_view text, int least, int most) {
    const auto refuse = [&] {
        return fail(
            ErrorCode::Unsupported,
            fmt::format("\"{}\" is not a list of numbers from {} to {}. Write it as 1-4 or 1,2,8.", text, least, most));
    };
    std::vector<int> numbers;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t comma = std::min(text.find(',', begin), text.size());
        const std::string_view part = trimmed(text.substr(begin, comma - begin));
        const std::size_t dash = part.find('-');
        const auto first = number(trimmed(part.substr(0, dash)));
        const auto last = dash == std::string_view::npos ? first : number(trimmed(part.substr(dash + 1)));
        if (!first || !last || *first < least || *last > most || *first > *last) {
            return refuse();
        }
        for (int value = *first; value <= *last; ++value) {
            addOnce(numbers, value);
        }
        begin = comma + 1;
    }
    return numbers;
}

}  // namespace sightline
