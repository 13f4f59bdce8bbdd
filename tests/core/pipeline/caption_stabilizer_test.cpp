#include "core/pipeline/caption_stabilizer.h"

#include <random>

#include <gtest/gtest.h>

namespace sightline {
namespace {

using namespace std::chrono_literals;

constexpr const char* kDog = "A dog runs through the grass";
constexpr const char* kHound = "A brown dog is running in a field of grass";
constexpr const char* kMan = "A man sits at a table";
constexpr const char* kHat = "A person wearing a hat";

// A picture of stripes: other `pattern`s are other pictures; `noise` is that of a sensor, after averaging.
FrameSignature picture(int pattern, double noise = 0.0, unsigned seed = 0) {
    std::mt19937 random(seed);
    std::normal_distribution<float> grain(0.0F, static_cast<float>(noise));
    FrameSignature signature;
    for (std::size_t i = 0; i < FrameSignature::kCells; ++i) {
        const int column = static_cast<int>(i) % FrameSignature::kColumns;
        signature.values[i] = ((column / (pattern + 1)) % 2 == 0 ? 40.0F : 200.0F) + (noise > 0 ? grain(random) : 0.0F);
    }
    return signature;
}

// Frames come every 50 ms.
class CaptionStabilizerTest : public testing::Test {
protected:
    bool push(const char* text, const FrameSignature& signature, double confidence = 0.5) {
        const bool changed = stabilizer_.push(text, confidence, signature, time_);
        time_ += 50ms;
        shown_ = changed ? text : shown_;
        return changed;
    }

    CaptionStabilizer stabilizer_;
    std::chrono::nanoseconds time_{};
    std::string shown_;
};

TEST_F(CaptionStabilizerTest, TheFirstCaptionShows) { EXPECT_TRUE(push(kDog, picture(1))); }

TEST_F(CaptionStabilizerTest, ADoubtfulCaptionerDoesNotFlickerOnAStillPicture) {
    int changes = 0;
    for (int i = 0; i < 400; ++i) {
        changes += push(i % 3 == 2 ? kMan : kDog, picture(1)) ? 1 : 0;
    }
    EXPECT_EQ(changes, 1);
    EXPECT_EQ(shown_, kDog);
}

TEST_F(CaptionStabilizerTest, NoiseAloneDoesNotCountAsAnotherPicture) {
    int changes = 0;
    for (unsigned i = 0; i < 400; ++i) {
        changes += push(i % 4 == 3 ? kMan : kDog, picture(1, 12.0, i)) ? 1 : 0;
    }
    EXPECT_EQ(changes, 1);
}

TEST_F(CaptionStabilizerTest, WithoutSteadinessEveryOtherTextShows) {
    stabilizer_.setSteadiness(0.0);
    int changes = 0;
    for (int i = 0; i < 10; ++i) {
        changes += push(i % 2 == 0 ? kDog : kHound, picture(1)) ? 1 : 0;
    }
    EXPECT_EQ(changes, 10);
}

TEST_F(CaptionStabilizerTest, ACutShowsTheNextCaptionHoweverSteady) {
    stabilizer_.setSteadiness(1.0);
    for (int i = 0; i < 200; ++i) {
        push(kDog, picture(1));
    }
    EXPECT_TRUE(push(kMan, picture(4)));
}

TEST_F(CaptionStabilizerTest, ACutIsSeenThroughNoise) {
    stabilizer_.setSteadiness(1.0);
    for (unsigned i = 0; i < 200; ++i) {
        push(kDog, picture(1, 8.0, i));
    }
    EXPECT_TRUE(push(kMan, picture(4, 8.0, 1000)));
}

TEST_F(CaptionStabilizerTest, ACutBetweenPicturesOfTheSameThingKeepsTheCaption) {
    push(kDog, picture(1));
    EXPECT_FALSE(push("The dogs are running through grass", picture(4)));
    EXPECT_TRUE(push("A dog sleeps on a sofa", picture(8)));
}

TEST_F(CaptionStabilizerTest, APictureThatBecomesAnotherOneBySmallStepsGetsItsCaption) {
    stabilizer_.setSteadiness(1.0);
    for (int i = 0; i < 100; ++i) {
        push(kDog, picture(1));
    }
    const FrameSignature from = picture(1);
    const FrameSignature to = picture(4);
    for (int step = 1; step <= 50; ++step) {  // 2.5 s
        FrameSignature mixed = from;
        for (std::size_t i = 0; i < mixed.values.size(); ++i) {
            mixed.values[i] += (to.values[i] - from.values[i]) * static_cast<float>(step) / 50.0F;
        }
        push(step < 20 ? kDog : kMan, mixed);
    }
    EXPECT_EQ(shown_, kMan);
}

TEST_F(CaptionStabilizerTest, OneStrayCaptionChangesNothingOneThatStaysDoes) {
    for (int i = 0; i < 100; ++i) {
        push(kDog, picture(1));
    }
    EXPECT_FALSE(push(kMan, picture(1)));
    push(kDog, picture(1));
    int needed = 0;
    while (!push(kMan, picture(1)) && needed < 1000) {
        ++needed;
    }
    EXPECT_GT(needed * 50ms, 500ms);
    EXPECT_LT(needed * 50ms, 3s);
}

TEST_F(CaptionStabilizerTest, TheSteadierTheLongerAnotherCaptionMustStay) {
    std::chrono::nanoseconds before{};
    for (const double steadiness : {0.1, 0.4, 0.7, 1.0}) {
        stabilizer_.restart();
        stabilizer_.setSteadiness(steadiness);
        for (int i = 0; i < 200; ++i) {
            push(kDog, picture(1));
        }
        const auto begin = time_;
        while (!push(kMan, picture(1)) && time_ - begin < 30s) {
        }
        EXPECT_GT(time_ - begin, before) << steadiness;
        before = time_ - begin;
    }
    EXPECT_LT(before, 5s);
}

TEST_F(CaptionStabilizerTest, ConfidentCaptionsWeighMore) {
    int needed[2] = {};
    for (const int sure : {0, 1}) {
        stabilizer_.restart();
        for (int i = 0; i < 100; ++i) {
            push(kDog, picture(1));
        }
        while (!push(kMan, picture(1), sure == 1 ? 0.9 : 0.2) && needed[sure] < 1000) {
            ++needed[sure];
        }
    }
    EXPECT_LT(needed[1], needed[0]);
}

TEST_F(CaptionStabilizerTest, AfterACutTheFirstImpressionIsSoonCorrected) {
    stabilizer_.setSteadiness(1.0);
    for (int i = 0; i < 200; ++i) {
        push(kDog, picture(1));
    }
    push(kHat, picture(4));  // of the first frame after the cut
    ASSERT_EQ(shown_, kHat);
    int needed = 1;
    while (!push(kMan, picture(4)) && needed < 100) {
        ++needed;
    }
    EXPECT_LE(needed * 50ms, 300ms);
}

TEST_F(CaptionStabilizerTest, AnotherSourceStartsAfresh) {
    push(kDog, picture(1));
    stabilizer_.restart();
    EXPECT_TRUE(push(kDog, picture(1)));
}

}  // namespace
}  // namespace sightline
