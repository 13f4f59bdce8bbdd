// Whatever people do to cues: it can be undone, and it outlives a crash.
#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "core/captions/cue_edits.h"
#include "core/captions/project_editor.h"
#include "tests/support/fixtures.h"
#include "tests/support/property.h"

namespace sightline {
namespace {

using namespace std::chrono_literals;
using test::forAll;
using test::Random;
using test::readBytes;
using test::TemporaryFolder;
using test::writeBytes;

// On a grid of a second, so that cues touch, overlap and are equal often enough.
MediaTime moment(Random& random) { return std::chrono::seconds(random.below(20)); }

std::string text(Random& random) {
    return random.of<std::string>({"a dog", "a cat", "two\nlines", "", "é – 犬", "a \"b\" \\ \n\n c"});
}

Cue someCue(Random& random) {
    const MediaTime start = moment(random);
    return {start, start + std::chrono::seconds(1 + random.below(5)), text(random), random.real(),
            random.of({CueOrigin::Model, CueOrigin::Accepted, CueOrigin::Edited})};
}

Cues someCues(Random& random) {
    Cues cues(random.count());
    std::ranges::generate(cues, [&random] { return someCue(random); });
    std::ranges::stable_sort(cues, {}, &Cue::start);
    return cues;
}

// Rows and counts that are not there among them.
Cues edited(const Cues& cues, Random& random) {
    const std::size_t row = random.below(cues.size() + 2);
    const std::size_t count = random.below(5);
    const bool isThere = row < cues.size();
    const auto shift = std::chrono::seconds(random.between(-8, 8));
    const auto edge = random.of({CueEdge::Start, CueEdge::End, CueEdge::Both});
    switch (random.below(12)) {
        case 0: return splitCue(cues, row, moment(random));
        case 1: return mergeCues(cues, row, count);
        case 2: return addCue(cues, moment(random), std::chrono::seconds(1 + random.below(5)), text(random));
        case 3: return removeCues(cues, row, count);
        case 4: return changeCue(cues, row, someCue(random));
        case 5:
            return isThere ? dragCue(cues, row, edge, moment(random), edgeLimits(cues, row, edge, 1s))
                           : dragCue(cues, row, edge, moment(random), {0s, 20s});
        case 6: return shiftCues(cues, row, count, shift);
        case 7: return shiftFollowing(cues, row, shift);
        case 8: return setStart(cues, row, moment(random));
        case 9: return setEnd(cues, row, moment(random));
        case 10: return pasteCues(cues, someCues(random), moment(random));
        default: return cues;
    }
}

Cues replaced(Cues cues, const CueReplacement& replacement) {
    const auto from = cues.begin() + static_cast<std::ptrdiff_t>(replacement.first);
    const auto next = cues.erase(from, from + static_cast<std::ptrdiff_t>(replacement.count));
    cues.insert(next, replacement.cues.begin(), replacement.cues.end());
    return cues;
}

TEST(CueProperties, EveryEditLeavesSoundCuesInOrder) {
    forAll(
        [](Random& random) {
            const Cues before = someCues(random);
            const Cues after = edited(before, random);
            EXPECT_TRUE(std::ranges::is_sorted(after, {}, &Cue::start));
            for (const Cue& cue : after) {
                EXPECT_GE(cue.start, 0s);
                EXPECT_LT(cue.start, cue.end);
                EXPECT_TRUE(cue.origin == CueOrigin::Edited || std::ranges::find(before, cue) != before.end())
                    << "an untouched cue stays as it was";
            }
        },
        3000);
}

TEST(CueProperties, AReplacementMakesTheOneListOfTheOtherAndBack) {
    forAll(
        [](Random& random) {
            const Cues before = someCues(random);
            const Cues after = random.chance(0.2) ? someCues(random) : edited(before, random);
            EXPECT_EQ(replaced(before, replacementBetween(before, after)), after);
            EXPECT_EQ(replaced(after, replacementBetween(after, before)), before);
            EXPECT_EQ(replacementBetween(before, after).empty(), before == after);
        },
        3000);
}

class EditedProject : public ::testing::Test {
protected:
    // A step, and how to take it back.
    struct Step {
        CueReplacement back;
        std::vector<TimeRange> cleared;
    };

    std::unique_ptr<ProjectEditor> create(Random& random) {
        Project project;
        project.track.cues = someCues(random);
        auto editor = ProjectEditor::create(path_, project);
        EXPECT_TRUE(editor) << editor.error().message;
        return std::move(*editor);
    }

    static std::vector<Step> edit(ProjectEditor& editor, Random& random) {
        std::vector<Step> steps;
        for (std::size_t i = random.count(); i > 0; --i) {
            const Cues before = editor.project().track.cues;
            const Cues after = edited(before, random);
            const CueReplacement forth = replacementBetween(before, after);
            steps.push_back({replacementBetween(after, before), editor.project().cleared});
            const auto author = random.chance(0.2) ? Author::Captioner : Author::Person;
            EXPECT_TRUE(editor.replaceCues(forth.first, forth.count, forth.cues, author));
            EXPECT_EQ(editor.project().track.cues, after);
        }
        return steps;
    }

    TemporaryFolder folder_;
    std::filesystem::path path_ = folder_.file("a.sightline");
};

TEST_F(EditedProject, AnyEditsTakenBackLeaveTheProjectAsItWas) {
    forAll(
        [this](Random& random) {
            const auto editor = create(random);
            const Project before = editor->project();
            auto steps = edit(*editor, random);
            for (; !steps.empty(); steps.pop_back()) {
                const Step& step = steps.back();
                EXPECT_TRUE(editor->restoreCues(step.back.first, step.back.count, step.back.cues, step.cleared));
            }
            EXPECT_EQ(editor->project(), before);
            std::filesystem::remove(path_);
        },
        150);
}

TEST_F(EditedProject, ReplayedTheJournalGivesWhatWasInMemory) {
    forAll(
        [this](Random& random) {
            auto editor = create(random);
            const auto steps = edit(*editor, random);
            std::size_t changes = steps.size();
            if (!steps.empty() && random.chance(0.5)) {
                const Step& step = steps.back();
                EXPECT_TRUE(editor->restoreCues(step.back.first, step.back.count, step.back.cues, step.cleared));
                ++changes;
            }
            const Project edited = editor->project();
            const std::string journal = readBytes(path_.string() + ".journal");
            editor.reset();
            writeBytes(path_.string() + ".journal", journal);  // as after a crash
            auto again = ProjectEditor::open(path_);
            ASSERT_TRUE(again);
            EXPECT_EQ((*again)->project(), edited);
            EXPECT_EQ((*again)->recovered(), changes);
            EXPECT_TRUE((*again)->save());
            again->reset();
            const auto saved = ProjectEditor::open(path_);
            ASSERT_TRUE(saved);
            EXPECT_EQ((*saved)->project(), edited) << "saved, it reads back as it was";
            std::filesystem::remove(path_);
        },
        150);
}

}  // namespace
}  // namespace sightline
