// `sightline convert`, run as a user does.
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "tests/app/program.h"

namespace sightline {
namespace {

using test::run;

constexpr const char* kSubRip =
    "1\n00:00:01,000 --> 00:00:02,500\nA dog & a cat\n\n2\n00:00:03,000 --> 00:00:04,000\nA boat\n";

class Convert : public testing::Test {
protected:
    std::string file(const std::string& name, const std::string& content) {
        std::ofstream(folder_.file(name), std::ios::binary) << content;
        return folder_.file(name).string();
    }
    std::string path(const std::string& name) { return folder_.file(name).string(); }

    test::TemporaryFolder folder_;
};

TEST_F(Convert, TheExtensionNamesTheFormat) {
    const auto outcome = run("convert " + file("old.srt", kSubRip) + " -o " + path("new.vtt"));
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_EQ(test::readBytes(path("new.vtt")),
              "WEBVTT\n\n00:00:01.000 --> 00:00:02.500\nA dog &amp; a cat\n\n00:00:03.000 --> 00:00:04.000\nA boat\n");
}

TEST_F(Convert, WithoutAFileItGoesToStandardOutput) {
    const auto outcome =
        run("convert " + file("old.vtt", "WEBVTT\n\n00:01.000 --> 00:02.500\nA dog\n") + " --format srt");
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_EQ(outcome.out, "1\n00:00:01,000 --> 00:00:02,500\nA dog\n\n");
    const auto unknown = run("convert " + path("old.vtt"));
    EXPECT_EQ(unknown.code, 2);
    EXPECT_NE(unknown.err.find("Add --format with one of srt, vtt, "), std::string::npos) << unknown.err;
    const auto other = run("convert " + path("old.vtt") + " -o new.foo");
    EXPECT_EQ(other.code, 2);
    EXPECT_NE(other.err.find("the extension of new.foo is none of a format"), std::string::npos) << other.err;
}

TEST_F(Convert, WhatIsThereStaysUnlessItMayBeReplaced) {
    const std::string input = file("old.srt", kSubRip);
    const std::string output = file("new.vtt", "somebody's");
    const auto left = run("convert " + input + " -o " + output);
    EXPECT_EQ(left.code, 1);
    EXPECT_NE(left.err.find("left alone"), std::string::npos) << left.err;
    EXPECT_EQ(test::readBytes(output), "somebody's");
    const auto replaced = run("convert " + input + " -o " + output + " --existing replace");
    EXPECT_EQ(replaced.code, 0) << replaced.err;
    EXPECT_EQ(test::readBytes(output + "~1"), "somebody's");
    EXPECT_TRUE(test::readBytes(output).starts_with("WEBVTT"));
    EXPECT_EQ(run("convert " + input + " -o " + output).code, 0) << "the same content needs no writing";
    EXPECT_FALSE(std::filesystem::exists(output + "~2"));
}

TEST_F(Convert, AFileIsNotWrittenOverItself) {
    const std::string input = file("old.srt", "1\n00:00:01:000 --> 00:00:02:000\nA dog\n");
    EXPECT_EQ(run("convert " + input + " -o " + input).code, 1);
    EXPECT_EQ(test::readBytes(input), "1\n00:00:01:000 --> 00:00:02:000\nA dog\n");
}

TEST_F(Convert, WholeNumbersCountWhatTheUserSays) {
    const std::string input = file("old.csv", "start,end,text\n100,200,A dog\n300,400,A boat\n");
    const auto seconds = run("convert --format srt --times s " + input);
    EXPECT_NE(seconds.out.find("00:01:40,000 --> 00:03:20,000"), std::string::npos) << seconds.out;
    EXPECT_EQ(seconds.err, "");
    const auto milliseconds = run("convert --format srt --times ms " + input);
    EXPECT_NE(milliseconds.out.find("00:00:00,300 --> 00:00:00,400"), std::string::npos) << milliseconds.out;
    const auto unsaid = run("convert --format srt " + input);
    EXPECT_NE(unsaid.err.find("whole numbers"), std::string::npos) << unsaid.err;
    const std::string long_ = file("long.csv", "start,end,text\n1000,2000,A dog\n3000,4000,A boat\n");
    const auto corrected = run("convert --format srt --times s " + long_);
    EXPECT_NE(corrected.out.find("00:16:40,000 --> 00:33:20,000"), std::string::npos) << corrected.out;
}

TEST_F(Convert, DamagedCuesAreToldAndTheOthersKept) {
    const auto outcome =
        run("convert --format srt " + file("old.srt", std::string(kSubRip) + "\n3\n00:00:xx --> 5\nLost\n"));
    EXPECT_EQ(outcome.code, 1);
    EXPECT_NE(outcome.err.find("1 damaged cue(s) were left out"), std::string::npos) << outcome.err;
    EXPECT_NE(outcome.out.find("A boat"), std::string::npos);
}

TEST_F(Convert, AVideoThatIsNoneFailsWithItsCause) {
    const auto outcome = run("convert --format srt --video nowhere.mp4 " + file("old.srt", kSubRip));
    EXPECT_EQ(outcome.code, 1);
    EXPECT_NE(outcome.err.find("there is no such file"), std::string::npos) << outcome.err;
    EXPECT_EQ(outcome.out, "");
}

}  // namespace
}  // namespace sightline
