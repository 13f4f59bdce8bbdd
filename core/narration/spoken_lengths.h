// How long texts take to say, while they are being edited: each is spoken once.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/captions/cue.h"
#include "core/narration/schedule.h"
#include "core/narration/voice.h"

namespace sightline {

// One thread at a time.
class SpokenLengths {
public:
    struct Spoken {
        MediaTime length{};              // at the voice's own rate
        std::optional<double> loudness;  // LUFS; nothing for what is too short to have one
    };

    // `patience`: with a voice's command, for one text.
    explicit SpokenLengths(std::chrono::milliseconds patience) : patience_(patience) {}

    // Whose the following calls are. Opened when a text is new. `name` and `language` as in voice.h.
    void choose(const std::string& name, const std::string& language);

    // Blocks while the text is new. Errors: those of openVoice() and Voice::speak().
    Result<Spoken> of(const std::string& text, const std::stop_token& stop);
    // As it sounds; spoken again. Errors as above.
    Result<SpokenSound> sound(const std::string& text, const std::stop_token& stop);
    // Together, about as EBU R128 has it: the mean of what each has, weighed by length. Nothing when no text has any.
    std::optional<double> loudnessOf(const std::vector<std::string>& texts) const;

private:
    using Key = std::pair<std::string, std::string>;  // voice with its language, text

    Result<Voice*> voice(const std::stop_token& stop);

    const std::chrono::milliseconds patience_;
    std::string name_;
    std::string language_;
    std::unique_ptr<Voice> voice_;  // null: not opened
    std::map<Key, Spoken> known_;
};

using LengthOf = std::function<Result<MediaTime>(const std::string& text)>;

// Those of `texts` that are heard at all, each as long as `lengthOf` says. Errors: those of `lengthOf`.
Result<std::vector<SpokenWording>> measured(const std::vector<std::string>& texts, const LengthOf& lengthOf);

// The cues of a track as descriptions, their wordings measured. `progress` gets how many are done. Errors: those of
// `lengthOf`.
Result<std::vector<Description>> describeCues(const std::vector<Cue>& cues, const LengthOf& lengthOf,
                                              const std::function<void(std::size_t)>& progress = {});

}  // namespace sightline
