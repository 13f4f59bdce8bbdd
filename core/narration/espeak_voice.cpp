#include "core/narration/espeak_voice.h"

#include <algorithm>
#include <cstring>
#include <mutex>

#include <espeak-ng/speak_lib.h>
#include <fmt/format.h>

#include "core/base/ascii.h"

namespace sightline {
namespace {

// The library has one state for the whole process.
std::mutex& espeakMutex() {
    static std::mutex mutex;
    return mutex;
}

struct Taking {
    std::vector<float>* samples;
    const std::stop_token* stop;
};

int take(short* samples, int count, espeak_EVENT* events) {
    const auto* taking = static_cast<Taking*>(events->user_data);
    if (!taking) {
        return 0;
    }
    if (taking->stop->stop_requested()) {
        return 1;
    }
    constexpr float kScale = 1.0F / 32768.0F;
    for (int i = 0; samples && i < count; ++i) {
        taking->samples->push_back(static_cast<float>(samples[i]) * kScale);
    }
    return 0;
}

// Its rate; negative when its data is not installed. Once.
int initialize() {
    static const int rate = [] {
        const int found = espeak_Initialize(AUDIO_OUTPUT_SYNCHRONOUS, 0, nullptr, espeakINITIALIZE_DONT_EXIT);
        if (found > 0) {
            espeak_SetSynthCallback(take);
        }
        return found;
    }();
    return rate;
}

// The voice that is listed first for the language, or for what the language begins with. Empty: none.
std::string voiceFor(const std::string& language) {
    std::string wanted = lowerCase(language);
    if (wanted == "zh" || wanted.starts_with("zh-")) {
        wanted = "cmn";
    } else if (wanted == "no") {
        wanted = "nb";
    }
    for (std::string tag = wanted; !tag.empty();) {
        std::string best;
        int bestPriority = 256;
        for (const espeak_VOICE** voice = espeak_ListVoices(nullptr); voice && *voice; ++voice) {
            // Pairs of a priority and a language, up to a zero.
            for (const char* entry = (*voice)->languages; entry && *entry != 0; entry += std::strlen(entry + 1) + 2) {
                const std::string_view name = entry + 1;
                const bool isIt = name == tag || (name.starts_with(tag) && name[tag.size()] == '-');
                const int priority = static_cast<unsigned char>(*entry) + (name == tag ? 0 : 100);
                if (isIt && priority < bestPriority) {
                    best = (*voice)->name;
                    bestPriority = priority;
                }
            }
        }
        if (!best.empty()) {
            return best;
        }
        const auto dash = tag.rfind('-');
        tag.resize(dash == std::string::npos ? 0 : dash);
    }
    return {};
}

class EspeakVoice final : public Voice {
public:
    EspeakVoice(std::string name, int rate) : name_(std::move(name)), rate_(rate) {}

    Result<SpokenSound> speak(const std::string& text, const std::stop_token& stop) override {
        const std::lock_guard lock(espeakMutex());
        SpokenSound sound{rate_, {}};
        Taking taking{&sound.samples, &stop};
        espeak_ERROR code = espeak_SetVoiceByName(name_.c_str());
        if (code == EE_OK) {
            code = espeak_Synth(text.c_str(), text.size() + 1, 0, POS_CHARACTER, 0, espeakCHARS_UTF8, nullptr, &taking);
        }
        if (stop.stop_requested()) {
            return fail(ErrorCode::Cancelled, "Speaking was cancelled.");
        }
        if (code != EE_OK) {
            return fail(ErrorCode::Internal,
                        fmt::format("The voice espeak:{} cannot say \"{}\". Choose another voice.", name_, text),
                        fmt::format("eSpeak NG's error {}", static_cast<int>(code)));
        }
        return withoutSilence(std::move(sound));
    }

private:
    const std::string name_;
    const int rate_;
};

}  // namespace

Result<std::unique_ptr<Voice>> openEspeakVoice(const std::string& voice, const std::string& language) {
    const std::lock_guard lock(espeakMutex());
    const int rate = initialize();
    if (rate <= 0) {
        return fail(
            ErrorCode::NotFound,
            "There is no voice: eSpeak NG's data is not installed. Install the package espeak-ng-data, or name a "
            "program with --voice command:...");
    }
    std::string name = voice;
    if (name.empty() || espeak_SetVoiceByName(name.c_str()) != EE_OK) {
        name = voiceFor(voice.empty() ? language : voice);
    }
    if (name.empty() || espeak_SetVoiceByName(name.c_str()) != EE_OK) {
        return fail(ErrorCode::Unsupported,
                    fmt::format("eSpeak NG has no voice for {}. Choose one of `espeak-ng --voices`, as espeak:en.",
                                voice.empty() ? language : voice));
    }
    return std::unique_ptr<Voice>(std::make_unique<EspeakVoice>(std::move(name), rate));
}

}  // namespace sightline
