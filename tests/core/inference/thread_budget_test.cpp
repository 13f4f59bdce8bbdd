#include "core/inference/thread_budget.h"

#include <vector>

#include <gtest/gtest.h>

namespace sightline {
namespace {

// Notes how many threads it had at each caption.
class NotingCaptioner final : public Captioner {
public:
    explicit NotingCaptioner(std::vector<int>& notes) : notes_(notes) {}
    const Manifest& manifest() const override { return manifest_; }
    void setThreads(int threads) override { threads_ = threads; }
    Result<GeneratedCaption> caption(const Image&, const SearchOptions&) override {
        notes_.push_back(threads_);
        return GeneratedCaption{};
    }

private:
    std::vector<int>& notes_;
    Manifest manifest_;
    int threads_ = -1;
};

TEST(ThreadBudget, EveryCaptionerObeysItFromTheNextCaptionOn) {
    const auto budget = std::make_shared<ThreadBudget>(2);
    std::vector<int> first;
    std::vector<int> second;
    const auto a = obeying(budget, std::make_unique<NotingCaptioner>(first));
    const auto b = obeying(budget, std::make_unique<NotingCaptioner>(second));
    ASSERT_TRUE(a->caption({}, {}));
    budget->set(4);
    a->setThreads(7);  // the budget says
    ASSERT_TRUE(a->caption({}, {}));
    ASSERT_TRUE(b->caption({}, {}));
    EXPECT_EQ(first, (std::vector{2, 4}));
    EXPECT_EQ(second, (std::vector{4}));
}

TEST(ThreadBudget, IsAtLeastOne) { EXPECT_EQ(ThreadBudget(0).threads(), 1); }

}  // namespace
}  // namespace sightline
