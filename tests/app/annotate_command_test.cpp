// `sightline annotate` as a user runs it.
#include <algorithm>
#include <array>
#include <csignal>
#include <sstream>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "core/captions/project_editor.h"
#include "core/subtitles/subtitle_file.h"
#include "tests/app/program.h"
#include "tests/support/bad_voice.h"
#include "tests/support/child_process.h"

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

TEST_F(AnnotateCommandTest, FilesOfOthersAreLeftAloneAndReplaceKeepsThem) {
    const std::vector<std::pair<std::string, std::string>> files{
        {"srt", "1\n00:00:01:000 --> 00:00:02:000\nMade elsewhere\n"},
        {"csv", "time,temperature\n0.5,20.1\n1.0,20.3\n"},
        {"json", R"({"text": "Hi.", "segments": [{"id": 0, "start": 0.0, "end": 1.0, "text": "Hi."}]})"},
        {"vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nOther words\n"},
        {"ass",
         "[Script Info]\nScriptType: v4.00+\nTitle: Mine\n; by me\n\n[V4+ Styles]\n"
         "Format: Name, Fontname, Fontsize\nStyle: Big,Arial,72\n\n[Events]\n"
         "Format: Layer, Start, End, Style, Text\nDialogue: 0,0:00:01.00,0:00:02.00,Big,{\\pos(9,9)}Hello\n"},
    };
    std::filesystem::create_directory(folder_.file("out"));
    for (const auto& [ending, bytes] : files) {
        test::writeBytes(out("sample." + ending), bytes);
    }
    const std::string all = in("sample.mp4") + " --format srt,csv,json,vtt,ass";
    for (const std::string existing : {"skip", "keep-edited"}) {
        for (const std::string more : {"", ",ttml"}) {
            const Outcome done = annotate(all + more + " --existing " + existing);
            EXPECT_EQ(done.code, 1) << done.out;
            for (const auto& [ending, bytes] : files) {
                EXPECT_EQ(test::readBytes(out("sample." + ending)), bytes) << existing;
                EXPECT_NE(done.err.find("sample." + ending + " was left alone"), std::string::npos) << done.err;
            }
        }
    }
    EXPECT_FALSE(cuesOf("sample.ttml").empty());
    const Outcome replaced = annotate(all + " --existing replace");
    EXPECT_EQ(replaced.code, 0) << replaced.err;
    for (const auto& [ending, bytes] : files) {
        EXPECT_EQ(test::readBytes(out("sample." + ending + "~1")), bytes);
        EXPECT_GE(cuesOf("sample." + ending).size(), 4U);
    }
}

TEST_F(AnnotateCommandTest, AudioDescriptionIsMadeOnceAndToldOf) {
    const std::string described = in("sample.mp4") + " --audio-description --description-sound flac";
    const Outcome done = annotate(described);
    EXPECT_EQ(done.code, 0) << done.err;
    EXPECT_NE(done.out.find(" cues said"), std::string::npos) << done.out;
    for (const char* name : {"sample.described.mp4", "sample.described.vtt", "sample.described.flac"}) {
        EXPECT_TRUE(std::filesystem::exists(out(name))) << name;
        EXPECT_NE(done.out.find(name), std::string::npos) << done.out;
    }
    const auto said = cuesOf("sample.described.vtt");
    EXPECT_GE(said.size(), 3U);
    for (const Cue& cue : said) {
        EXPECT_LT(cue.end - cue.start, std::chrono::seconds(4)) << cue.text;  // spoken, not shown
    }
    std::filesystem::remove(out("sample.described.flac"));
    test::writeBytes(out("sample.described.vtt"), "WEBVTT\n\nNOTE Mine\n");
    const Outcome again = annotate(described);
    EXPECT_EQ(again.code, 1) << again.out;
    EXPECT_NE(again.err.find("sample.described.vtt was left alone"), std::string::npos) << again.err;
    EXPECT_TRUE(std::filesystem::exists(out("sample.described.flac")));
    EXPECT_EQ(test::readBytes(out("sample.described.vtt")), "WEBVTT\n\nNOTE Mine\n");
}

