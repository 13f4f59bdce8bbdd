#include "app/model_file.h"

#include "app/resource_files.h"

namespace sightline {

std::filesystem::path modelFile(const Settings& settings) {
    return settings.model.empty() ? resourceFile("models/sightline-base.pt") : std::filesystem::path(settings.model);
}

}  // namespace sightline
