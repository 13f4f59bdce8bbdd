#include "core/narration/voice.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/narration/command_voice.h"
#include "core/narration/espeak_voice.h"

namespace sightline {
namespace {

// 50 dB below full scale: under what a voice breathes at, above what encoders leave of silence.
constexpr float kSilence = 0.003F;
constexpr auto kMoment = std::chrono::milliseconds(10);

}  // namespace

MediaTime SpokenSound::length() const {
    return rate > 0 ? std::chrono::ceil<MediaTime>(std::chrono::duration<double>(static_cast<double>(samples.size()) /
                                                                                 static_cast<double>(rate)))
                    : MediaTime::zero();
}

SpokenSound withoutSilence(SpokenSound sound) {
    const auto isHeard = [](float sample) { return std::abs(sample) > kSilence; };
    const auto moment = static_cast<std::ptrdiff_t>(sound.rate * kMoment / std::chrono::seconds(1));
    auto& samples = sound.samples;
    const auto last = std::find_if(samples.rbegin(), samples.rend(), isHeard).base();
    samples.erase(last + std::min(moment, samples.end() - last), samples.end());
    const auto first = std::find_if(samples.begin(), samples.end(), isHeard);
    if (first == samples.end()) {
        samples.clear();
        return sound;
    }
    samples.erase(samples.begin(), first - std::min(moment, first - samples.begin()));
    return sound;
}

std::vector<std::string> wordsOf(std::string_view command) {
    std::vector<std::string> words;
    bool isOpen = false;  // a word
    char quote = 0;
    for (std::size_t i = 0; i < command.size(); ++i) {
        const char c = command[i];
        if (quote == 0 && (c == ' ' || c == '\t' || c == '\n')) {
            isOpen = false;
            continue;
        }
        if (!isOpen) {
            words.emplace_back();
            isOpen = true;
        }
        if (quote != 0 ? c == quote : c == '"' || c == '\'') {
            quote = quote == 0 ? c : 0;
        } else if (c == '\\' && quote != '\'' && i + 1 < command.size()) {
            words.back() += command[++i];
        } else {
            words.back() += c;
        }
    }
    return words;
}

Result<std::unique_ptr<Voice>> openVoice(std::string_view name, const VoiceOptions& options) {
    constexpr std::string_view kCommand = "command:";
    constexpr std::string_view kEspeak = "espeak:";
    auto voice = [&]() -> Result<std::unique_ptr<Voice>> {
        if (name.empty() || name == "espeak" || name == kEspeak) {
            return openEspeakVoice("", options.language);
        }
        if (name.starts_with(kEspeak)) {
            return openEspeakVoice(std::string(name.substr(kEspeak.size())), options.language);
        }
        if (name.starts_with(kCommand)) {
            return openCommandVoice(wordsOf(name.substr(kCommand.size())), options);
        }
        return fail(ErrorCode::Unsupported,
                    fmt::format("There is no voice {}. Write espeak:en for the built-in one, or command:PROGRAM ... "
                                "{{output}} for a program.",
                                name));
    }();
    if (!voice) {
        return voice;
    }
    auto word = (*voice)->speak("1", options.stop);  // said in every language
    if (!word) {
        return tl::unexpected(word.error());
    }
    if (word->samples.empty()) {
        return fail(ErrorCode::Corrupt, fmt::format("The voice {} says nothing. Choose another one.", name));
    }
    return voice;
}

}  // namespace sightline
