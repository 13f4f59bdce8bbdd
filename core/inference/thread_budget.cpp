#include "core/inference/thread_budget.h"

namespace sightline {
namespace {

class BudgetedCaptioner final : public Captioner {
public:
    BudgetedCaptioner(std::shared_ptr<const ThreadBudget> budget, std::unique_ptr<Captioner> captioner)
        : budget_(std::move(budget)), captioner_(std::move(captioner)) {}

    const Manifest& manifest() const override { return captioner_->manifest(); }
    void setThreads(int) override {}  // the budget says

    Result<GeneratedCaption> caption(const Image& image, const SearchOptions& options) override {
        captioner_->setThreads(budget_->threads());
        return captioner_->caption(image, options);
    }

private:
    const std::shared_ptr<const ThreadBudget> budget_;
    const std::unique_ptr<Captioner> captioner_;
};

}  // namespace

std::unique_ptr<Captioner> obeying(std::shared_ptr<const ThreadBudget> budget, std::unique_ptr<Captioner> captioner) {
    return std::make_unique<BudgetedCaptioner>(std::move(budget), std::move(captioner));
}

}  // namespace sightline
