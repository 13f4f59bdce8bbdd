#include "core/captions/project_editor.h"

#include <csignal>
#include <fstream>
#include <random>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/fixtures.h"
#include "tests/support/probe.h"

namespace sightline {
namespace {

using namespace std::chrono_literals;
using test::FileSizeLimit;
using test::readBytes;
using test::TemporaryFolder;
using test::writeBytes;

Cue cue(MediaTime start, MediaTime end, const std::string& text, CueOrigin origin = CueOrigin::Model) {
    return {start, end, text, 0.5, origin};
}

class ProjectEditorTest : public ::testing::Test {
protected:
    std::unique_ptr<ProjectEditor> create(std::vector<Cue> cues = {}) {
        Project project;
        project.track.cues = std::move(cues);
        auto editor = ProjectEditor::create(path_, project);
        EXPECT_TRUE(editor) << editor.error().message;
        return std::move(*editor);
    }
    // As after a crash: the journal is there, its process is not.
    void crash(std::unique_ptr<ProjectEditor> editor) {
        const std::string journal = readBytes(path_.string() + ".journal");
        editor.reset();
        writeBytes(path_.string() + ".journal", journal);
    }

    TemporaryFolder folder_;
    std::filesystem::path path_ = folder_.file("a.sightline");
};

TEST_F(ProjectEditorTest, EditsSurviveACrash) {
    auto editor = create({cue(0s, 1s, "one"), cue(1s, 2s, "two")});
    ASSERT_TRUE(editor->replaceCues(1, 1, {cue(1s, 2s, "second", CueOrigin::Edited)}));
    ASSERT_TRUE(editor->replaceCues(2, 0, {cue(3s, 4s, "third\nline", CueOrigin::Edited)}));
    const Project edited = editor->project();
    crash(std::move(editor));
    const auto again = ProjectEditor::open(path_);
    ASSERT_TRUE(again);
    EXPECT_EQ((*again)->project(), edited);
    EXPECT_EQ((*again)->recovered(), 2U);
    EXPECT_TRUE((*again)->modified());
}

TEST_F(ProjectEditorTest, ASecondCrashAfterRecoveryLosesNothing) {
    auto editor = create();
    ASSERT_TRUE(editor->replaceCues(0, 0, {cue(0s, 1s, "one")}));
    crash(std::move(editor));
    auto again = std::move(*ProjectEditor::open(path_));
    ASSERT_TRUE(again->replaceCues(1, 0, {cue(1s, 2s, "two")}));
    crash(std::move(again));
    EXPECT_EQ((*ProjectEditor::open(path_))->project().track.cues.size(), 2U);
}

TEST_F(ProjectEditorTest, ALineCutShortEndsTheRecovery) {
    auto editor = create();
    ASSERT_TRUE(editor->replaceCues(0, 0, {cue(0s, 1s, "one")}));
    ASSERT_TRUE(editor->replaceCues(1, 0, {cue(1s, 2s, "two")}));
    std::string journal = readBytes(path_.string() + ".journal");
    editor.reset();
    for (const std::size_t cut : {1U, 2U, 20U}) {
        writeBytes(path_.string() + ".journal", journal.substr(0, journal.size() - cut));
        const auto again = ProjectEditor::open(path_);
        ASSERT_TRUE(again);
        EXPECT_EQ((*again)->recovered(), 1U) << cut;
    }
    journal[journal.size() - 10] ^= 1;
    writeBytes(path_.string() + ".journal", journal);
    EXPECT_EQ((*ProjectEditor::open(path_))->recovered(), 1U);
}

TEST_F(ProjectEditorTest, WhatAFullDiskDidNotTakeIsWrittenOnceThereIsRoom) {
    auto editor = create();
    ASSERT_TRUE(editor->replaceCues(0, 0, {cue(0s, 1s, "one")}));
    {
        const FileSizeLimit full(std::filesystem::file_size(path_.string() + ".journal") + 20);
        const auto failed = editor->replaceCues(1, 0, {cue(1s, 2s, "two")});
        ASSERT_FALSE(failed);
        EXPECT_EQ(failed.error().code, ErrorCode::Io);
        ASSERT_FALSE(editor->replaceCues(2, 0, {cue(2s, 3s, "three")}));
    }
    ASSERT_TRUE(editor->replaceCues(0, 1, {}));
    const Project edited = editor->project();
    crash(std::move(editor));
    const auto again = ProjectEditor::open(path_);
    ASSERT_TRUE(again);
    EXPECT_EQ((*again)->project(), edited);
    EXPECT_EQ((*again)->recovered(), 4U);
}

TEST_F(ProjectEditorTest, AJournalOfAnotherStateIsIgnored) {
    auto editor = create();
    ASSERT_TRUE(editor->replaceCues(0, 0, {cue(0s, 1s, "one")}));
    const std::string journal = readBytes(path_.string() + ".journal");
    ASSERT_TRUE(editor->save());
    editor.reset();
    writeBytes(path_.string() + ".journal", journal);
    const auto again = ProjectEditor::open(path_);
    ASSERT_TRUE(again);
    EXPECT_EQ((*again)->recovered(), 0U);
    EXPECT_EQ((*again)->project().track.cues.size(), 1U);
}

TEST_F(ProjectEditorTest, ClosedWithoutChangesItLeavesTheProjectAlone) {
    create({cue(0s, 1s, "one")}).reset();
    EXPECT_FALSE(std::filesystem::exists(path_.string() + ".journal"));
    EXPECT_EQ((*ProjectEditor::open(path_))->project().track.cues.size(), 1U);
}

TEST_F(ProjectEditorTest, AProjectOpenElsewhereIsRefused) {
    const auto editor = create();
    const auto second = ProjectEditor::open(path_);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::Device);
    EXPECT_NE(second.error().message.find("another window"), std::string::npos);
}

TEST_F(ProjectEditorTest, SavedUnderAnotherNameTheOldFileStaysAsItWas) {
    auto editor = create();
    const std::string before = readBytes(path_);
    ASSERT_TRUE(editor->replaceCues(0, 0, {cue(0s, 1s, "one")}));
    ASSERT_TRUE(editor->saveAs(folder_.file("b.sightline")));
    EXPECT_EQ(readBytes(path_), before);
    EXPECT_EQ(editor->path(), folder_.file("b.sightline"));
    EXPECT_FALSE(editor->modified());
    editor.reset();
    EXPECT_EQ((*ProjectEditor::open(folder_.file("b.sightline")))->project().track.cues.size(), 1U);
    EXPECT_EQ((*ProjectEditor::open(path_))->recovered(), 0U);
}

TEST_F(ProjectEditorTest, AFailedSaveKeepsTheEdits) {
    auto editor = create();
    ASSERT_TRUE(editor->replaceCues(0, 0, {cue(0s, 1s, "one")}));
    EXPECT_EQ(editor->saveAs(folder_.file("no/b.sightline")).error().code, ErrorCode::NotFound);
    std::filesystem::create_directory(folder_.file("b.sightline"));
    const auto refused = editor->saveAs(folder_.file("b.sightline"));
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("b.sightline: "), std::string::npos) << refused.error().message;
    EXPECT_FALSE(std::filesystem::exists(folder_.file("b.sightline.journal")));
    EXPECT_TRUE(editor->modified());
    EXPECT_EQ(editor->path(), path_);
    const Project edited = editor->project();
    crash(std::move(editor));
    EXPECT_EQ((*ProjectEditor::open(path_))->project(), edited);
}

