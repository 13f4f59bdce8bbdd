// Measures one setting.
#pragma once

#include <filesystem>
#include <functional>
#include <stop_token>

#include "core/benchmark/benchmark_child.h"
#include "core/benchmark/repetition.h"
#include "core/benchmark/setting.h"

namespace sightline {

// One thread at a time.
class SettingRunner {
public:
    SettingRunner() = default;
    SettingRunner(const SettingRunner&) = delete;
    SettingRunner& operator=(const SettingRunner&) = delete;
    virtual ~SettingRunner() = default;

    // `each` is called on the calling thread after every repetition. Errors: why the setting cannot be measured;
    // Cancelled when `stop` is requested.
    virtual Result<void> run(const BenchmarkSetting& setting, int repetitions,
                             const std::function<void(const Repetition&)>& each, const std::stop_token& stop) = 0;
};

// What every setting of a sweep is measured on.
struct BenchmarkClip {
    std::filesystem::path file;
    int pictures = 24;
    int fixedTokens = 12;

    bool operator==(const BenchmarkClip&) const = default;
};

// Runs each setting in a new process, because inter-op threads, the weights' engine and warm caches belong to a
// process, and watches that process from outside.
class ChildRunner final : public SettingRunner {
public:
    // `program` is called with the arguments "bench-child" and a ChildTask, and for a load as MadeLoad calls it.
    ChildRunner(std::filesystem::path program, BenchmarkClip clip);

    Result<void> run(const BenchmarkSetting& setting, int repetitions,
                     const std::function<void(const Repetition&)>& each, const std::stop_token& stop) override;

private:
    const std::filesystem::path program_;
    const BenchmarkClip clip_;
};

// The argument that makes the program a child.
inline constexpr const char* kChildCommand = "bench-child";

}  // namespace sightline
