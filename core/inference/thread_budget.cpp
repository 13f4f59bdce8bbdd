#include "core/inference/thread_budget.h"

#include <ctime>

#include "core/inference/thread_governor.h"

namespace sightline {
namespace {

std::chrono::nanoseconds cpuTimeOfThisThread() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

class BudgetedCaptioner final : public Captioner {
public:
    BudgetedCaptioner(std::shared_ptr<const ThreadBudget> budget, std::unique_ptr<Captioner> captioner)
        : budget_(std::move(budget)), captioner_(std::move(captioner)) {}

    const Manifest& manifest() const override { return captioner_->manifest(); }
    void setThreads(int) override {}  // the budget says
    void setViews(int views) override { captioner_->setViews(views); }

    Result<GeneratedCaption> caption(const Image& image, const SearchOptions& options) override {
        const int most = budget_->threads();
        captioner_->setThreads(governor_.threads(most));
        const auto began = std::chrono::steady_clock::now();
        const auto cpuBefore = cpuTimeOfThisThread();
        auto generated = captioner_->caption(image, options);
        if (generated) {
            const std::chrono::duration<double> cpu = cpuTimeOfThisThread() - cpuBefore;
            const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - began;
            governor_.note(generated->times, cpu / wall);
            generated->times.mostThreads = most;
        }
        return generated;
    }

    // Its two halves hardly wait for each other, so it has all threads whatever runs beside it.
    Result<void> captionAll(const PictureSource& next, const SearchOptions& options,
                            const std::function<void(GeneratedCaption)>& each) override {
        captioner_->setThreads(budget_->threads());
        return captioner_->captionAll(next, options, each);
    }

private:
    const std::shared_ptr<const ThreadBudget> budget_;
    const std::unique_ptr<Captioner> captioner_;
    ThreadGovernor governor_;
};

}  // namespace

std::unique_ptr<Captioner> obeying(std::shared_ptr<const ThreadBudget> budget, std::unique_ptr<Captioner> captioner) {
    return std::make_unique<BudgetedCaptioner>(std::move(budget), std::move(captioner));
}

}  // namespace sightline
