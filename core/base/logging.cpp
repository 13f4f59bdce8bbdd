#include "core/base/logging.h"

#include <mutex>

#include <spdlog/sinks/stdout_color_sinks.h>

namespace sightline {

std::shared_ptr<spdlog::logger> logger(const std::string& name) {
    static std::mutex mutex;
    const std::lock_guard lock(mutex);
    auto found = spdlog::get(name);
    if (!found) {
        found = spdlog::stderr_color_mt(name);
        found->set_pattern("%H:%M:%S.%e %^%l%$ %n: %v");
    }
    return found;
}

void setLogLevel(const std::string& level) { spdlog::set_level(spdlog::level::from_str(level)); }

}  // namespace sightline
