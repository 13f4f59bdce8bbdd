#include "core/captions/cue_edits.h"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>

namespace sightline {
namespace {

using namespace std::chrono_literals;

Cue cue(MediaTime start, MediaTime end, const std::string& text, CueOrigin origin = CueOrigin::Model) {
    return {start, end, text, 0.5, origin};
}

Cue edited(MediaTime start, MediaTime end, const std::string& text) { return cue(start, end, text, CueOrigin::Edited); }

// In other words than the captioner's.
Cue reworded(MediaTime start, MediaTime end, const std::string& text) {
    return {start, end, text, 0.0, CueOrigin::Edited};
}

const Cues kThree{cue(0s, 2s, "one"), cue(2s, 4s, "two"), cue(5s, 7s, "three")};

TEST(CueEdits, SplittingKeepsAWholeDescriptionOnBothSides) {
    EXPECT_EQ(splitCue(kThree, 1, 3s), (Cues{kThree[0], edited(2s, 3s, "two"), edited(3s, 4s, "two"), kThree[2]}));
}

TEST(CueEdits, SplittingDividesLines) {
    const Cues two = splitCue({cue(0s, 4s, "first\nsecond")}, 0, 1s);
    EXPECT_EQ(two, (Cues{reworded(0s, 1s, "first"), reworded(1s, 4s, "second")}));
    const Cues four = splitCue({cue(0s, 4s, "a\nb\nc\nd")}, 0, 1s);
    EXPECT_EQ(four, (Cues{reworded(0s, 1s, "a\nb"), reworded(1s, 4s, "c\nd")}));
}

TEST(CueEdits, SplittingAtAnEdgeOrOutsideChangesNothing) {
    for (const MediaTime at : {MediaTime(0s), MediaTime(2s), MediaTime(4s), MediaTime(9s)}) {
        EXPECT_EQ(splitCue(kThree, 1, at), kThree);
    }
    EXPECT_EQ(splitCue(kThree, 3, 6s), kThree);
}

TEST(CueEdits, MergingUndoesSplitting) {
    for (const char* text : {"one line", "two\nlines"}) {
        const Cues whole{reworded(0s, 4s, text)};
        EXPECT_EQ(mergeCues(splitCue(whole, 0, 1s), 0, 2), whole) << text;
    }
}

TEST(CueEdits, MergingJoinsDifferentTextsAndKeepsTheLowestConfidence) {
    Cues cues = kThree;
    cues[1].confidence = 0.2;
    Cue merged = edited(0s, 7s, "one\ntwo\nthree");
    merged.confidence = 0.2;
    EXPECT_EQ(mergeCues(cues, 0, 3), Cues{merged});
    EXPECT_EQ(mergeCues(kThree, 0, 1), kThree);
    EXPECT_EQ(mergeCues(kThree, 2, 2), kThree);
}

TEST(CueEdits, AnAddedCueEndsWhereTheNextBegins) {
    const auto added = [](MediaTime start, MediaTime end) { return Cue{start, end, "new", 0.0, CueOrigin::Edited}; };
    EXPECT_EQ(addCue(kThree, 4s, 2s, "new")[2], added(4s, 5s));
    EXPECT_EQ(addCue(kThree, 7s, 2s, "new").back(), added(7s, 9s));
    EXPECT_EQ(addCue(kThree, 2s, 2s, "new"), kThree);
    EXPECT_EQ(addCue(kThree, -1s, 2s, "new"), kThree);
}

TEST(CueEdits, AChangedStartKeepsTheOrder) {
    const Cues cues = changeCue(kThree, 0, cue(4s, 5s, "one"));
    EXPECT_EQ(cues, (Cues{kThree[1], edited(4s, 5s, "one"), kThree[2]}));
    EXPECT_EQ(changeCue(kThree, 0, cue(4s, 4s, "one")), kThree);
}

TEST(CueEdits, EdgesStopAtTheNeighboursAndAtTheShortestLength) {
    const auto drag = [](std::size_t row, CueEdge edge, MediaTime to) {
        return dragCue(kThree, row, edge, to, edgeLimits(kThree, row, edge, 500ms));
    };
    EXPECT_EQ(drag(1, CueEdge::End, 9s)[1].end, 5s);
    EXPECT_EQ(drag(1, CueEdge::End, 0s)[1].end, 2500ms);
    EXPECT_EQ(drag(2, CueEdge::Start, 0s)[2].start, 4s);
    EXPECT_EQ(drag(2, CueEdge::Start, 9s)[2].start, 6500ms);
    EXPECT_EQ(drag(0, CueEdge::Start, -1s), kThree);
    EXPECT_EQ(drag(2, CueEdge::End, 1h)[2].end, 1h);
    EXPECT_EQ(drag(1, CueEdge::Both, 9s)[1], edited(3s, 5s, "two"));
    EXPECT_EQ(drag(2, CueEdge::Both, 0s)[2], edited(4s, 6s, "three"));
}

TEST(CueEdits, NeighboursThatOverlapAlreadyDoNotLimit) {
    const Cues cues{cue(0s, 3s, "long"), cue(1s, 4s, "over it"), cue(3s, 6s, "over that")};
    EXPECT_EQ(edgeLimits(cues, 1, CueEdge::Start, 1s), (TimeRange{0s, 3s}));
    EXPECT_EQ(edgeLimits(cues, 1, CueEdge::End, 1s), (TimeRange{2s, MediaTime::max()}));
}

TEST(CueEdits, ShiftingStopsAtZero) {
    const Cues cues = shiftCues({cue(1s, 2s, "a"), cue(3s, 4s, "b")}, 0, 2, -5s);
    EXPECT_EQ(cues, (Cues{edited(0s, 1s, "a"), edited(2s, 3s, "b")}));
    EXPECT_EQ(shiftCues(kThree, 0, 3, -1s), kThree);
}

TEST(CueEdits, ShiftingThisAndFollowingStopsAtTheOneBefore) {
    EXPECT_EQ(shiftFollowing(kThree, 1, 500ms),
              (Cues{kThree[0], edited(2500ms, 4500ms, "two"), edited(5500ms, 7500ms, "three")}));
    EXPECT_EQ(shiftFollowing(kThree, 2, -3s), (Cues{kThree[0], kThree[1], edited(4s, 6s, "three")}));
    EXPECT_EQ(shiftFollowing(kThree, 1, -1s), kThree);
}

TEST(CueEdits, AStartAfterTheEndMovesTheCue) {
    EXPECT_EQ(setStart(kThree, 2, 6s)[2], edited(6s, 7s, "three"));
    EXPECT_EQ(setStart(kThree, 2, 8s)[2], edited(8s, 10s, "three"));
    EXPECT_EQ(setEnd(kThree, 2, 6s)[2], edited(5s, 6s, "three"));
    EXPECT_EQ(setEnd(kThree, 2, 4s).back(), edited(2s, 4s, "three"));
    EXPECT_EQ(setEnd(kThree, 2, 7s), kThree);
}

TEST(CueEdits, PastedCuesKeepTheirDistances) {
    const Cues cues = pasteCues(kThree, {cue(14s, 15s, "y"), cue(10s, 11s, "x")}, 1s);
    ASSERT_EQ(cues.size(), 5U);
    EXPECT_EQ(cues[1], edited(1s, 2s, "x"));
    EXPECT_EQ(cues[4], edited(5s, 6s, "y"));
    EXPECT_EQ(pasteCues(kThree, {}, 1s), kThree);
}

TEST(CueEdits, TheSmallestReplacementMakesTheChange) {
    const Cues after = splitCue(kThree, 1, 3s);
    EXPECT_EQ(replacementBetween(kThree, after), (CueReplacement{1, 1, {after[1], after[2]}}));
    EXPECT_TRUE(replacementBetween(kThree, kThree).empty());
    EXPECT_EQ(replacementBetween({}, kThree), (CueReplacement{0, 0, kThree}));
    EXPECT_EQ(replacementBetween(kThree, {}), (CueReplacement{0, 3, {}}));
}

TEST(CueEdits, EveryEditKeepsOrderTimesAndWhatItsReplacementSays) {
    std::mt19937 random(7);
    const auto below = [&random](int limit) { return std::uniform_int_distribution(0, limit - 1)(random); };
    Cues cues = kThree;
    for (int i = 0; i < 3000; ++i) {
        const Cues before = cues;
        const auto row = static_cast<std::size_t>(below(static_cast<int>(cues.size()) + 1));
        const MediaTime at = below(200) * 100ms - 1s;
        switch (below(10)) {
            case 0: cues = splitCue(cues, row, at); break;
            case 1: cues = mergeCues(cues, row, static_cast<std::size_t>(below(4))); break;
            case 2: cues = addCue(cues, at, 700ms, "added"); break;
            case 3: cues = removeCues(cues, row, 1); break;
            case 4: cues = shiftCues(cues, row, static_cast<std::size_t>(below(5)), at - 9s); break;
            case 5: cues = shiftFollowing(cues, row, at - 9s); break;
            case 6: cues = setStart(cues, row, at); break;
            case 7: cues = setEnd(cues, row, at); break;
            case 8: cues = pasteCues(cues, {cue(1s, 2s, "p"), cue(1500ms, 3s, "q")}, at); break;
            default:
                if (row < cues.size()) {
                    const auto edge = static_cast<CueEdge>(below(3));
                    cues = dragCue(cues, row, edge, at, edgeLimits(cues, row, edge, 200ms));
                }
        }
        ASSERT_TRUE(std::ranges::is_sorted(cues, {}, &Cue::start));
        for (const Cue& each : cues) {
            ASSERT_GE(each.start, 0s);
            ASSERT_LT(each.start, each.end);
        }
        const CueReplacement change = replacementBetween(before, cues);
        Cues replayed = before;
        const auto from = replayed.begin() + static_cast<std::ptrdiff_t>(change.first);
        const auto next = replayed.erase(from, from + static_cast<std::ptrdiff_t>(change.count));
        replayed.insert(next, change.cues.begin(), change.cues.end());
        ASSERT_EQ(replayed, cues);
        if (cues.size() > 60) {
            cues = kThree;
        }
    }
}

}  // namespace
}  // namespace sightline