TEST_F(ProjectEditorTest, RevertGoesBackToWhatWasSaved) {
    auto editor = create({cue(0s, 1s, "one")});
    ASSERT_TRUE(editor->replaceCues(0, 1, {}));
    ASSERT_TRUE(editor->revert());
    EXPECT_EQ(editor->project().track.cues.size(), 1U);
    crash(std::move(editor));
    EXPECT_EQ((*ProjectEditor::open(path_))->recovered(), 0U);
}

TEST_F(ProjectEditorTest, ANewRunKeepsWhatPeopleEditedAndDeleted) {
    auto editor = create({cue(0s, 2s, "old"), cue(2s, 4s, "wrong"), cue(6s, 8s, "unwanted")});
    ASSERT_TRUE(editor->replaceCues(1, 1, {cue(2s, 4s, "right", CueOrigin::Edited)}));
    ASSERT_TRUE(editor->replaceCues(2, 1, {}));
    ASSERT_TRUE(editor->takeAnnotation({}, {5s}, {cue(0s, 3s, "new"), cue(3s, 9s, "newer")}));
    EXPECT_EQ(editor->project().track.cues,
              (std::vector<Cue>{cue(0s, 2s, "new"), cue(2s, 4s, "right", CueOrigin::Edited), cue(4s, 6s, "newer"),
                                cue(8s, 9s, "newer")}));
    EXPECT_FALSE(editor->modified());
}

