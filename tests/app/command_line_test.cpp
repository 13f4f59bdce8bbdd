// Runs the real program as a user does.
#include <sstream>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/app/program.h"
#include "tests/support/fixtures.h"

namespace sightline {
namespace {

using test::Outcome;
using test::run;

std::vector<nlohmann::json> lines(const std::string& text) {
    std::vector<nlohmann::json> result;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) {
        result.push_back(nlohmann::json::parse(line));
    }
    return result;
}

const std::string kCat = test::sourceFile("tests/data/cat.jpg");
const std::string kSample = test::sourceFile("resources/sample.mp4");

void expectFailure(const Outcome& outcome, int code, const std::string& why) {
    EXPECT_EQ(outcome.code, code) << outcome.err;
    EXPECT_EQ(outcome.out, "");
    EXPECT_NE(outcome.err.find(why), std::string::npos) << outcome.err;
}

TEST(CommandLine, HelpAndVersionGoToStandardOutput) {
    const Outcome help = run("--help");
    EXPECT_EQ(help.code, 0);
    for (const char* word : {"caption", "--camera", "--threads", "Exit codes"}) {
        EXPECT_NE(help.out.find(word), std::string::npos) << word;
    }
    const Outcome commandHelp = run("caption --help");
    EXPECT_EQ(commandHelp.code, 0);
    for (const char* word : {"--json", "--every", "--beam", "--threads", "--model", "--timings"}) {
        EXPECT_NE(commandHelp.out.find(word), std::string::npos) << word;
    }
    const Outcome version = run("--version");
    EXPECT_EQ(version.code, 0);
    EXPECT_EQ(version.out.substr(0, 10), "sightline ");
}

TEST(CommandLine, AnImageGivesOneJsonLineWithoutTimes) {
    const Outcome outcome = run("caption --json " + kCat);
    ASSERT_EQ(outcome.code, 0) << outcome.err;
    const auto found = lines(outcome.out);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].at("source"), kCat);
    EXPECT_TRUE(found[0].at("start").is_null());
    EXPECT_TRUE(found[0].at("end").is_null());
    EXPECT_GT(found[0].at("caption").get<std::string>().size(), 5U);
    EXPECT_GT(found[0].at("confidence").get<double>(), 0.0);
    EXPECT_LE(found[0].at("confidence").get<double>(), 1.0);
    EXPECT_GT(found[0].at("tokens").size(), 2U);
}

TEST(CommandLine, AVideoGivesTimeRangesThatCoverIt) {
    const Outcome outcome = run("caption --json --every 2s --beam 1 --threads 1 " + kSample);
    ASSERT_EQ(outcome.code, 0) << outcome.err;
    const auto found = lines(outcome.out);
    ASSERT_EQ(found.size(), 8U);
    for (std::size_t i = 0; i < found.size(); ++i) {
        EXPECT_DOUBLE_EQ(found[i].at("start").get<double>(), 2.0 * static_cast<double>(i));
        EXPECT_DOUBLE_EQ(found[i].at("end").get<double>(), 2.0 * static_cast<double>(i + 1));
    }
    EXPECT_NE(found[0].at("caption"), found[3].at("caption")) << "a cat and a cup of coffee";
}

TEST(CommandLine, TextOutputNamesTheFileAndTheTimes) {
    const Outcome outcome = run("caption --every 8s " + kSample);
    ASSERT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_NE(outcome.out.find(kSample), std::string::npos);
    EXPECT_NE(outcome.out.find("0:00:08.000 - 0:00:16.000"), std::string::npos) << outcome.out;
}

TEST(CommandLine, TimingsGoToStandardErrorAndNameTheMachine) {
    const Outcome outcome = run("caption --timings " + kCat);
    ASSERT_EQ(outcome.code, 0);
    for (const char* word : {"encode", "prefill", "generate", "captions/s", "cores"}) {
        EXPECT_NE(outcome.err.find(word), std::string::npos) << outcome.err;
    }
}

