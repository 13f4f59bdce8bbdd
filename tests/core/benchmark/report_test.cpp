#include "core/benchmark/report.h"

#include <algorithm>
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/fake_runner.h"
#include "tests/support/fixtures.h"

namespace sightline {
namespace {

BenchmarkReport sampleReport() {
    BenchmarkReport report;
    report.machine = readMachineFacts();
    report.machine.cpu = "A \"quoted\" CPU, with a comma";
    report.machine.logicalCpus = 4;
    report.machine.environment = {"OMP_WAIT_POLICY=passive"};
    report.made = "2026-01-02T03:04:05Z";
    report.clip = {"clip.mp4", 4, 12};
    report.clipSha256 = "c11b";
    report.options.seed = 42;
    for (const int threads : {1, 2}) {
        const BenchmarkSetting setting{test::fakeModel(), threads, 1, 3, Affinity::Any};
        report.results.push_back({setting, std::vector(6, test::fakeRepetition(setting)), true, std::nullopt});
    }
    report.results[0].repetitions[0].joules = 0.25;
    BenchmarkSetting failed{test::fakeModel(), 4, 2, 1, Affinity::Cores, Pipeline::Overlapped, 2};
    report.results.push_back({failed, {}, false, Error{ErrorCode::Internal, "It was killed.", {}}});
    return report;
}

std::vector<std::string> fields(const std::string& line) {
    std::vector<std::string> found(1);
    bool quoted = false;
    for (const char c : line) {
        quoted = quoted != (c == '"');
        if (c == ',' && !quoted) {
            found.emplace_back();
        } else if (c != '"') {
            found.back() += c;
        }
    }
    return found;
}

TEST(Report, JsonComesBackAsItWas) {
    const BenchmarkReport report = sampleReport();
    const auto read = reportFromJson(toJson(report));
    ASSERT_TRUE(read) << read.error().detail;
    EXPECT_EQ(*read, report);
}

TEST(Report, OtherFilesAreRefused) {
    for (const char* text : {"", "[]", "{}", R"({"format": "sightline-benchmark", "version": 2})", "{\"format\": 1"}) {
        const auto read = reportFromJson(text);
        ASSERT_FALSE(read) << text;
        EXPECT_EQ(read.error().code, ErrorCode::Corrupt);
    }
    std::string cut = toJson(sampleReport());
    cut.resize(cut.size() / 2);
    EXPECT_FALSE(reportFromJson(cut));
}

// Any member of another kind than it has to be: an answer, and nothing is freed twice.
TEST(Report, MembersOfAnotherKindAreRefused) {
    const auto sound = nlohmann::json::parse(toJson(sampleReport()));
    const auto members = sound.flatten();
    int refused = 0;
    for (auto member = members.begin(); member != members.end(); ++member) {
        nlohmann::json changed = sound;
        changed[nlohmann::json::json_pointer(member.key())] = nlohmann::json::object({{"another", "kind"}});
        const auto read = reportFromJson(changed.dump());
        refused += read ? 0 : 1;
        EXPECT_TRUE(read || read.error().code == ErrorCode::Corrupt) << member.key();
    }
    EXPECT_GT(refused, 20);
}

TEST(Report, ARepetitionWithoutCaptionsIsRefused) {
    auto json = nlohmann::json::parse(toJson(sampleReport()));
    json["results"][0]["repetitions"][0]["latencies_ms"].clear();
    EXPECT_EQ(reportFromJson(json.dump()).error().code, ErrorCode::Corrupt);
}

TEST(Report, NumbersBeyondTheirTypeAreRefused) {
    auto json = nlohmann::json::parse(toJson(sampleReport()));
    json["results"][0]["setting"]["threads"] = 1e300;
    EXPECT_EQ(reportFromJson(json.dump()).error().code, ErrorCode::Corrupt);
}

TEST(Report, CsvHasARowForEachMeasuredSettingUnderItsTitles) {
    std::istringstream csv(toCsv(sampleReport()));
    std::string line;
    std::getline(csv, line);
    const auto titles = fields(line.substr(0, line.size() - 1));
    const auto column = [&](const std::string& title) {
        return static_cast<std::size_t>(std::find(titles.begin(), titles.end(), title) - titles.begin());
    };
    int rows = 0;
    for (; std::getline(csv, line); ++rows) {
        const auto row = fields(line.substr(0, line.size() - 1));
        ASSERT_EQ(row.size(), titles.size()) << line;
        EXPECT_EQ(row[column("threads")], std::to_string(rows + 1));
        EXPECT_EQ(row[column("captions_per_s")], rows == 0 ? "60.000" : "100.000");
        EXPECT_EQ(row[column("seed")], "42");
        EXPECT_EQ(row[column("cpu")], "A quoted CPU, with a comma");
        EXPECT_EQ(row[column("joules_per_caption")], rows == 0 ? "0.250" : "n/a");
    }
    EXPECT_EQ(rows, 2);
}

TEST(Report, MarkdownAnswersAndNamesTheCircumstances) {
    const std::string text = toMarkdown(sampleReport());
    for (const char* words : {"use 2 threads, int8, 3 beams: 100 % of peak speed at 50 % of the CPU",
                              "| 1 thread, int8, 3 beams | 60.0", "It was killed.", "seed 42", "LibTorch", "Governor",
                              "kernel: Linux", "OMP_WAIT_POLICY=passive", "int8-digest", "c11b"}) {
        EXPECT_NE(text.find(words), std::string::npos) << words << "\n" << text;
    }
}

TEST(Report, BeginsWithTheClipsDigest) {
    const auto report = beginReport({test::sourceFile("tests/data/tiny.png"), 1, 12}, {});
    ASSERT_TRUE(report);
    EXPECT_EQ(report->clipSha256.size(), 64U);
    EXPECT_EQ(beginReport({"nowhere.mp4", 1, 12}, {}).error().code, ErrorCode::NotFound);
}

}  // namespace
}  // namespace sightline