TEST_F(AnnotateCommandTest, EachKindOfDescriptionHasFilesOfItsOwn) {
    const std::string described = in("sample.mp4") + " --audio-description ";
    const auto expectFiles = [&](const Outcome& done, const std::vector<std::string>& names) {
        EXPECT_EQ(done.code, 0) << done.err;
        for (const std::string& name : names) {
            EXPECT_TRUE(std::filesystem::exists(out(name))) << name;
            EXPECT_NE(done.out.find(name), std::string::npos) << done.out;
        }
    };
    expectFiles(annotate(described + "--description-track mixed --description-script md,html"),
                {"sample.described-mixed.mp4", "sample.described.vtt", "sample.described.md", "sample.described.html"});
    expectFiles(annotate(described + "--extended --description-sound wav --description-script md"),
                {"sample.described-extended.mp4", "sample.described-extended.vtt", "sample.described-extended.wav",
                 "sample.described-extended.md"});
    expectFiles(annotate(described), {"sample.described.mp4"});
    EXPECT_TRUE(test::readBytes(out("sample.described.md")).starts_with("# Audio description of sample.mp4\n"));
    // Copies that runs made are no videos to caption.
    const Outcome again =
        run("annotate -o " + folder_.file("again").string() + " --quality fast " + folder_.file("out").string());
    EXPECT_EQ(again.code, 1);
    EXPECT_NE(again.err.find("no video but copies"), std::string::npos) << again.err;
    EXPECT_EQ(annotate(described + "--extended --description-track second").code, 2);
    EXPECT_EQ(annotate(described + "--description-track third").code, 2);
    EXPECT_EQ(annotate(in("sample.mp4") + " --extended").code, 2);  // without --audio-description
}

TEST_F(AnnotateCommandTest, AVoiceThatDoesNotSpeakIsToldBeforeAnythingIsCaptioned) {
    for (const char* voice : {"espeak:xx-none", "robot", "command:false {output}", "command:true {output}"}) {
        const Outcome done = annotate(in("sample.mp4") + " --audio-description --voice '" + voice + "'");
        EXPECT_EQ(done.code, 2) << voice;
        EXPECT_NE(done.err, "") << voice;
        EXPECT_FALSE(std::filesystem::exists(out("sample.srt")));
    }
    EXPECT_EQ(annotate(in("sample.mp4") + " --voice espeak:en").code, 2);  // without --audio-description
}

constexpr std::array kWaysToDescribe{"", "--description-track mixed ", "--extended --description-sound wav "};

TEST_F(AnnotateCommandTest, AVoiceThatFailsLaterCostsNoCaptionsAndLeavesNoHalfFile) {
    for (const auto& [instead, told] : test::voiceFailures(folder_)) {
        const std::string voice = test::badVoice(folder_, instead);
        for (const std::string way : kWaysToDescribe) {
            const Outcome done = annotate(in("sample.mp4") + " --audio-description --voice '" + voice + "' " + way);
            EXPECT_EQ(done.code, 1) << way << instead << done.out;
            EXPECT_NE(done.err.find(told), std::string::npos) << done.err;
            EXPECT_EQ(done.err.find("does not speak"), done.err.rfind("does not speak")) << done.err;  // told once
            EXPECT_FALSE(cuesOf("sample.srt").empty());
            EXPECT_EQ(test::filesIn(folder_.file("out")), 2U) << way << instead;  // with the project
        }
    }
}

