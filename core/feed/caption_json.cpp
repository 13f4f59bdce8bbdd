#include "core/feed/caption_json.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace sightline {

using std::chrono::system_clock;

std::string isoTime(SteadyTime time) {
    const auto wall = system_clock::now() +
                      std::chrono::duration_cast<system_clock::duration>(time - std::chrono::steady_clock::now());
    const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(wall.time_since_epoch()).count();
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(system_clock::to_time_t(wall)), milliseconds % 1000);
}

std::string captionJson(const Caption& caption, const std::string& source) {
    nlohmann::ordered_json line;
    line["time"] = isoTime(caption.captured);
    line["source"] = source;
    line["position"] = toSeconds(caption.start);
    line["frame"] = caption.frameId;
    line["caption"] = caption.text;
    line["confidence"] = caption.confidence;
    line["age_ms"] = toMilliseconds(caption.finished - caption.captured);
    return line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace sightline
