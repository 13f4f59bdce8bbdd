#include "core/narration/spoken_lengths.h"

#include <cmath>

#include "core/narration/loudness.h"
#include "core/narration/wording.h"

namespace sightline {

void SpokenLengths::choose(const std::string& name, const std::string& language) {
    if (name != name_ || language != language_) {
        name_ = name;
        language_ = language;
        voice_.reset();
    }
}

Result<Voice*> SpokenLengths::voice(const std::stop_token& stop) {
    if (!voice_) {
        VoiceOptions options;
        options.language = language_;
        options.patience = patience_;
        options.stop = stop;
        auto opened = openVoice(name_, options);
        if (!opened) {
            return tl::unexpected(opened.error());
        }
        voice_ = std::move(*opened);
    }
    return voice_.get();
}

Result<SpokenSound> SpokenLengths::sound(const std::string& text, const std::stop_token& stop) {
    const auto speaker = voice(stop);
    if (!speaker) {
        return tl::unexpected(speaker.error());
    }
    return (*speaker)->speak(text, stop);
}

Result<SpokenLengths::Spoken> SpokenLengths::of(const std::string& text, const std::stop_token& stop) {
    Key key(name_ + '\n' + language_, text);
    if (const auto found = known_.find(key); found != known_.end()) {
        return found->second;
    }
    const auto spoken = sound(text, stop);
    if (!spoken) {
        return tl::unexpected(spoken.error());
    }
    Spoken measured{spoken->length(), {}};
    if (spoken->rate > 0) {
        LoudnessMeter meter({spoken->rate, 1});
        meter.add(spoken->samples);
        measured.loudness = meter.integrated();
    }
    known_.emplace(std::move(key), measured);
    return measured;
}

std::optional<double> SpokenLengths::loudnessOf(const std::vector<std::string>& texts) const {
    double seconds = 0.0;
    double energy = 0.0;
    for (const std::string& text : texts) {
        const auto found = known_.find({name_ + '\n' + language_, text});
        if (found != known_.end() && found->second.loudness) {
            const double length = toSeconds(found->second.length);
            seconds += length;
            energy += length * std::pow(10.0, *found->second.loudness / 10.0);
        }
    }
    return energy > 0.0 ? std::optional(10.0 * std::log10(energy / seconds)) : std::nullopt;
}

Result<std::vector<SpokenWording>> measured(const std::vector<std::string>& texts, const LengthOf& lengthOf) {
    std::vector<SpokenWording> spoken;
    for (const std::string& text : texts) {
        const auto length = lengthOf(text);
        if (!length) {
            return tl::unexpected(length.error());
        }
        if (*length > MediaTime::zero()) {
            spoken.push_back({text, *length});
        }
    }
    return spoken;
}

Result<std::vector<Description>> describeCues(const std::vector<Cue>& cues, const LengthOf& lengthOf,
                                              const std::function<void(std::size_t)>& progress) {
    std::vector<Description> descriptions;
    std::string before;
    for (const Cue& cue : cues) {
        auto spoken = measured(wordings(cue.text, {}, before), lengthOf);
        if (!spoken) {
            return tl::unexpected(spoken.error());
        }
        descriptions.push_back({{cue.start, cue.end}, std::move(*spoken), cue.confidence, isPeoples(cue)});
        before = cue.text;
        if (progress) {
            progress(descriptions.size());
        }
    }
    return descriptions;
}

}  // namespace sightline