TEST_F(AnnotateCommandTest, AFullDiskLeavesNoHalfDescription) {
    for (const std::string way : kWaysToDescribe) {
        Outcome done;
        {
            const test::FileSizeLimit limit(300'000);  // the copy is larger
            done = annotate(in("sample.mp4") + " --audio-description --description-script md " + way);
        }
        EXPECT_EQ(done.code, 1) << way << done.out;
        EXPECT_NE(done.err.find("Cannot write"), std::string::npos) << done.err;
        EXPECT_FALSE(cuesOf("sample.srt").empty());
        for (const auto& file : std::filesystem::directory_iterator(folder_.file("out"))) {
            const std::string ending = file.path().extension().string();
            EXPECT_TRUE(ending == ".srt" || ending == ".sightline" || ending == ".vtt" || ending == ".md") << file;
        }
    }
}

TEST_F(AnnotateCommandTest, CtrlCEndsAHangingVoiceAtOnceAndLeavesNothingBehind) {
    ASSERT_EQ(annotate(in("sample.mp4")).code, 0);
    std::filesystem::create_directory(folder_.file("tmp"));
    const auto begun = folder_.file("begun");
    const std::string voice = test::badVoice(folder_, "echo $$ > " + begun.string() + ".new; mv " + begun.string() +
                                                          ".new " + begun.string() + "; exec sleep 1000");
    for (const std::string way : kWaysToDescribe) {
        const std::size_t before = test::filesIn(folder_.file("out"));
        std::filesystem::remove(begun);
        std::vector<std::string> command{"env",
                                         "TMPDIR=" + folder_.file("tmp").string(),
                                         "XDG_CONFIG_HOME=" + folder_.file("config").string(),
                                         "XDG_CACHE_HOME=" + folder_.file("cache").string(),
                                         SIGHTLINE_PROGRAM,
                                         "annotate",
                                         "-o",
                                         folder_.file("out").string(),
                                         "--quality",
                                         "fast",
                                         in("sample.mp4"),
                                         "--audio-description",
                                         "--voice",
                                         voice};
        std::istringstream words(way);
        for (std::string word; words >> word;) {
            command.push_back(word);
        }
        test::ChildProcess program(command);
        while (!std::filesystem::exists(begun)) {
            std::this_thread::yield();
        }
        program.kill(SIGINT);
        const int status = program.wait();  // far earlier than the voice's minute, or the test is too late
        EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT) << status;
        const pid_t speaker = std::stoi(test::readBytes(begun));
        EXPECT_EQ(::kill(speaker, 0), -1) << "it goes on";
        EXPECT_EQ(test::filesIn(folder_.file("out")), before) << way;
        EXPECT_EQ(test::filesIn(folder_.file("tmp")), 0U) << way;
    }
}

TEST_F(AnnotateCommandTest, ADamagedCueCostsNoOther) {
    const std::string damaged =
        "1\n00:00:01,000 --> 00:00:02,000\nOne\n\n2\n00:00:xx,000 --> 00:00:04,000\nTwo\n\n"
        "3\n00:00:05,000 --> 00:00:06,000\nThree\n";
    std::filesystem::create_directory(folder_.file("out"));
    test::writeBytes(out("sample.srt"), damaged);
    for (const std::string existing : {"skip", "keep-edited"}) {
        EXPECT_EQ(annotate(in("sample.mp4") + " --existing " + existing).code, 1);
        EXPECT_EQ(test::readBytes(out("sample.srt")), damaged);
    }
}

TEST_F(AnnotateCommandTest, SubtitlesOfAnotherProgramStayAndAreEditsOfTheProject) {
    std::filesystem::create_directory(folder_.file("out"));
    const std::string theirs = "1\n00:00:01,000 --> 00:00:02,000\nMade elsewhere\n";
    test::writeBytes(out("sample.srt"), theirs);
    EXPECT_EQ(annotate(in("sample.mp4") + " --format srt,vtt --existing keep-edited").code, 1);
    EXPECT_EQ(test::readBytes(out("sample.srt")), theirs);
    const auto cues = cuesOf("sample.vtt");
    EXPECT_EQ(std::ranges::count(cues, "Made elsewhere", &Cue::text), 1);
    EXPECT_GT(cues.size(), 4U);
}

