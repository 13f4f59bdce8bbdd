// `sightline annotate` as a user runs it.
#include <algorithm>
#include <csignal>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "core/captions/project_editor.h"
#include "core/subtitles/subtitle_file.h"
#include "tests/app/program.h"

namespace sightline {
namespace {

using test::Outcome;
using test::run;

class AnnotateCommandTest : public ::testing::Test {
protected:
    void SetUp() override {
        std::filesystem::create_directory(folder_.file("in"));
        std::filesystem::copy_file(test::sourceFile("resources/sample.mp4"), folder_.file("in/sample.mp4"));
    }
    std::string in(const std::string& name) const { return folder_.file("in/" + name).string(); }
    std::filesystem::path out(const std::string& name) const { return folder_.file("out/" + name); }
    Outcome annotate(const std::string& arguments) const {
        return run("annotate -o " + folder_.file("out").string() + " --quality fast " + arguments);
    }
    std::vector<Cue> cuesOf(const std::string& name) const {
        const auto file = readSubtitleFile(out(name));
        EXPECT_TRUE(file) << name;
        return file ? file->reading.track.cues : std::vector<Cue>{};
    }
    // As a person does in the window.
    void edit(const std::string& text) const {
        auto editor = ProjectEditor::open(out("sample.sightline"));
        ASSERT_TRUE(editor);
        Cue cue = (*editor)->project().track.cues.front();
        cue.text = text;
        cue.origin = CueOrigin::Edited;
        ASSERT_TRUE((*editor)->replaceCues(0, 1, {cue}));
        ASSERT_TRUE((*editor)->save());
    }

