// The captioner that the window and the commands work with.
#pragma once

#include <filesystem>
#include <memory>

#include "core/inference/captioner.h"
#include "core/inference/thread_budget.h"

namespace sightline {

// Loads a bundle for captions with the threads that `budget` allows and that pay, and that many views of a picture.
// Errors: those of admitModel() and loadCaptioner().
Result<std::unique_ptr<Captioner>> loadObeying(const std::filesystem::path& model,
                                               std::shared_ptr<const ThreadBudget> budget, int views);

}  // namespace sightline
