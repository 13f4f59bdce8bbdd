#include "core/narration/narration.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include <fmt/format.h>

#include "core/base/atomic_file.h"
#include "core/base/logging.h"
#include "core/media/files/audio_reader.h"
#include "core/narration/loudness.h"
#include "core/narration/wording.h"

namespace sightline {
namespace {

// Voices need this; more is more than anybody hears.
constexpr int kLeastRate = 32'000;
constexpr int kMostRate = 96'000;
constexpr int kUsualRate = 48'000;
constexpr int kMostChannels = 8;
// Further from usual levels, the voice would drown or shout: R 128 S2's range for streams is -20 to -16.
constexpr double kQuietest = -40.0;  // LUFS
constexpr double kLoudest = -10.0;

AudioFormat mixFormatFor(AudioFormat own) {
    if (own.rate < kLeastRate || own.rate > kMostRate) {
        own.rate = kUsualRate;
    }
    if (own.channels > kMostChannels) {
        own = {own.rate, 2};
    }
    return own;
}

// One channel of floats, in a WAV file (format 3, IEEE float).
std::string wavOf(const SpokenSound& sound) {
    static_assert(std::endian::native == std::endian::little);
    std::string bytes;
    const auto add = [&bytes](auto number) {
        std::array<char, sizeof number> raw{};
        std::memcpy(raw.data(), &number, sizeof number);
        bytes.append(raw.data(), raw.size());
    };
    const auto size = static_cast<std::uint32_t>(sound.samples.size() * sizeof(float));
    const auto rate = static_cast<std::uint32_t>(sound.rate);
    bytes += "RIFF";
    add(size + 36U);
    bytes += "WAVEfmt ";
    add(std::uint32_t{16});
    add(std::uint16_t{3});
    add(std::uint16_t{1});
    add(rate);
    add(static_cast<std::uint32_t>(rate * sizeof(float)));
    add(static_cast<std::uint16_t>(sizeof(float)));
    add(static_cast<std::uint16_t>(sizeof(float) * 8));
    bytes += "data";
    add(size);
    const std::size_t header = bytes.size();
    bytes.resize(header + size);
    std::memcpy(bytes.data() + header, sound.samples.data(), size);
    return bytes;
}

// A part of the whole progress.
Narration::Progress part(const Narration::Progress& progress, double from, double to) {
    return [&progress, from, to](double share) {
        if (progress) {
            progress(from + (to - from) * std::clamp(share, 0.0, 1.0));
        }
    };
}

std::function<void(MediaTime)> shareOf(MediaTime duration, const Narration::Progress& progress) {
    return [duration, progress](MediaTime time) {
        if (duration > MediaTime::zero() && progress) {
            progress(toSeconds(time) / toSeconds(duration));
        }
    };
}

}  // namespace

std::string whyUnsaid(const ScheduledDescription& scheduled) {
    switch (scheduled.reason) {
        case Unsaid::NoWords: return "it has no words";
        case Unsaid::NothingNew: return "the one before says it already";
        case Unsaid::SpeechAllOver: return "somebody speaks all through its shot";
        case Unsaid::TooLong: return fmt::format("{:.1f} s too long for the gap", toSeconds(scheduled.missing));
        case Unsaid::Crowded: return "surer ones take its gap";
    }
    return {};
}

Result<std::unique_ptr<Narration>> Narration::prepare(const std::filesystem::path& video, const CueTrack& track,
                                                      const std::vector<MediaTime>& shots,
                                                      const NarrationOptions& options, const Progress& progress,
                                                      const std::stop_token& stop) {
    auto folder = ScratchFolder::create();
    if (!folder) {
        return tl::unexpected(folder.error());
    }
    std::unique_ptr<Narration> made(new Narration(video, track, options, std::move(*folder)));
    auto descriptions = made->speakCues(part(progress, 0.0, 0.2), stop);
    if (!descriptions) {
        return tl::unexpected(descriptions.error());
    }
    auto speech = findSpeech(video, options.speech, shareOf(track.videoDuration, part(progress, 0.2, 0.8)), stop);
    if (!speech) {
        return tl::unexpected(speech.error());
    }
    made->speech_ = std::move(*speech);
    const auto scheduled = schedule(*descriptions, {track.videoDuration, shots, made->speech_}, options.schedule);
    for (std::size_t i = 0; i < scheduled.size(); ++i) {
        const Cue& cue = track.cues[i];
        made->cues_.push_back({{cue.start, cue.end},
                               scheduled[i].isSaid ? (*descriptions)[i].wordings[scheduled[i].wording].text : cue.text,
                               scheduled[i]});
    }
    made->addClips();
    if (auto matched = made->matchLoudness(part(progress, 0.8, 1.0), stop); !matched) {
        return tl::unexpected(matched.error());
    }
    return made;
}

Result<std::vector<Description>> Narration::speakCues(const Progress& progress, const std::stop_token& stop) {
    VoiceOptions voiceOptions;
    voiceOptions.language = track_.language;
    voiceOptions.patience = options_.patience;
    auto voice = openVoice(options_.voice, voiceOptions);
    if (!voice) {
        return tl::unexpected(voice.error());
    }
    std::vector<Description> descriptions;
    std::string before;
    for (const Cue& cue : track_.cues) {
        Description description{{cue.start, cue.end}, {}, cue.confidence, isPeoples(cue)};
        for (std::string& text : wordings(cue.text, {}, before)) {
            auto sound = speak(**voice, text, stop);
            if (!sound) {
                return tl::unexpected(sound.error());
            }
            if (sound->length > MediaTime::zero()) {
                description.wordings.push_back({std::move(text), sound->length});
            }
        }
        before = cue.text;
        descriptions.push_back(std::move(description));
        progress(static_cast<double>(descriptions.size()) / static_cast<double>(track_.cues.size()));
    }
    return descriptions;
}

// Each text once.
Result<Narration::SpokenFile> Narration::speak(Voice& voice, const std::string& text, const std::stop_token& stop) {
    if (const auto known = spoken_.find(text); known != spoken_.end()) {
        return known->second;
    }
    const auto sound = voice.speak(text, stop);
    if (!sound) {
        return tl::unexpected(sound.error());
    }
    SpokenFile spoken{folder_.file(fmt::format("{}.wav", spoken_.size())), sound->length()};
    if (auto written = writeFileAtomically(spoken.file, wavOf(*sound)); !written) {
        return tl::unexpected(written.error());
    }
    spoken_.emplace(text, spoken);
    return spoken;
}

void Narration::addClips() {
    for (const NarratedCue& cue : cues_) {
        if (cue.scheduled.isSaid) {
            clips_.push_back(
                {cue.scheduled.start, cue.scheduled.length, spoken_.at(cue.text).file, cue.scheduled.rate, 0.0});
        }
    }
    std::ranges::stable_sort(clips_, {}, &SpokenClip::start);
}

Result<void> Narration::matchLoudness(const Progress& progress, const std::stop_token& stop) {
    const auto own = audioFormatOf(video_);
    if (!own) {
        return tl::unexpected(own.error());
    }
    hasSound_ = own->has_value();
    format_ = hasSound_ ? mixFormatFor(**own) : AudioFormat{};
    double target = kTargetLoudness;
    if (hasSound_) {
        auto programme = openProgramme();
        if (!programme) {
            return tl::unexpected(programme.error());
        }
        const auto loudness = loudnessOf(**programme, shareOf(track_.videoDuration, progress), stop);
        if (!loudness) {
            return tl::unexpected(loudness.error());
        }
        target = std::clamp(loudness->value_or(kTargetLoudness), kQuietest, kLoudest);
    }
    LoudnessMeter voice({kUsualRate, 1});
    for (const SpokenClip& clip : clips_) {
        const auto samples = samplesOf(clip, kUsualRate);
        if (!samples) {
            return tl::unexpected(samples.error());
        }
        voice.add(*samples);
    }
    const double gain = target - voice.integrated().value_or(target);
    for (SpokenClip& clip : clips_) {
        clip.gain = gain;
    }
    logger("narration")->info("description at {:.1f} LUFS, {:+.1f} dB on the voice", target, gain);
    return {};
}

Result<std::unique_ptr<AudioSource>> Narration::openProgramme() const {
    if (!hasSound_) {
        return std::unique_ptr<AudioSource>();
    }
    return openAudio(video_, format_);
}

Result<DescribedSound> Narration::mix() const {
    auto programme = openProgramme();
    if (!programme) {
        return tl::unexpected(programme.error());
    }
    return DescribedSound(std::move(*programme), format_, clips_, track_.videoDuration, options_.mix);
}

std::size_t Narration::saidCount() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(cues_, [](const NarratedCue& cue) { return cue.scheduled.isSaid; }));
}