TEST(CommandLine, NamesFromStandardInputAreAnsweredOneByOne) {
    const test::TemporaryFolder folder;
    test::writeBytes(folder.file("names"), kCat + "\nnowhere.jpg\n" + kCat + "\n");
    const Outcome outcome = run("caption --json --timings - < " + folder.file("names").string());
    EXPECT_EQ(outcome.code, 1);
    const auto found = lines(outcome.out);
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0].at("tokens"), found[2].at("tokens"));
    EXPECT_NE(found[1].at("error").get<std::string>().find("there is no such file"), std::string::npos);
    for (const char* stage : {"preprocess", "encode", "prefill", "generate"}) {
        EXPECT_GT(found[0].at("milliseconds").at(stage).get<double>(), 0.0) << stage;
    }
}

TEST(CommandLine, BadInputsFailWithTheirCause) {
    expectFailure(run("caption nowhere.jpg"), 1, "there is no such file");
    expectFailure(run("caption " + test::fixture("text.mp4").string()), 1, "not a video or picture");
    expectFailure(run("caption " + test::fixture("no_index.mp4").string()), 1, "damaged or cut short");
    expectFailure(run("caption " + test::fixture("audio_only.m4a").string()), 1, "no video stream");
}

TEST(CommandLine, OneBadFileDoesNotStopTheOthers) {
    const Outcome outcome = run("caption --json nowhere.jpg " + kCat);
    EXPECT_EQ(outcome.code, 1);
    EXPECT_EQ(lines(outcome.out).size(), 1U);
}

TEST(CommandLine, ATruncatedVideoGivesItsReadablePartAndFails) {
    const Outcome outcome = run("caption --json " + test::fixture("truncated.mp4").string());
    EXPECT_EQ(outcome.code, 1);
    EXPECT_GE(lines(outcome.out).size(), 1U);
    EXPECT_NE(outcome.err.find("cut short"), std::string::npos) << outcome.err;
}

TEST(CommandLine, ShotsOfTheSampleAreItsThreeCuts) {
    const Outcome text = run("shots " + kSample);
    EXPECT_EQ(text.code, 0) << text.err;
    EXPECT_EQ(text.out, "4.000  cut\n8.000  cut\n12.000  cut\n");
    const Outcome json = run("shots --json " + kSample);
    EXPECT_EQ(json.code, 0) << json.err;
    const auto all = nlohmann::json::parse(json.out);
    EXPECT_EQ(all.at("frames"), 400);
    ASSERT_EQ(all.at("boundaries").size(), 3U);
    EXPECT_EQ(all.at("boundaries").at(1),
              (nlohmann::json{{"time", 8.0}, {"start", 8.0}, {"end", 8.0}, {"transition", "cut"}}));
}

TEST(CommandLine, ShotsOfWhatIsNoVideoFailWithTheirCause) {
    expectFailure(run("shots nowhere.mp4"), 1, "there is no such file");
    const Outcome truncated = run("shots --json " + test::fixture("truncated.mp4").string());
    EXPECT_EQ(truncated.code, 1);
    EXPECT_GT(nlohmann::json::parse(truncated.out).at("frames"), 0);
    EXPECT_NE(truncated.err.find("cut short"), std::string::npos) << truncated.err;
}

TEST(CommandLine, BadModelsFailWithTheirCause) {
    const std::string malformed = test::sourceFile("tests/data/malformed");
    expectFailure(run("caption --model nowhere.pt " + kCat), 3, "there is no such file");
    expectFailure(run("caption --model " + kCat + " " + kCat), 3, "not a Sightline bundle");
    expectFailure(run("caption --model " + malformed + "/newer_version.pt " + kCat), 3, "format version 99");
}

TEST(CommandLine, BadOptionsAreUsageErrors) {
    expectFailure(run("caption"), 2, "input is required");
    expectFailure(run("caption --every never " + kCat), 2, "--every");
    expectFailure(run("caption --every 0s " + kCat), 2, "--every");
    expectFailure(run("caption --threads 0 " + kCat), 2, "--threads");
    expectFailure(run("caption --beam -1 " + kCat), 2, "--beam");
    expectFailure(run("--no-such-option"), 2, "--no-such-option");
}