TEST_F(ProjectEditorTest, AnUndoneDeletionIsNoLongerKeptEmpty) {
    auto editor = create({cue(0s, 2s, "one")});
    ASSERT_TRUE(editor->replaceCues(0, 1, {}));
    EXPECT_EQ(editor->project().cleared, (std::vector<TimeRange>{{0s, 2s}}));
    ASSERT_TRUE(editor->replaceCues(0, 0, {cue(0s, 2s, "one")}));
    EXPECT_TRUE(editor->project().cleared.empty());
}

TEST(KeepingEdits, PiecesTooShortToReadGo) {
    const auto kept = keepingEdits({cue(1s, 2s, "edited", CueOrigin::Edited)}, {}, {cue(700ms, 4s, "fresh")});
    EXPECT_EQ(kept, (std::vector<Cue>{cue(1s, 2s, "edited", CueOrigin::Edited), cue(2s, 4s, "fresh")}));
}

// Edits one cue after the other and reports each on a pipe once it is made, until it is killed.
[[noreturn]] void editForEver(const std::filesystem::path& path, int report) {
    auto editor = ProjectEditor::open(path);
    for (std::uint32_t number = 0; editor; ++number) {
        auto& open = **editor;
        const auto count = open.project().track.cues.size();
        const MediaTime start = std::chrono::seconds(count);
        if (!open.replaceCues(count, 0, {cue(start, start + 1s, "edit " + std::to_string(count))}) ||
            (number % 7 == 6 && !open.save()) || ::write(report, &number, sizeof number) != sizeof number) {
            break;
        }
    }
    _exit(1);
}

TEST_F(ProjectEditorTest, KilledAtAnyMomentItLosesNoEdit) {
    create().reset();
    std::mt19937 random(20261124);
    std::size_t made = 0;
    for (int round = 0; round < 50; ++round) {
        int ends[2];
        ASSERT_EQ(::pipe(ends), 0);
        const pid_t child = ::fork();
        if (child == 0) {
            ::close(ends[0]);
            editForEver(path_, ends[1]);
        }
        ::close(ends[1]);
        // Killed after so many edits, at a random moment of the next one.
        const auto wanted = std::uniform_int_distribution(1, 30)(random);
        std::uint32_t number = 0;
        for (int i = 0; i < wanted; ++i) {
            ASSERT_EQ(::read(ends[0], &number, sizeof number), static_cast<ssize_t>(sizeof number));
            ++made;
        }
        const auto moment =
            std::chrono::steady_clock::now() + std::chrono::microseconds(std::uniform_int_distribution(0, 300)(random));
        while (std::chrono::steady_clock::now() < moment) {
        }
        ::kill(child, SIGKILL);
        while (::read(ends[0], &number, sizeof number) > 0) {
            ++made;
        }
        ::close(ends[0]);
        int status = 0;
        ::waitpid(child, &status, 0);
        ASSERT_TRUE(WIFSIGNALED(status)) << "the editing process ended by itself";

        auto editor = ProjectEditor::open(path_);
        ASSERT_TRUE(editor) << editor.error().message;
        const auto& cues = (*editor)->project().track.cues;
        // The edit that was being made may be there or not.
        ASSERT_GE(cues.size(), made);
        ASSERT_LE(cues.size(), made + 1);
        for (std::size_t i = 0; i < cues.size(); ++i) {
            ASSERT_EQ(cues[i].text, "edit " + std::to_string(i));
        }
        made = cues.size();
        editor->reset();  // leaves what was not saved in the journal
    }
    EXPECT_GT(made, 300U);
}

