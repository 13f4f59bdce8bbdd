// A small real sweep, by the real program. Its sanity is checked by ratios: how fast this machine is nobody knows.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <map>
#include <thread>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include "core/benchmark/made_load.h"
#include "core/benchmark/report.h"
#include "core/benchmark/summary.h"
#include "tests/app/program.h"

namespace sightline {
namespace {

using test::Outcome;
using test::run;

BenchmarkReport measure(const std::string& options) {
    const Outcome outcome = run("bench threads --format json --quick --patience 1s --pictures 8 " + options);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    auto report = reportFromJson(outcome.out);
    EXPECT_TRUE(report) << outcome.out;
    return report ? *report : BenchmarkReport{};
}

TEST(BenchCommand, TheThreadsAskedForAreUsed) {
    constexpr int kAttempts = 4;
    const std::map<int, int> wanted{{1, 1}, {2, 2}, {3, 3}};
    std::map<int, int> busiest;  // threads that were busy, of each setting
    for (int attempt = 0; attempt < kAttempts && busiest != wanted; ++attempt) {
        const BenchmarkReport report = measure("--threads 1-3 --beams 1");
        ASSERT_EQ(report.results.size(), 3U);
        for (const SettingResult& result : report.results) {
            ASSERT_EQ(result.repetitions.size(), 3U);
            for (const Repetition& repetition : result.repetitions) {
                // On a busy machine a thread may get no CPU for the while of a repetition, but none comes from nowhere.
                EXPECT_LE(repetition.busyThreads, result.setting.threads);
                int& most = busiest[result.setting.threads];
                most = std::max(most, repetition.busyThreads);
            }
        }
    }
    EXPECT_EQ(busiest, wanted);
}

TEST(BenchCommand, FiguresFitEachOther) {
    const BenchmarkReport report = measure("--threads 1 --beams 1,5");
    ASSERT_EQ(report.results.size(), 2U);
    for (const SettingResult& result : report.results) {
        for (const Repetition& repetition : result.repetitions) {
            ASSERT_EQ(repetition.latenciesMs.size(), 8U);
            double sum = 0.0;
            for (const double latency : repetition.latenciesMs) {
                sum += latency;
            }
            // Eight captions, one after the other, are the wall time but for what lies between them.
            EXPECT_NEAR(8000.0 / sum, repetition.captionsPerSecond, 0.2 * repetition.captionsPerSecond);
            EXPECT_GT(repetition.steps, 2.0);
            EXPECT_LE(repetition.cpus, 1.3) << "one thread is one CPU at most";
            EXPECT_GT(repetition.residentMib, 20.0);
        }
    }
    const auto greedy = summarize(report.results[0]);
    const auto beams = summarize(report.results[1]);
    // Five beams are more sums than one at each step. The best of three is what other programs disturb least.
    const auto best = [](const SettingResult& result) {
        double least = 1e9;
        for (const Repetition& repetition : result.repetitions) {
            least = std::min(least, *std::min_element(repetition.latenciesMs.begin(), repetition.latenciesMs.end()));
        }
        return least;
    };
    EXPECT_LT(best(report.results[0]), 1.1 * best(report.results[1]));
    EXPECT_GT(greedy->encodeMs, 0.0);
    EXPECT_GT(beams->generateMs, 0.0);
}

TEST(BenchCommand, BusyProgramsAreMadeAndNotCountedAsOthers) {
    const int busy = 2 * static_cast<int>(std::thread::hardware_concurrency());
    const BenchmarkReport report = measure("--threads 1 --busy-programs 0," + std::to_string(busy));
    ASSERT_EQ(report.results.size(), 2U);
    EXPECT_EQ(report.results[0].setting.busyPrograms, 0);
    EXPECT_EQ(report.results[1].setting.busyPrograms, busy);
    const auto beside = summarize(report.results[1]);
    ASSERT_TRUE(beside);
    // Three want each CPU, so one thread cannot have had the whole of one.
    EXPECT_LT(beside->cpus, 0.9);
    EXPECT_LT(beside->otherCpus, 0.75 * std::thread::hardware_concurrency()) << "the load is no other program";
}

TEST(MadeLoad, KeepsCpusBusyAndEndsWithItsOwner) {
    std::vector<pid_t> programs;
    {
        const auto load = MadeLoad::start(SIGHTLINE_PROGRAM, 2);
        ASSERT_TRUE(load) << load.error().message;
        std::vector<ProcessSample> before;
        double cpus = 0.0;
        for (int i = 0; i < 200 && cpus < 0.2; ++i) {  // it has to start first
            before = load->samples();
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
            cpus = usedCpus(before, load->samples());
        }
        EXPECT_GT(cpus, 0.2);
        ASSERT_EQ(load->samples().size(), 2U);
        for (const ProcessSample& sample : load->samples()) {
            programs.push_back(sample.threads.begin()->first);  // the main thread's id is the process's
        }
    }
    for (const pid_t program : programs) {
        EXPECT_NE(kill(program, 0), 0);
    }
    EXPECT_FALSE(MadeLoad::start("/nowhere/program", 1));
    EXPECT_EQ(run("bench-busy 1").code, 0) << "whoever did not start it does not keep it busy";
}

TEST(BenchCommand, ReportsAreWrittenInEveryFormat) {
    const test::TemporaryFolder folder;
    const auto file = folder.file("threads.csv");
    const Outcome csv =
        run("bench threads --quick --patience 1s --repetitions 1 --pictures 2 --threads 1 --affinity cores --interop 2 "
            "--format csv -o " +
            file.string());
    EXPECT_EQ(csv.code, 0) << csv.err;
    EXPECT_EQ(csv.out, "");
    const std::string text = test::readBytes(file);
    EXPECT_NE(text.find("\r\nbase,int8,1,2,3,cores,"), std::string::npos) << text;
    const Outcome markdown = run("bench threads --quick --patience 1s --pictures 2 --threads 1 --precision int8");
    EXPECT_EQ(markdown.code, 0) << markdown.err;
    EXPECT_NE(markdown.out.find("On this CPU use 1 thread, int8, 3 beams: 100 % of peak speed"), std::string::npos)
        << markdown.out;
    EXPECT_NE(markdown.err.find("1 thread, int8, 3 beams"), std::string::npos) << "progress";
}

TEST(BenchCommand, AnInterruptKeepsWhatWasMeasured) {
    const test::TemporaryFolder folder;
    const std::string out = folder.file("out").string();
    const std::string err = folder.file("err").string();
    const pid_t program = fork();
    if (program == 0) {
        if (!freopen(out.c_str(), "w", stdout) || !freopen(err.c_str(), "w", stderr)) {
            _exit(127);
        }
        execl(SIGHTLINE_PROGRAM, SIGHTLINE_PROGRAM, "bench", "threads", "--threads", "1,2", "--pictures", "2",
              "--repetitions", "1000", "--patience", "1s", "--format", "json", nullptr);
        _exit(127);
    }
    // Its progress says when the first setting is done: another one is measured, or the first one again.
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(120);
    const auto visits = [&err] {
        const std::string text = test::readBytes(err);
        std::size_t count = 0;
        for (auto at = text.find(" % "); at != std::string::npos; at = text.find(" % ", at + 1)) {
            count += text.compare(at + 3, 7, "waiting") != 0 ? 1 : 0;
        }
        return count;
    };
    while (visits() < 2 && std::chrono::steady_clock::now() < deadline) {
        std::this_thread::yield();
    }
    kill(program, SIGINT);
    int status = 0;
    waitpid(program, &status, 0);
    EXPECT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 1);
    const auto report = reportFromJson(test::readBytes(out));
    ASSERT_TRUE(report) << test::readBytes(err);
    EXPECT_TRUE(report->cutShort);
    std::size_t kept = 0;
    for (const SettingResult& result : report->results) {
        kept += result.repetitions.size();
    }
    EXPECT_GE(kept, 3U);
}

TEST(BenchCommand, EnginesAreComparedOnTheSamePictures) {
    const test::TemporaryFolder folder;
    const std::string flame = folder.file("flame").string();
    const Outcome outcome = run("bench engine --threads 1 --pictures 4 --rounds 2 --format json --flame " + flame);
    ASSERT_EQ(outcome.code, 0) << outcome.err;
    const auto json = nlohmann::json::parse(outcome.out);
    const auto& contenders = json.at("contenders");
    ASSERT_GE(contenders.size(), 2U);
    for (const auto& contender : contenders) {
        EXPECT_EQ(contender.at("caption_ms").size(), 8U) << contender.at("name");
        EXPECT_GT(contender.at("mean_ms").at("encode").get<double>(), 0.0);
        // The instruction sets give the same sums; LibTorch rounds differently.
        if (contender != contenders.back()) {
            EXPECT_EQ(contender.at("same_tokens"), 4) << contender.at("name");
            EXPECT_GT(contender.at("mean_ms").at("generate;attention").get<double>(), 0.0);
        }
    }
    EXPECT_NE(test::readBytes(flame).find(";generate;feed-forward "), std::string::npos);
    EXPECT_EQ(run("bench engine /no/such/picture.png").code, 1);
    EXPECT_EQ(run("bench engine --rounds 0").code, 2);
}

TEST(BenchCommand, BadOptionsAreUsageErrors) {
    for (const char* options : {"--threads 0", "--threads many", "--beams 17", "--interop 0", "--precision int4",
                                "--affinity none", "--format xml", "--busy-programs -1"}) {
        const Outcome outcome = run(std::string("bench threads ") + options);
        EXPECT_EQ(outcome.code, 2) << options;
        EXPECT_EQ(outcome.out, "");
    }
    EXPECT_EQ(run("bench").code, 2);
}

TEST(BenchCommand, WhatCannotBeMeasuredIsExplained) {
    const Outcome precision = run("bench threads --precision fp32");
    EXPECT_EQ(precision.code, 3);
    EXPECT_NE(precision.err.find("None of the bundles has the precision fp32"), std::string::npos) << precision.err;
    EXPECT_NE(precision.err.find("--model"), std::string::npos);
    const Outcome model = run("bench threads --model nowhere.pt");
    EXPECT_EQ(model.code, 3);
    EXPECT_NE(model.err.find("there is no such file"), std::string::npos);
    const Outcome clip = run("bench threads --clip nowhere.mp4");
    EXPECT_EQ(clip.code, 1);
    EXPECT_NE(clip.err.find("there is no such file"), std::string::npos);
    const Outcome shortClip = run("bench threads --threads 1 --quick --patience 1s --pictures 1000");
    EXPECT_EQ(shortClip.code, 1);
    EXPECT_NE(shortClip.err.find("too few frames"), std::string::npos) << shortClip.err;
    EXPECT_EQ(run("bench-child nonsense").code, 2);
}

}  // namespace
}  // namespace sightline
