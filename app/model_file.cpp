#include "app/model_file.h"

#include <algorithm>

#include "app/resource_files.h"

namespace sightline {

std::filesystem::path modelFile(const std::string& model) {
    const std::string name = model.empty() ? kShippedModels.front() : model;
    if (std::ranges::find(kShippedModels, name) != kShippedModels.end()) {
        return resourceFile("models/sightline-" + name + ".pt");
    }
    return name;
}

}  // namespace sightline