TEST_F(ProjectEditorTest, WhatTheCaptionerReplacesIsNotCleared) {
    auto editor = create({cue(0s, 4s, "one"), cue(4s, 6s, "two")});
    ASSERT_TRUE(editor->replaceCues(0, 1, {cue(0s, 1s, "fresh")}, Author::Captioner));
    EXPECT_TRUE(editor->project().cleared.empty());
    ASSERT_TRUE(editor->replaceCues(1, 1, {}));
    EXPECT_EQ(editor->project().cleared, (std::vector<TimeRange>{{4s, 6s}}));
    const Project changed = editor->project();
    crash(std::move(editor));
    EXPECT_EQ((*ProjectEditor::open(path_))->project(), changed);
}

TEST(Recaptioned, ReplacesWhatNobodyTouchedInTheRange) {
    const std::vector<Cue> existing{cue(0s, 2s, "before"), cue(2s, 4s, "old"), cue(4s, 6s, "mine", CueOrigin::Edited),
                                    cue(6s, 10s, "reaches out")};
    const std::vector<Cue> fresh{cue(2s, 5s, "new"), cue(5s, 8s, "newer")};
    EXPECT_EQ(recaptioned(existing, {2s, 8s}, fresh),
              (std::vector<Cue>{existing[0], cue(2s, 4s, "new"), existing[2], existing[3]}));
    EXPECT_EQ(recaptioned({}, {2s, 8s}, fresh), fresh);
}

TEST(Replay, ALineThatDoesNotFitChangesNothing) {
    Project project;
    project.track.cues = {cue(0s, 1s, "a"), cue(1s, 2s, "b"), cue(5s, 6s, "c")};
    const Project before = project;
    const std::string later =
        R"({"start_ns": 7000000000, "end_ns": 8000000000, "text": "", "confidence": 0, "origin": "model"})";
    const std::string first = R"({"start_ns": 0, "end_ns": 1, "text": "", "confidence": 0, "origin": "model"})";
    for (const std::string& line : {std::string("{}"), R"({"first": 1, "count": 1, "cues": [)" + later + "]}",
                                    R"({"first": 3, "count": 0, "cues": [)" + first + "]}",
                                    R"({"first": 3, "count": 0, "cues": [)" + later + "," + first + "]}",
                                    std::string(R"({"first": 1, "count": 3, "cues": []})"),
                                    std::string(R"({"first": -1, "count": 0, "cues": []})"),
                                    std::string(R"({"first": 1e300, "count": 0, "cues": []})")}) {
        const auto replayed = replay(project, line);
        ASSERT_FALSE(replayed) << line;
        EXPECT_EQ(replayed.error().code, ErrorCode::Corrupt);
        EXPECT_EQ(project, before) << "out of order it could not be opened any more";
    }
    EXPECT_TRUE(replay(project, R"({"first": 3, "count": 0, "cues": [)" + later + "]}"));
    EXPECT_EQ(project.track.cues.size(), 4U);
}

}  // namespace
}  // namespace sightline