    test::TemporaryFolder folder_;
};

TEST_F(AnnotateCommandTest, EveryFormatHoldsTheSameCuesOfTheFourShots) {
    const Outcome done = annotate(in("sample.mp4") + " --format srt,vtt,vtt-json,ass,ttml,csv,json,eaf");
    EXPECT_EQ(done.code, 0) << done.err;
    EXPECT_EQ(done.err, "");
    const auto cues = cuesOf("sample.srt");
    ASSERT_GE(cues.size(), 4U);
    EXPECT_EQ(cues.front().start, MediaTime::zero());
    EXPECT_EQ(cues.back().end, std::chrono::seconds(16));
    for (const char* cut : {"4", "8", "12"}) {
        EXPECT_EQ(std::ranges::count(cues, std::chrono::seconds(std::stoi(cut)), &Cue::start), 1) << cut;
    }
    for (const char* name : {"sample.vtt", "sample.vtt-json.vtt", "sample.ass", "sample.ttml", "sample.csv",
                             "sample.json", "sample.eaf"}) {
        const auto others = cuesOf(name);
        ASSERT_EQ(others.size(), cues.size()) << name;
        for (std::size_t i = 0; i < cues.size(); ++i) {
            EXPECT_EQ(others[i].text, cues[i].text) << name;
            EXPECT_NEAR(toSeconds(others[i].start), toSeconds(cues[i].start), 0.006) << name;
        }
    }
}

TEST_F(AnnotateCommandTest, WhatIsThereIsSkippedAndOnlyMissingFormatsAreMade) {
    ASSERT_EQ(annotate(in("sample.mp4")).code, 0);
    edit("Edited by hand");
    const auto before = test::readBytes(out("sample.srt"));
    const Outcome again = annotate(in("sample.mp4") + " --format srt,vtt");
    EXPECT_EQ(again.code, 0);
    EXPECT_NE(again.out.find("kept"), std::string::npos) << again.out;
    EXPECT_EQ(test::readBytes(out("sample.srt")), before);
    EXPECT_EQ(cuesOf("sample.vtt").front().text, "Edited by hand");
}

TEST_F(AnnotateCommandTest, KeepEditedKeepsAndReplaceReplaces) {
    ASSERT_EQ(annotate(in("sample.mp4")).code, 0);
    edit("Edited by hand");
    ASSERT_EQ(annotate(in("sample.mp4") + " --existing keep-edited").code, 0);
    EXPECT_EQ(cuesOf("sample.srt").front().text, "Edited by hand");
    ASSERT_EQ(annotate(in("sample.mp4") + " --existing replace").code, 0);
    EXPECT_NE(cuesOf("sample.srt").front().text, "Edited by hand");
}

TEST_F(AnnotateCommandTest, SubtitlesOfAnotherProgramCountAsEdited) {
    std::filesystem::create_directory(folder_.file("out"));
    test::writeBytes(out("sample.srt"), "1\n00:00:01,000 --> 00:00:02,000\nMade elsewhere\n");
    ASSERT_EQ(annotate(in("sample.mp4") + " --existing keep-edited").code, 0);
    const auto cues = cuesOf("sample.srt");
    EXPECT_EQ(std::ranges::count(cues, "Made elsewhere", &Cue::text), 1);
    EXPECT_GT(cues.size(), 4U);
}

TEST_F(AnnotateCommandTest, OfAFolderTheGoodFilesAreDoneAndTheExitCodeTellsOfTheBadOne) {
    test::writeBytes(in("broken.mp4"), "no video at all");
    std::filesystem::create_directory(in("sub"));
    std::filesystem::copy_file(test::fixture("bframes.mkv"), in("sub/numbers.mkv"));
    const Outcome done = annotate(folder_.file("in").string() + " --jobs 2");
    EXPECT_EQ(done.code, 1);
    EXPECT_NE(done.out.find("3 files: 2 captioned, 0 kept, 0 cut short, 1 failed"), std::string::npos) << done.out;
    EXPECT_NE(done.err.find("broken.mp4"), std::string::npos);
    EXPECT_FALSE(cuesOf("sample.srt").empty());
    EXPECT_FALSE(cuesOf("sub/numbers.srt").empty());
    EXPECT_FALSE(std::filesystem::exists(out("broken.srt")));
}

TEST_F(AnnotateCommandTest, ATruncatedVideoKeepsItsPartAndSaysSo) {
    const Outcome done = annotate(test::fixture("truncated.mp4").string());
    EXPECT_EQ(done.code, 1);
    EXPECT_NE(done.err.find("breaks off"), std::string::npos) << done.err;
    EXPECT_FALSE(cuesOf("truncated.srt").empty());
}

TEST_F(AnnotateCommandTest, OnlyTheRangeAskedForIsCaptioned) {
    ASSERT_EQ(annotate(in("sample.mp4") + " --from 5s --to 11s").code, 0);
    const auto cues = cuesOf("sample.srt");
    ASSERT_FALSE(cues.empty());
    EXPECT_EQ(cues.front().start, std::chrono::seconds(5));
    EXPECT_EQ(cues.back().end, std::chrono::seconds(11));
}

TEST_F(AnnotateCommandTest, AVideoThatChangedUnderAProjectIsNotMixedUp) {
    ASSERT_EQ(annotate(in("sample.mp4")).code, 0);
    std::filesystem::copy_file(test::fixture("bframes.mp4"), in("sample.mp4"),
                               std::filesystem::copy_options::overwrite_existing);
    const Outcome done = annotate(in("sample.mp4") + " --existing keep-edited");
    EXPECT_EQ(done.code, 1);
    EXPECT_NE(done.err.find("another video"), std::string::npos) << done.err;
}

TEST_F(AnnotateCommandTest, AFolderThatCannotBeMadeIsTold) {
    test::writeBytes(folder_.file("out"), "a file, where the folder should be");
    const Outcome done = annotate(in("sample.mp4"));
    EXPECT_EQ(done.code, 1);
    EXPECT_NE(done.err.find("Cannot make the folder"), std::string::npos) << done.err;
}

TEST_F(AnnotateCommandTest, CopiesOfTheVideoHoldTheCaptionsAsATrackOrInThePicture) {
    const Outcome done = annotate(in("sample.mp4") + " --mux --burn-in");
    ASSERT_EQ(done.code, 0) << done.err;
    for (const auto& [name, streams] :
         {std::pair{"sample.captioned.mp4", "video\nsubtitle\n"}, std::pair{"sample.burned-in.mp4", "video\n"}}) {
        const std::string command =
            "ffprobe -v error -show_entries stream=codec_type -of csv=p=0 " + out(name).string();
        FILE* pipe = popen(command.c_str(), "r");
        std::array<char, 256> text{};
        const auto length = fread(text.data(), 1, text.size(), pipe);
        pclose(pipe);
        EXPECT_EQ(std::string(text.data(), length), streams) << name;
    }
    // Made again only when something is missing.
    const auto before = std::filesystem::last_write_time(out("sample.burned-in.mp4"));
    std::filesystem::remove(out("sample.captioned.mp4"));
    ASSERT_EQ(annotate(in("sample.mp4") + " --mux --burn-in").code, 0);
    EXPECT_TRUE(std::filesystem::exists(out("sample.captioned.mp4")));
    EXPECT_EQ(std::filesystem::last_write_time(out("sample.burned-in.mp4")), before);
}

TEST_F(AnnotateCommandTest, KilledRunsGoOnAndEndWithWholeFiles) {
    // Each run is killed once its journal holds something new; the last one is let be.
    const auto journal = out("sample.sightline-run");
    const auto size = [&journal] {
        std::error_code missing;
        const auto bytes = std::filesystem::file_size(journal, missing);
        return missing ? std::uintmax_t{0} : bytes;
    };
    for (int round = 0; round < 3; ++round) {
        const auto before = size();
        const pid_t child = ::fork();
        if (child == 0) {
            const int null = ::open("/dev/null", O_WRONLY);
            ::dup2(null, 1);
            ::dup2(null, 2);
            ::execl(SIGHTLINE_PROGRAM, "sightline", "annotate", in("sample.mp4").c_str(), "-o",
                    folder_.file("out").c_str(), "--quality", "fast", nullptr);
            ::_exit(127);
        }
        int status = 0;
        while (size() <= before + 100 && ::waitpid(child, &status, WNOHANG) == 0) {
            std::this_thread::yield();
        }
        ::kill(child, SIGKILL);
        ::waitpid(child, &status, 0);
        EXPECT_FALSE(std::filesystem::exists(out("sample.srt")) && size() > 0) << "exported before the end";
    }
    const Outcome done = annotate(in("sample.mp4"));
    EXPECT_EQ(done.code, 0) << done.err;
    EXPECT_EQ(cuesOf("sample.srt").back().end, std::chrono::seconds(16));
    EXPECT_FALSE(std::filesystem::exists(journal));
}

}  // namespace
}  // namespace sightline