TEST_F(AnnotateCommandTest, EditsByHandInAnExportedFileBecomeEditsOfTheProject) {
    ASSERT_EQ(annotate(in("sample.mp4") + " --format srt,vtt").code, 0);
    const auto byHand = [this](const std::string& name, const std::string& text) {
        std::string bytes = test::readBytes(out(name));
        const std::string old = cuesOf(name).front().text;
        bytes.replace(bytes.find(old), old.size(), text);
        test::writeBytes(out(name), bytes);
        return bytes;
    };
    const std::string edited = byHand("sample.srt", "Edited by hand");
    std::filesystem::remove(out("sample.vtt"));
    const Outcome skipped = annotate(in("sample.mp4") + " --format srt,vtt");
    EXPECT_EQ(skipped.code, 0) << skipped.err;
    EXPECT_NE(skipped.out.find("edits of sample.srt taken over"), std::string::npos) << skipped.out;
    EXPECT_EQ(test::readBytes(out("sample.srt")), edited);
    EXPECT_EQ(cuesOf("sample.vtt").front().text, "Edited by hand");

    byHand("sample.srt", "Edited again");
    ASSERT_EQ(annotate(in("sample.mp4") + " --format srt,vtt --existing keep-edited").code, 0);
    EXPECT_EQ(cuesOf("sample.srt").front().text, "Edited again");
    EXPECT_EQ(cuesOf("sample.vtt").front().text, "Edited again");

    // Contradicting edits: none is taken over, and both files stay.
    const std::string one = byHand("sample.srt", "This way");
    const std::string other = byHand("sample.vtt", "That way");
    const Outcome contrary = annotate(in("sample.mp4") + " --format srt,vtt --existing keep-edited");
    EXPECT_EQ(contrary.code, 1);
    EXPECT_NE(contrary.err.find("edited in another way"), std::string::npos) << contrary.err;
    EXPECT_EQ(test::readBytes(out("sample.srt")), one);
    EXPECT_EQ(test::readBytes(out("sample.vtt")), other);
    const auto project = ProjectEditor::open(out("sample.sightline"));
    EXPECT_EQ((*project)->project().track.cues.front().text, "Edited again");
}

TEST_F(AnnotateCommandTest, ReplaceKeepsTheProjectThatAPersonEdited) {
    ASSERT_EQ(annotate(in("sample.mp4")).code, 0);
    edit("Edited by hand");
    const auto project = test::readBytes(out("sample.sightline"));
    ASSERT_EQ(annotate(in("sample.mp4") + " --existing replace").code, 0);
    EXPECT_EQ(test::readBytes(out("sample.sightline~1")), project);
    ASSERT_EQ(annotate(in("sample.mp4") + " --existing replace").code, 0);
    EXPECT_FALSE(std::filesystem::exists(out("sample.sightline~2"))) << "it can be made again";
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
    EXPECT_FALSE(std::filesystem::exists(out("broken.sightline")));
}

TEST_F(AnnotateCommandTest, ATruncatedVideoKeepsItsPartAndSaysSo) {
    const Outcome done = annotate(test::fixture("truncated.mp4").string());
    EXPECT_EQ(done.code, 1);
    EXPECT_NE(done.err.find("breaks off"), std::string::npos) << done.err;
    EXPECT_FALSE(cuesOf("truncated.srt").empty());
}

TEST_F(AnnotateCommandTest, ARangeBehindWhatCanBeReadFailsAndWritesNothing) {
    const Outcome done = annotate(test::fixture("truncated.mp4").string() + " --from 6s");
    EXPECT_EQ(done.code, 1);
    EXPECT_NE(done.err.find("breaks off at 4.00 s"), std::string::npos) << done.err;
    EXPECT_NE(done.out.find("failed"), std::string::npos) << done.out;
    EXPECT_FALSE(std::filesystem::exists(out("truncated.srt")));
    EXPECT_FALSE(std::filesystem::exists(out("truncated.sightline")));
    EXPECT_FALSE(std::filesystem::exists(out("truncated.sightline-run")));
}

TEST_F(AnnotateCommandTest, OnlyTheRangeAskedForIsCaptioned) {
    ASSERT_EQ(annotate(in("sample.mp4") + " --from 5s --to 11s").code, 0);
    const auto cues = cuesOf("sample.srt");
    ASSERT_FALSE(cues.empty());
    EXPECT_EQ(cues.front().start, std::chrono::seconds(5));
    EXPECT_EQ(cues.back().end, std::chrono::seconds(11));
}

