// One way to run the captioner, and the grid of ways that a sweep compares.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace sightline {

// What a report has to know about a bundle.
struct BenchmarkModel {
    std::filesystem::path path;  // absolute
    std::string name;            // "base"
    std::string precision;       // "int8", "bf16" or "fp32"
    std::string sha256;
    int beams = 1;          // of its own search
    bool imported = false;  // run by LibTorch alone

    bool operator==(const BenchmarkModel&) const = default;
};

// Reads and checks the bundle. Errors: those of readBundle.
Result<BenchmarkModel> describeModel(const std::filesystem::path& path);

enum class Affinity : std::uint8_t {
    Any,    // the kernel chooses where threads run
    Cores,  // as many logical CPUs as threads, each a core of its own while there are any, fast cores first
};

const char* affinityName(Affinity affinity);  // "any", "cores"

enum class Pipeline : std::uint8_t {
    Sequential,  // one picture after the other, as live captions are made
    Overlapped,  // the next picture is encoded meanwhile, as videos are captioned (Captioner::captionAll)
};

const char* pipelineName(Pipeline pipeline);  // "sequential", "overlapped"

struct BenchmarkSetting {
    BenchmarkModel model;
    int threads = 1;  // intra-op: share the work of one layer
    int interOp = 1;  // inter-op: run branches of the network side by side
    int beams = 1;    // decoding; 1 is greedy
    Affinity affinity = Affinity::Any;
    Pipeline pipeline = Pipeline::Sequential;
    int busyPrograms = 0;  // that keep CPUs busy beside it (MadeLoad)

    bool operator==(const BenchmarkSetting&) const = default;
};

// "2 threads, int8, 3 beams", and inter-op threads, affinity, pipeline and load where they are not the usual ones.
std::string describeSetting(const BenchmarkSetting& setting);

// Every combination of its lists. `beams` 0 stands for those of the model.
struct SettingsGrid {
    std::vector<BenchmarkModel> models;
    std::vector<int> threads{1};
    std::vector<int> interOp{1};
    std::vector<int> beams{0};
    std::vector<Affinity> affinities{Affinity::Any};
    std::vector<Pipeline> pipelines{Pipeline::Sequential};
    std::vector<int> busyPrograms{0};

    std::vector<BenchmarkSetting> settings() const;  // without doubles
};

// "1-4,8" as {1, 2, 3, 4, 8}: numbers from `least` to `most`, in the order given, without doubles. Error: Unsupported.
Result<std::vector<int>> parseNumbers(std::string_view text, int least, int most);

}  // namespace sightline