CueTrack Narration::spokenTrack() const {
    CueTrack spoken = track_;
    spoken.cues.clear();
    for (std::size_t i = 0; i < cues_.size(); ++i) {
        const NarratedCue& said = cues_[i];
        if (said.scheduled.isSaid) {
            Cue cue = track_.cues[i];
            cue.start = said.scheduled.start;
            cue.end = said.scheduled.end();
            cue.text = said.text;
            spoken.cues.push_back(std::move(cue));
        }
    }
    std::ranges::stable_sort(spoken.cues, {}, &Cue::start);
    return spoken;
}

Result<void> Narration::write(MixWriter& writer, const std::filesystem::path& output, const Progress& progress,
                              const std::stop_token& stop) const {
    auto mixed = mix();
    if (!mixed) {
        return tl::unexpected(mixed.error());
    }
    SoundTrackOptions options;
    options.language = track_.language;
    options.overwrite = true;
    options.leaveOutUnsupported = true;
    const SoundSupply supply{format_, [&mixed](std::span<float> samples) { return mixed->read(samples); }};
    return writer(video_, output, supply, options, shareOf(track_.videoDuration, progress), stop);
}

Result<void> Narration::writeVideo(const std::filesystem::path& output, const Progress& progress,
                                   const std::stop_token& stop) const {
    return write(muxSoundTrack, output, progress, stop);
}

Result<void> Narration::writeSound(const std::filesystem::path& output, const Progress& progress,
                                   const std::stop_token& stop) const {
    return write(sightline::writeSound, output, progress, stop);
}

}  // namespace sightline
