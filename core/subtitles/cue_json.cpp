#include "core/subtitles/cue_json.h"

#include <string>

#include "core/base/ascii.h"
#include "core/captions/cue_json.h"
#include "core/subtitles/cue_time.h"
#include "core/subtitles/text.h"

namespace sightline {
namespace {

constexpr int kMaxDepth = 16;  // the files we know nest four deep

}  // namespace

Result<nlohmann::json> parseJson(std::string_view utf8) {
    bool tooDeep = false;
    const auto watchDepth = [&tooDeep](int depth, nlohmann::json::parse_event_t, const nlohmann::json&) {
        tooDeep = tooDeep || depth > kMaxDepth;
        return !tooDeep;
    };
    try {
        auto value = nlohmann::json::parse(utf8, watchDepth);
        if (tooDeep) {
            return fail(ErrorCode::Corrupt, "Its values nest too deep for a caption file. Choose another file.");
        }
        return value;
    } catch (const nlohmann::json::parse_error& error) {
        return corrupt(lineAt(utf8, error.byte), "is not JSON", "Correct it or get an intact file.", error.what());
    } catch (const nlohmann::json::exception& error) {
        return fail(ErrorCode::Corrupt, "It is not JSON that can be read. Get an intact file.", error.what());
    }
}

CueOrigin originIn(std::string_view name) { return originNamed(lowerCase(name)).value_or(CueOrigin::Edited); }

CueOrigin originOf(const nlohmann::json& value) {
    return value.is_string() ? originIn(value.get_ref<const std::string&>()) : CueOrigin::Edited;
}

double confidenceOf(const nlohmann::json& value) {
    const double confidence = value.is_number() ? value.get<double>() : 0.0;
    return confidence >= 0.0 && confidence <= 1.0 ? confidence : 0.0;
}

}  // namespace sightline
