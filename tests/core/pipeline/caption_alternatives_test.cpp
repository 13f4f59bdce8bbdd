#include "core/pipeline/caption_alternatives.h"

#include <algorithm>
#include <functional>

#include <gtest/gtest.h>

#include "tests/support/fake_captioner.h"

namespace sightline {
namespace {

using namespace std::chrono_literals;

std::vector<std::string> texts(const std::vector<CaptionCandidate>& candidates) {
    std::vector<std::string> all;
    for (const CaptionCandidate& candidate : candidates) {
        all.push_back(candidate.text);
    }
    return all;
}

TEST(CaptionAlternatives, ComeFromThreePartsOfTheRangeMostConfidentFirst) {
    test::NumberedSource source({.frames = 1000});
    test::FakeCaptioner captioner;
    const auto found = captionAlternatives(source, captioner, {12s, 18s}, 5);
    ASSERT_TRUE(found);
    EXPECT_EQ(texts(*found),
              (std::vector<std::string>{"Number 325", "Number 375", "Number 425", "Perhaps 325", "Perhaps 375"}));
    EXPECT_TRUE(std::ranges::is_sorted(*found, std::greater(), &CaptionCandidate::confidence));
}

TEST(CaptionAlternatives, ARangeOfOneFrameIsCaptionedOnce) {
    test::NumberedSource source({.frames = 1000});
    int calls = 0;
    test::FakeCaptioner captioner([&calls](int) {
        ++calls;
        return std::optional<Error>();
    });
    const auto found = captionAlternatives(source, captioner, {4s, 4040ms}, 5);
    ASSERT_TRUE(found);
    EXPECT_EQ(texts(*found), (std::vector<std::string>{"Number 100", "Perhaps 100"}));
    EXPECT_EQ(calls, 1);
}

TEST(CaptionAlternatives, ErrorsAndCancellingEndTheSearch) {
    test::NumberedSource source({.frames = 1000});
    test::FakeCaptioner broken([](int) { return std::optional<Error>({ErrorCode::Model, "broken", {}}); });
    const auto failed = captionAlternatives(source, broken, {0s, 2s}, 5);
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().message, "broken");
    std::stop_source stop;
    stop.request_stop();
    test::FakeCaptioner captioner;
    const auto cancelled = captionAlternatives(source, captioner, {0s, 2s}, 5, stop.get_token());
    ASSERT_FALSE(cancelled);
    EXPECT_EQ(cancelled.error().code, ErrorCode::Cancelled);
}

}  // namespace
}  // namespace sightline
