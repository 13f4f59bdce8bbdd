#include "core/inference/engine_log.h"

#include "core/base/logging.h"

namespace sightline {

void tellThatLibTorchRuns(const std::string& why) { logger("inference")->info("{} It runs in LibTorch.", why); }

}  // namespace sightline
