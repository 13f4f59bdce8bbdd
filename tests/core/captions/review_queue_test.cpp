#include "core/captions/review_queue.h"

#include <gtest/gtest.h>

namespace sightline {
namespace {

using namespace std::chrono_literals;

Cue cue(int second, double confidence, CueOrigin origin = CueOrigin::Model) {
    return {second * 1s, second * 1s + 1s, "x", confidence, origin};
}

TEST(ReviewQueue, GoesFromTheLeastSureToTheSurestAndRound) {
    const Cues cues{cue(0, 0.5), cue(1, 0.2), cue(2, 0.9), cue(3, 0.2), cue(4, 0.1, CueOrigin::Edited)};
    std::vector<int> order;
    int row = -1;
    for (int i = 0; i < 5; ++i) {
        row = nextToReview(cues, row);
        order.push_back(row);
    }
    EXPECT_EQ(order, (std::vector{1, 3, 0, 2, 1}));
    EXPECT_EQ(leftToReview(cues), 4U);
}

TEST(ReviewQueue, AnAcceptedCueLeavesTheQueueAndTheNextFollowsIt) {
    Cues cues{cue(0, 0.5), cue(1, 0.2), cue(2, 0.9)};
    cues[1].origin = CueOrigin::Edited;
    EXPECT_EQ(nextToReview(cues, 1), 0);
}

TEST(ReviewQueue, EndsWhenEverythingIsReviewed) {
    EXPECT_EQ(nextToReview({}, -1), -1);
    EXPECT_EQ(nextToReview({cue(0, 0.5, CueOrigin::Edited)}, 0), -1);
}

}  // namespace
}  // namespace sightline
