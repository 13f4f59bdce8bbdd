#include "core/inference/speech_detector.h"

#include "core/inference/torch_library.h"

namespace sightline {

Result<std::unique_ptr<SpeechDetector>> SpeechDetector::load(const std::filesystem::path& model) {
    std::error_code status;
    if (!std::filesystem::exists(model, status)) {
        return fail(ErrorCode::NotFound, "Cannot open the speech model " + model.string() +
                                             ": there is no such file. Install the program again.");
    }
    const auto torch = torchFunctions();
    return torch ? (*torch)->loadSpeechDetector(model) : tl::unexpected(torch.error());
}

}  // namespace sightline
