// Lines in the log about what computes a model: files that see LibTorch cannot write them, for its fmt is another.
#pragma once

#include <string>

namespace sightline {

void tellThatLibTorchRuns(const std::string& why);

}  // namespace sightline