TEST(CommandLine, WhatIsWrongWithALineIsToldWithWhatToWrite) {
    expectFailure(run("annotat " + kSample + " -o x"), 2,
                  "neither a command nor a file \"annotat\". Did you mean annotate?");
    expectFailure(run("conv"), 2,
                  "Did you mean convert? The commands are caption, annotate, live, shots, convert and bench");
    expectFailure(run("help"), 2, "The commands are");
    expectFailure(run("bench"), 2, "bench needs to know what to do. Its commands are threads and engine");
    expectFailure(run("bench thread"), 2, "bench has no command \"thread\". Did you mean threads?");
    expectFailure(run("caption --threads 1 --threads 2 " + kCat), 2, "--threads is given 2 times");
    expectFailure(run("caption --threads"), 2, "--threads needs a value");
    expectFailure(run("caption --thread=1 " + kCat), 2,
                  "there is no option --thread for caption. Did you mean --threads?");
    expectFailure(run("shots a.mp4 b.mp4"), 2, "cannot use \"b.mp4\": it takes one file");
    expectFailure(run("a.mp4 b.mp4"), 2, "\"b.mp4\" is one too many");
    expectFailure(run("--camera 0 --sample"), 2, "cannot be given together");
    expectFailure(run("annotate x -o y --voice espeak"), 2, "--voice needs --audio-description");
    expectFailure(run("annotate x"), 2, "--output is required: Folder");
    expectFailure(run("annotate x -o y --quality best --format srt,vttt"), 2,
                  "--format cannot be \"vttt\". Did you mean vtt? It takes one of srt, vtt");
    expectFailure(run("annotate x -o y --quality good"), 2, "It takes one of balanced, best or fast");
    expectFailure(run("annotate x -o y --jobs many"), 2,
                  "--jobs cannot be \"many\". It takes a whole number from 1 to 64");
    expectFailure(run("live --duration ten"), 2, "--duration cannot be \"ten\". It takes a time, as 90s, 2min or 1:30");
    expectFailure(run("live --duration 0"), 2, "and at least 0.001 s");
    expectFailure(run("live --steadiness 2"), 2, "--steadiness cannot be \"2\". It takes a number from 0 to 1");
    expectFailure(run("live --duration 1:75"), 2, "--duration cannot be \"1:75\".");
    expectFailure(run("live"), 2, "Run sightline live --help for the options");
}

TEST(CommandLine, ATimeMayBeWrittenAsAClockShowsIt) {
    const Outcome clock = run("caption --json --every 0:03.5 " + kSample);
    EXPECT_EQ(clock.code, 0) << clock.err;
    EXPECT_EQ(lines(clock.out).size(), lines(run("caption --json --every 3.5s " + kSample).out).size());
    EXPECT_LT(lines(clock.out).size(), lines(run("caption --json --every 0:00:01 " + kSample).out).size());
}

TEST(CommandLine, AShippedModelIsChosenByItsName) {
    const Outcome unnamed = run("caption --json " + kCat);
    const Outcome base = run("caption --json --model base " + kCat);
    ASSERT_EQ(base.code, 0) << base.err;
    EXPECT_EQ(base.out, unnamed.out);
    expectFailure(run("caption --model plus " + kCat), 3, "there is no such file");
}

TEST(CommandLine, AMissingCameraFailsWithoutAWindow) { expectFailure(run("--camera 250"), 4, "it is not plugged in"); }

TEST(CommandLine, AMissingVideoFailsWithoutAWindow) { expectFailure(run("nowhere.mp4"), 1, "there is no such file"); }

TEST(CommandLine, TheWindowShowsTheSampleAndWritesAScreenshot) {
    const test::TemporaryFolder folder;
    const auto picture = folder.file("window.png");
    const Outcome outcome = run("--sample --log-level info --screenshot " + picture.string());
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    const auto painted = outcome.err.find("Window on screen");
    EXPECT_NE(painted, std::string::npos) << outcome.err;
    EXPECT_LT(painted, outcome.err.find("First caption")) << outcome.err;
    EXPECT_EQ(test::readBytes(picture).substr(1, 3), "PNG");
}

TEST(CommandLine, ScreenshotsNeedAFolderThatIsThere) {
    expectFailure(run("--screenshots nowhere"), 2, "It takes a folder that exists");
}

}  // namespace
}  // namespace sightline
