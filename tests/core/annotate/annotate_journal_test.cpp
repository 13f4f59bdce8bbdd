#include "core/annotate/annotate_journal.h"

#include <gtest/gtest.h>

#include "tests/support/fixtures.h"

namespace sightline {
namespace {

using namespace std::chrono_literals;

class AnnotateJournalTest : public ::testing::Test {
protected:
    // What a run that is killed leaves: its notes after one caption.
    void runUntilKilled() {
        auto journal = AnnotateJournal::open(path_, "run");
        ASSERT_TRUE(journal);
        auto& notes = journal->notes();
        notes.captions.push_back({1s, "a dog", 0.5});
        notes.boundaries.push_back({2s, 1500ms, 2500ms, Transition::Dissolve});
        notes.certain = 3s;
        ASSERT_TRUE(journal->keep());
    }

    test::TemporaryFolder folder_;
    std::filesystem::path path_ = folder_.file("a.sightline-run");
};

TEST_F(AnnotateJournalTest, ALaterRunGetsTheNotes) {
    runUntilKilled();
    auto again = AnnotateJournal::open(path_, "run");
    ASSERT_TRUE(again);
    const auto& notes = again->notes();
    EXPECT_EQ(notes.captions, (std::vector<SampledCaption>{{1s, "a dog", 0.5}}));
    EXPECT_EQ(notes.boundaries, (std::vector<ShotBoundary>{{2s, 1500ms, 2500ms, Transition::Dissolve}}));
    EXPECT_EQ(notes.certain, 3s);
}

TEST_F(AnnotateJournalTest, ARunWithOtherSettingsBeginsAnew) {
    runUntilKilled();
    auto other = AnnotateJournal::open(path_, "another run");
    ASSERT_TRUE(other);
    EXPECT_TRUE(other->notes().captions.empty());
    EXPECT_EQ(other->notes().certain, 0s);
}

TEST_F(AnnotateJournalTest, CaptionsThatALaterRunMadeAgainAreThereOnce) {
    runUntilKilled();
    {
        auto second = AnnotateJournal::open(path_, "run");
        ASSERT_TRUE(second);
        second->notes().captions = {{1s, "a dog", 0.5}, {4s, "a cat", 0.5}};
        second->notes().certain = 5s;
        ASSERT_TRUE(second->keep());
    }
    {
        auto third = AnnotateJournal::open(path_, "run");
        ASSERT_TRUE(third);
        EXPECT_EQ(third->notes().captions.size(), 2U);
        third->notes().captions = {{1s, "a dog", 0.5}, {3500ms, "a bird", 0.5}};  // the caption at 4 s was dropped
        ASSERT_TRUE(third->keep());
    }
    auto last = AnnotateJournal::open(path_, "run");
    ASSERT_TRUE(last);
    EXPECT_EQ(last->notes().captions.size(), 2U);
}

TEST(AnnotateReplay, ALineOfAnotherHandAddsNothing) {
    AnnotationNotes notes;
    for (const char* line : {"", "{}", "5", R"({"certain_ns": 1, "captions": [], "boundaries": [[1, 1, 1, 7]]})",
                             R"({"certain_ns": 1, "captions": [], "boundaries": [[1, 1, 1, 4294967296]]})",
                             R"({"certain_ns": 1e300, "captions": [], "boundaries": []})"}) {
        EXPECT_FALSE(replay(notes, line)) << line;
        EXPECT_EQ(notes.certain, 0s);
        EXPECT_TRUE(notes.boundaries.empty());
    }
    EXPECT_TRUE(replay(notes, R"({"certain_ns": 9223372036854775807, "captions": [], "boundaries": [[1, 1, 1, 2]]})"));
    EXPECT_EQ(notes.certain, 100'000h);
    EXPECT_EQ(notes.boundaries.front().transition, Transition::Dissolve);
}

}  // namespace
}  // namespace sightline
