#include "app/load_captioner.h"

#include <utility>

#include "app/model_trust.h"
#include "core/inference/bundle_captioner.h"

namespace sightline {

Result<std::unique_ptr<Captioner>> loadObeying(const std::filesystem::path& model,
                                               std::shared_ptr<const ThreadBudget> budget, int views) {
    if (auto admitted = admitModel(model); !admitted) {
        return tl::unexpected(admitted.error());
    }
    auto captioner = loadCaptioner(model, budget->threads());
    if (!captioner) {
        return captioner;
    }
    (*captioner)->setViews(views);
    return obeying(std::move(budget), std::move(*captioner));
}

}  // namespace sightline