TEST_F(AnnotateCommandTest, WhatLiesOutsideTheRangeStays) {
    ASSERT_EQ(annotate(in("sample.mp4") + " --from 4s --to 8s").code, 0);
    const auto first = cuesOf("sample.srt");
    ASSERT_EQ(first.size(), 1U);
    const Outcome second = annotate(in("sample.mp4") + " --from 8s --to 12s");  // is not there yet
    ASSERT_EQ(second.code, 0) << second.err;
    const auto both = cuesOf("sample.srt");
    ASSERT_EQ(both.size(), 2U) << second.err;
    EXPECT_EQ(both[0], first[0]);
    EXPECT_EQ(both[1].start, std::chrono::seconds(8));
    EXPECT_EQ(annotate(in("sample.mp4") + " --from 5s --to 11s").out.find("captioned"), std::string::npos);
    EXPECT_EQ(cuesOf("sample.srt"), both);
    // The rest of it, and again only a part.
    ASSERT_EQ(annotate(in("sample.mp4")).code, 0);
    const auto all = cuesOf("sample.srt");
    EXPECT_EQ(all.size(), 4U);
    ASSERT_EQ(annotate(in("sample.mp4") + " --existing keep-edited --from 8s --to 12s").code, 0);
    EXPECT_EQ(cuesOf("sample.srt"), all);
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
    const Outcome refused = annotate(in("sample.mp4") + " --burn-in --burn-in-box 200");
    EXPECT_EQ(refused.code, 2);
    EXPECT_NE(refused.err.find("--burn-in-box"), std::string::npos) << refused.err;
    const Outcome done =
        annotate(in("sample.mp4") + " --mux --burn-in --burn-in-place top --burn-in-size 150 --burn-in-box 75");
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

TEST_F(AnnotateCommandTest, CopiesOfAnEarlierRunAreNeitherCaptionedNorWrittenOver) {
    const std::string same = "annotate " + folder_.file("in").string() + " -o " + folder_.file("in").string() +
                             " --quality fast --mux --burn-in";
    test::writeBytes(in("sample.burned-in.mp4"), "my own film");
    const Outcome first = run(same);
    EXPECT_EQ(first.code, 1);
    EXPECT_NE(first.err.find("sample.burned-in.mp4 was left alone"), std::string::npos) << first.err;
    EXPECT_EQ(test::readBytes(in("sample.burned-in.mp4")), "my own film");
    EXPECT_TRUE(std::filesystem::exists(in("sample.captioned.mp4")));
    const auto before = std::filesystem::last_write_time(in("sample.captioned.mp4"));
    run(same);
    EXPECT_FALSE(std::filesystem::exists(in("sample.captioned.srt")));
    EXPECT_EQ(std::filesystem::last_write_time(in("sample.captioned.mp4")), before);
}

TEST_F(AnnotateCommandTest, AMissingInputStopsNoOtherAndAnEmptyRangeIsRefused) {
    const Outcome done = annotate(in("missing.mp4") + " " + in("sample.mp4") + " --to 2s");
    EXPECT_EQ(done.code, 1);
    EXPECT_NE(done.err.find("missing.mp4"), std::string::npos);
    EXPECT_NE(done.out.find("1 captioned"), std::string::npos) << done.out;
    EXPECT_FALSE(cuesOf("sample.srt").empty());
    EXPECT_EQ(annotate(in("sample.mp4") + " --from 5s --to 2s").code, 2);
}

TEST_F(AnnotateCommandTest, ARangeWithoutAPictureIsToldAndNothingIsWritten) {
    const auto files = [this] {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::directory_iterator(folder_.file("out"))) {
            names.push_back(entry.path().filename().string());
        }
        return names;
    };
    for (const char* existing : {"skip", "replace", "keep-edited"}) {
        for (const auto& [range, why] :
             {std::pair{"--from 60s", "it ends at 16.000 s. Choose an earlier time"},
              std::pair{"--from 16s", "it ends at 16.000 s"}, std::pair{"--from 15999ms", "no picture begins there"},
              std::pair{"--from 5001ms --to 5002ms", "no picture begins before 5.002 s"}}) {
            const Outcome refused = annotate(in("sample.mp4") + " --existing " + existing + " " + range);
            EXPECT_EQ(refused.code, 1) << range;
            EXPECT_NE(refused.err.find(why), std::string::npos) << refused.err;
            EXPECT_EQ(files(), std::vector<std::string>{}) << range;
        }
    }
    ASSERT_EQ(annotate(in("sample.mp4")).code, 0);
    edit("Edited by hand");
    const auto before = test::readBytes(out("sample.sightline"));
    EXPECT_EQ(annotate(in("sample.mp4") + " --existing replace --from 60s").code, 1);
    EXPECT_EQ(annotate(in("sample.mp4") + " --existing keep-edited --from 60s").code, 1);
    EXPECT_EQ(test::readBytes(out("sample.sightline")), before) << "what is there stays";
    EXPECT_EQ(annotate(in("sample.mp4") + " --to 0s").code, 2);
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

// Several runs over one folder, as on machines that share storage.
class SharedFolderTest : public AnnotateCommandTest {
protected:
    static constexpr int kFiles = 6;

    void SetUp() override {
        std::filesystem::create_directory(folder_.file("in"));
        for (int i = 0; i < kFiles; ++i) {
            std::filesystem::copy_file(test::sourceFile("resources/sample.mp4"), in(name(i) + ".mp4"));
        }
    }
    static std::string name(int i) { return "clip" + std::to_string(i); }
    std::string all() const { return folder_.file("in").string() + " --to 4s --threads 1"; }
    // How often runs said that they captioned the file.
    static int captioned(const std::vector<Outcome>& runs, int i) {
        int count = 0;
        for (const Outcome& run : runs) {
            const auto line = run.out.find(name(i) + ".mp4: ");
            count += line != std::string::npos && run.out.substr(line, 60).find("kept") == std::string::npos ? 1 : 0;
        }
        return count;
    }
    void expectAllIsThereAndNothingElse() const {
        for (int i = 0; i < kFiles; ++i) {
            EXPECT_FALSE(cuesOf(name(i) + ".srt").empty()) << i;
        }
        for (const auto& entry : std::filesystem::directory_iterator(folder_.file("out"))) {
            const auto extension = entry.path().extension();
            EXPECT_TRUE(extension == ".srt" || extension == ".sightline") << entry.path();
        }
    }
};

TEST_F(SharedFolderTest, EachFileIsInExactlyOneShare) {
    std::vector<Outcome> runs;
    for (int share = 1; share <= 3; ++share) {
        runs.push_back(annotate(all() + " --shard " + std::to_string(share) + "/3"));
        EXPECT_EQ(runs.back().code, 0) << runs.back().err;
        EXPECT_NE(runs.back().out.find("share " + std::to_string(share) + " of 3"), std::string::npos);
    }
    for (int i = 0; i < kFiles; ++i) {
        EXPECT_EQ(captioned(runs, i), 1) << i;
    }
    expectAllIsThereAndNothingElse();
    for (const char* wrong : {"0/3", "4/3", "1", "1/", "a/b", "1/3/5"}) {
        EXPECT_EQ(annotate(all() + " --shard " + wrong).code, 2) << wrong;
    }
}

TEST_F(SharedFolderTest, RunsThatRaceCaptionEachFileOnce) {
    std::vector<Outcome> runs(3);
    {
        std::vector<std::jthread> threads;
        for (Outcome& one : runs) {
            threads.emplace_back([&] { one = annotate(all()); });
        }
    }
    for (const Outcome& one : runs) {
        EXPECT_EQ(one.code, 0) << one.err;
    }
    for (int i = 0; i < kFiles; ++i) {
        EXPECT_EQ(captioned(runs, i), 1) << i;
    }
    expectAllIsThereAndNothingElse();
}

TEST_F(SharedFolderTest, ARunThatIsKilledLosesNothing) {
    std::vector<pid_t> runs;
    const auto start = [this, &runs] {
        runs.push_back(::fork());
        if (runs.back() == 0) {
            const int null = ::open("/dev/null", O_WRONLY);
            ::dup2(null, 1);
            ::dup2(null, 2);
            ::execl(SIGHTLINE_PROGRAM, "sightline", "annotate", folder_.file("in").c_str(), "-o",
                    folder_.file("out").c_str(), "--quality", "fast", "--threads", "1", nullptr);
            ::_exit(127);
        }
    };
    start();
    // Killed while it works on a file, before the others begin.
    int status = 0;
    while (!std::filesystem::exists(out(name(0) + ".sightline-run")) && ::waitpid(runs[0], &status, WNOHANG) == 0) {
        std::this_thread::yield();
    }
    start();
    start();
    ::kill(runs[0], SIGKILL);
    for (std::size_t i = 0; i < runs.size(); ++i) {
        ::waitpid(runs[i], &status, 0);
        EXPECT_TRUE(i == 0 ? WIFSIGNALED(status) : WIFEXITED(status) && WEXITSTATUS(status) == 0) << i;
    }
    expectAllIsThereAndNothingElse();
}

}  // namespace
}  // namespace sightline
