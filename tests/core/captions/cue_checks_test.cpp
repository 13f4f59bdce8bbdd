#include "core/captions/cue_checks.h"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>

namespace sightline {
namespace {

using namespace std::chrono_literals;

const CheckLimits kSubtitles = CheckLimits::subtitles();
const CheckLimits kDescriptions = CheckLimits::descriptions();

Cue cue(MediaTime start, MediaTime end, const std::string& text = "a dog runs") {
    return {start, end, text, 0.5, CueOrigin::Model};
}

std::vector<CueProblem> problems(const Cues& cues, std::size_t row, const std::vector<MediaTime>& shots,
                                 const CheckLimits& limits) {
    std::vector<CueProblem> found;
    for (const CueFinding& finding : checkCue(cues, row, shots, limits)) {
        found.push_back(finding.problem);
    }
    return found;
}

using Problems = std::vector<CueProblem>;

TEST(CueChecks, AGoodCueHasNoFindings) {
    EXPECT_TRUE(checkCue({cue(0s, 2s), cue(2100ms, 4s)}, 0, {0s, 5s}, kSubtitles).empty());
}

TEST(CueChecks, TellsByHowMuch) {
    const auto overlap = checkCue({cue(0s, 2s), cue(1500ms, 4s)}, 0, {}, kSubtitles);
    ASSERT_EQ(overlap.size(), 1U);
    EXPECT_EQ(overlap[0], (CueFinding{CueProblem::Overlap, 0.5, 0.0}));
    const auto fast = checkCue({cue(0s, 1s, "twenty characters ok")}, 0, {}, kSubtitles);
    ASSERT_EQ(fast.size(), 1U);
    EXPECT_EQ(fast[0], (CueFinding{CueProblem::ReadingSpeed, 20.0, 17.0}));
}

TEST(CueChecks, GapsOfLessThanTwoFramesFlicker) {
    const Cues near{cue(0s, 2s), cue(2040ms, 4s)};
    EXPECT_EQ(problems(near, 0, {}, kSubtitles), Problems{CueProblem::SmallGap});
    EXPECT_EQ(problems(near, 0, {}, kDescriptions), Problems{CueProblem::SmallGap});
    const Cues touching{cue(0s, 2s), cue(2s, 4s)};
    EXPECT_EQ(problems(touching, 0, {}, kSubtitles), Problems{CueProblem::SmallGap});
    EXPECT_TRUE(problems(touching, 0, {}, kDescriptions).empty());
}

TEST(CueChecks, DescriptionsMayStandAsLongAsTheirPicture) {
    EXPECT_EQ(problems({cue(0s, 8s)}, 0, {}, kSubtitles), Problems{CueProblem::TooLong});
    EXPECT_TRUE(problems({cue(0s, 8s)}, 0, {}, kDescriptions).empty());
    EXPECT_EQ(problems({cue(0s, 500ms, "hi")}, 0, {}, kDescriptions), Problems{CueProblem::TooShort});
}

TEST(CueChecks, ShotChangesAtTheEdgesAreRight) {
    EXPECT_TRUE(problems({cue(2s, 4s)}, 0, {2s, 4s}, kDescriptions).empty());
    EXPECT_EQ(problems({cue(2s, 4s)}, 0, {3s}, kDescriptions), Problems{CueProblem::AcrossShot});
}

TEST(CueChecks, LinesAreCountedAsTheyAreShown) {
    const std::string fifty(50, 'x');
    const std::string words = "a man in a red coat walks a small dog along a quiet street";  // 58
    EXPECT_EQ(problems({cue(0s, 6s, words)}, 0, {}, kSubtitles), Problems{CueProblem::LineLength});
    EXPECT_TRUE(problems({cue(0s, 6s, words)}, 0, {}, kDescriptions).empty());
    EXPECT_EQ(problems({cue(0s, 20s, words + " " + words)}, 0, {}, kDescriptions), Problems{CueProblem::TooManyLines});
    EXPECT_EQ(problems({cue(0s, 6s, "a\nb\nc")}, 0, {}, kSubtitles), Problems{CueProblem::TooManyLines});
}

TEST(CueChecks, CharactersAreCodePoints) {
    EXPECT_EQ(readCharacters("Straße\n狗"), 7);
    EXPECT_EQ(problems({cue(0s, 2s, " \n ")}, 0, {}, kDescriptions), Problems{CueProblem::Empty});
}

TEST(CueChecks, RewrappedLinesAreEven) {
    EXPECT_EQ(rewrapped("a man in a red coat walks a small dog along a quiet street", 42),
              "a man in a red coat walks a\nsmall dog along a quiet street");
    EXPECT_EQ(rewrapped("short\nlines", 42), "short lines");
    EXPECT_EQ(rewrapped(std::string(50, 'x'), 42), std::string(50, 'x'));
}

TEST(CueChecks, FixesWhatIsSafe) {
    const Cues cues{
        cue(0s, 2100ms),      // over a shot change at 2 s by little
        cue(2s, 4s),          // meets the next nearly
        cue(4040ms, 4200ms),  // too short, with room after it
        cue(9s, 20s, "a man in a red coat walks a small dog along a quiet street"),
    };
    const Cues fixed = fixCues(cues, {2s}, kDescriptions);
    EXPECT_EQ(fixed[0].end, 2s);
    EXPECT_EQ(fixed[1].end, 4040ms);
    EXPECT_EQ(fixed[2].end, 4040ms + 833ms);
    EXPECT_EQ(fixed[2].origin, CueOrigin::Edited);
    EXPECT_EQ(fixed[3], cues[3]);
    EXPECT_EQ(fixCues(cues, {2s}, kSubtitles)[3].text, "a man in a red coat walks a\nsmall dog along a quiet street");
}

TEST(CueChecks, DoesNotCutACueOverAWholeShot) {
    const Cues cues{cue(0s, 10s)};
    EXPECT_EQ(fixCues(cues, {5s}, kDescriptions), cues);
}

TEST(CueChecks, FixingNeverMakesItWorseAndKeepsEveryWord) {
    std::mt19937 random(3);
    const auto below = [&random](int limit) { return std::uniform_int_distribution(0, limit - 1)(random); };
    for (int round = 0; round < 200; ++round) {
        Cues cues;
        MediaTime at{};
        for (int i = 0; i < 20; ++i) {
            at += below(3000) * 1ms;
            std::string text;
            for (int word = below(25); word > 0; --word) {
                text += std::string(static_cast<std::size_t>(1 + below(9)), 'x') + (below(6) == 0 ? "\n" : " ");
            }
            cues.push_back(cue(at, at + 1ms + below(4000) * 1ms, text));
        }
        std::vector<MediaTime> shots;
        for (MediaTime shot = 1s; shot < at; shot += 1ms + below(9000) * 1ms) {
            shots.push_back(shot);
        }
        const CheckLimits limits = round % 2 == 0 ? kSubtitles : kDescriptions;
        const auto findings = [&](const Cues& of) {
            std::size_t count = 0;
            for (std::size_t row = 0; row < of.size(); ++row) {
                count += checkCue(of, row, shots, limits).size();
            }
            return count;
        };
        const Cues fixed = fixCues(cues, shots, limits);
        ASSERT_EQ(fixed.size(), cues.size());
        ASSERT_LE(findings(fixed), findings(cues));
        ASSERT_TRUE(std::ranges::is_sorted(fixed, {}, &Cue::start));
        for (std::size_t row = 0; row < cues.size(); ++row) {
            const auto letters = [](std::string text) {
                std::erase_if(text, [](char c) { return c == ' ' || c == '\n'; });
                return text;
            };
            ASSERT_EQ(letters(fixed[row].text), letters(cues[row].text));
            ASSERT_LT(fixed[row].start, fixed[row].end);
        }
    }
}

}  // namespace
}  // namespace sightline
