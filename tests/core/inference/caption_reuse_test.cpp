#include "core/inference/caption_reuse.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "core/inference/bundle_captioner.h"
#include "core/media/files/still_image.h"
#include "tests/support/fake_captioner.h"
#include "tests/support/fixtures.h"

namespace sightline {
namespace {

// A grey picture; `offset` levels lighter in every `every`-th pixel.
Image picture(int level, int offset = 0, int every = 1) {
    Image image(320, 240);
    std::fill_n(image.data(), image.sizeBytes(), static_cast<std::uint8_t>(level));
    for (int i = 0; i < image.width() * image.height(); i += every) {
        std::fill_n(image.data() + i * Image::kChannels, 3, static_cast<std::uint8_t>(level + offset));
    }
    return image;
}

class CaptionReuse : public testing::Test {
protected:
    GeneratedCaption caption(const Image& image, const SearchOptions& options = {}) {
        auto generated = captioner_->caption(image, options);
        EXPECT_TRUE(generated);
        return generated ? std::move(*generated) : GeneratedCaption{};
    }

    int asked_ = 0;
    bool fails_ = false;
    std::unique_ptr<Captioner> captioner_ =
        reusing(std::make_unique<test::FakeCaptioner>([this](int) -> std::optional<Error> {
                    ++asked_;
                    return fails_ ? std::optional(Error{ErrorCode::Model, "broken", {}}) : std::nullopt;
                }),
                1.0);
};

TEST_F(CaptionReuse, AStillSceneIsCaptionedOnce) {
    const auto first = caption(picture(100));
    EXPECT_FALSE(first.reused);
    for (int i = 0; i < 10; ++i) {
        const auto again = caption(picture(100, i % 2));
        EXPECT_TRUE(again.reused);
        EXPECT_EQ(again.text, first.text);
        EXPECT_EQ(again.times.encode.count() + again.times.generate.count(), 0);
        EXPECT_GT(again.times.preprocess.count(), 0);
    }
    EXPECT_EQ(asked_, 1);
}

TEST_F(CaptionReuse, AChangeIsCaptioned) {
    caption(picture(100));
    EXPECT_FALSE(caption(picture(102)).reused);
    EXPECT_EQ(asked_, 2);
}

TEST_F(CaptionReuse, ASlowDriftAddsUp) {
    for (int level = 100; level < 120; ++level) {
        caption(picture(level));
    }
    EXPECT_EQ(asked_, 10);  // each time it is two levels off
}

TEST_F(CaptionReuse, OtherOptionsAreAnotherCaption) {
    caption(picture(100), {.beams = 1});
    EXPECT_FALSE(caption(picture(100), {.beams = 3}).reused);
    EXPECT_TRUE(caption(picture(100), {.beams = 3}).reused);
}

TEST_F(CaptionReuse, AFailureIsNotKept) {
    fails_ = true;
    EXPECT_FALSE(captioner_->caption(picture(100), {}));
    fails_ = false;
    EXPECT_FALSE(caption(picture(100)).reused);
}

// The real model: what it says of a picture is the same whether or not it goes through this.
TEST(CaptionReuseOfTheModel, ChangesNoCaption) {
    const auto model = test::sourceFile("models/sightline-base.pt");
    auto plain = loadCaptioner(model, 2);
    auto inner = loadCaptioner(model, 2);
    ASSERT_TRUE(plain && inner);
    const auto reused = reusing(std::move(*inner));
    for (const char* name : {"cat.jpg", "coffee.png", "tiny.png"}) {
        const auto image = readStillImage(test::sourceFile(std::string("tests/data/") + name));
        ASSERT_TRUE(image);
        const auto search = (*plain)->defaultSearch();
        const auto expected = (*plain)->caption(*image, search);
        const auto first = reused->caption(*image, search);
        const auto again = reused->caption(*image, search);
        ASSERT_TRUE(expected && first && again);
        EXPECT_EQ(first->search.tokens, expected->search.tokens) << name;
        EXPECT_FALSE(first->reused);
        EXPECT_EQ(again->search.tokens, expected->search.tokens) << name;
        EXPECT_TRUE(again->reused);
    }
}

}  // namespace
}  // namespace sightline
