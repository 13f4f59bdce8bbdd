#include "core/narration/narration.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/base/ahead.h"
#include "core/base/logging.h"
#include "core/media/files/audio_reader.h"
#include "core/media/frozen_sound.h"
#include "core/media/writing/burn_in.h"
#include "core/narration/loudness.h"
#include "core/narration/peak_limiter.h"
#include "core/narration/spoken_file.h"
#include "core/narration/wording.h"

namespace sightline {
namespace {

// Voices need this; more is more than anybody hears.
constexpr int kLeastRate = 32'000;
constexpr int kMostRate = 96'000;
constexpr int kUsualRate = 48'000;
constexpr int kMostChannels = 8;

constexpr double kMostPeak = -1.0;  // dBTP, also of what is coded: EBU R128
// Clipped white noise in six channels, the worst there is, came out of AAC 6.9 dB and of Opus 3.9 dB higher. What has
// no sample over this need not be looked at.
constexpr float kLoud = 0.35F;
constexpr double kSpare = 0.3;  // dB, for what another decoder makes of it
constexpr int kMostTries = 4;

AudioFormat mixFormatFor(AudioFormat own) {
    if (own.rate < kLeastRate || own.rate > kMostRate) {
        own.rate = kUsualRate;
    }
    if (own.channels > kMostChannels) {
        own = {own.rate, 2};
    }
    return own;
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

// Mixes on a thread of its own what is written next, so that mixing and coding go side by side. One thread.
class MixedAhead {
public:
    explicit MixedAhead(DescribedSound& sound)
        : sound_(sound), channels_(static_cast<std::size_t>(sound.format().channels)), ahead_("mix") {
        begin();
    }

    Result<std::size_t> read(std::span<float> samples) {
        if (used_ == step_.size() && !isOver_) {
            auto next = ahead_.take();
            isOver_ = !next || next->empty();
            if (!next) {
                return tl::unexpected(next.error());
            }
            step_ = std::move(*next);
            used_ = 0;
            if (!isOver_) {
                begin();
            }
        }
        const std::size_t count = std::min(samples.size(), step_.size() - used_);
        std::copy_n(step_.begin() + static_cast<std::ptrdiff_t>(used_), count, samples.begin());
        used_ += count;
        return count / channels_;
    }

private:
    void begin() {
        constexpr std::size_t kFrames = 32'768;
        ahead_.begin([this]() -> Result<std::vector<float>> {
            std::vector<float> step(kFrames * channels_);
            const auto count = sound_.read(step);
            if (!count) {
                return tl::unexpected(count.error());
            }
            step.resize(*count * channels_);
            return step;
        });
    }

    DescribedSound& sound_;  // the other thread's while a step is under way
    const std::size_t channels_;
    std::vector<float> step_;
    std::size_t used_ = 0;  // of step_
    bool isOver_ = false;
    Ahead<Result<std::vector<float>>> ahead_;  // last: its work uses the above
};

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
    VoiceOptions voiceOptions;
    voiceOptions.language = track.language;
    voiceOptions.patience = options.patience;
    voiceOptions.stop = stop;
    const auto voice = openVoice(options.voice, voiceOptions);
    if (!voice) {
        return tl::unexpected(voice.error());
    }
    const LengthOf lengthOf = [&](const std::string& text) { return made->speak(**voice, text, stop); };
    const Progress spoken = part(progress, 0.0, 0.2);
    auto descriptions = describeCues(track.cues, lengthOf, [&](std::size_t done) {
        spoken(static_cast<double>(done) / static_cast<double>(track.cues.size()));
    });
    if (!descriptions) {
        return tl::unexpected(descriptions.error());
    }
    auto speech = findSpeech(video, options.speech, shareOf(track.videoDuration, part(progress, 0.2, 0.8)), stop);
    if (!speech) {
        return tl::unexpected(speech.error());
    }
    made->speech_ = std::move(*speech);
    const ScheduledVideo scheduledVideo{track.videoDuration, shots, made->speech_};
    auto scheduled = schedule(*descriptions, scheduledVideo, options.schedule);
    const auto isShorter = made->speakShorter(lengthOf, scheduled, *descriptions);
    if (!isShorter) {
        return tl::unexpected(isShorter.error());
    }
    if (*isShorter) {
        scheduled = schedule(*descriptions, scheduledVideo, options.schedule);
    }
    const auto starts = spokenStarts(scheduled, options.schedule);
    made->times_ = freezesFor(scheduled);
    for (std::size_t i = 0; i < scheduled.size(); ++i) {
        const Cue& cue = track.cues[i];
        made->cues_.push_back({{cue.start, cue.end},
                               scheduled[i].isSaid ? (*descriptions)[i].wordings[scheduled[i].wording].text : cue.text,
                               scheduled[i],
                               starts[i]});
    }
    made->addClips();
    if (auto matched = made->matchLoudness(part(progress, 0.8, 1.0), stop); !matched) {
        return tl::unexpected(matched.error());
    }
    return made;
}

// Only for those that need it, because each costs the captioner a look at the video. Whether there are any.
Result<bool> Narration::speakShorter(const LengthOf& lengthOf, const std::vector<ScheduledDescription>& scheduled,
                                     std::vector<Description>& descriptions) const {
    bool found = false;
    for (std::size_t i = 0; i < scheduled.size(); ++i) {
        const ScheduledDescription& one = scheduled[i];
        const bool isTooLong =
            one.isSaid ? one.wording > 0 : one.reason == Unsaid::TooLong || one.reason == Unsaid::Crowded;
        const Cue& cue = track_.cues[i];
        if (!isTooLong || !options_.shorter || options_.schedule.freezes || isPeoples(cue)) {
            continue;
        }
        const auto others = options_.shorter(cue);
        if (others.empty()) {
            continue;
        }
        auto spoken = measured(wordings(cue.text, others, i > 0 ? track_.cues[i - 1].text : ""), lengthOf);
        if (!spoken) {
            return tl::unexpected(spoken.error());
        }
        descriptions[i].wordings = std::move(*spoken);
        found = true;
    }
    return found;
}

// Each text once.
Result<MediaTime> Narration::speak(Voice& voice, const std::string& text, const std::stop_token& stop) {
    if (const auto known = spoken_.find(text); known != spoken_.end()) {
        return known->second.length;
    }
    const auto sound = voice.speak(text, stop);
    if (!sound) {
        return tl::unexpected(sound.error());
    }
    const SpokenFile spoken{folder_.file(fmt::format("{}.wav", spoken_.size())), sound->length()};
    if (!sound->samples.empty()) {
        if (auto written = writeSpokenFile(spoken.file, *sound); !written) {
            return tl::unexpected(written.error());
        }
    }
    spoken_.emplace(text, spoken);
    return spoken.length;
}

void Narration::addClips() {
    for (const NarratedCue& cue : cues_) {
        if (cue.scheduled.isSaid) {
            clips_.push_back({cue.heard, cue.scheduled.length, spoken_.at(cue.text).file, cue.scheduled.rate, 0.0,
                              cue.scheduled.freeze == MediaTime::zero()});
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
        LoudnessMeter meter(format_);
        if (auto measured = measure(**programme, meter, shareOf(track_.videoDuration, progress), stop); !measured) {
            return measured;
        }
        target = descriptionLoudness(meter.integrated());
        isLoud_ = meter.peak() > kLoud;
    }
    LoudnessMeter voice({kUsualRate, 1});
    for (const SpokenClip& clip : clips_) {
        if (stop.stop_requested()) {
            return fail(ErrorCode::Cancelled, "Measuring the loudness was cancelled.");
        }
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
    isLoud_ = isLoud_ || voice.peak() * std::pow(10.0, gain / 20.0) > kLoud;
    logger("narration")->info("description at {:.1f} LUFS, {:+.1f} dB on the voice", target, gain);
    return {};
}

Result<std::unique_ptr<AudioSource>> Narration::openProgramme() const {
    if (!hasSound_) {
        return std::unique_ptr<AudioSource>();
    }
    return openAudio(video_, format_);
}

Result<DescribedSound> Narration::mix(const MixOptions& options) const {
    auto programme = openProgramme();
    if (!programme) {
        return tl::unexpected(programme.error());
    }
    if (*programme && !times_.isEmpty()) {
        *programme = std::make_unique<FrozenSound>(std::move(*programme), times_);
    }
    return DescribedSound(std::move(*programme), format_, clips_, times_.endAt(track_.videoDuration), options);
}

std::size_t Narration::saidCount() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(cues_, [](const NarratedCue& cue) { return cue.scheduled.isSaid; }));
}

MediaTime Narration::frozen() const {
    MediaTime all{};
    for (const Freeze& freeze : times_.freezes()) {
        all += freeze.length;
    }
    return all;
}

CueTrack Narration::spokenTrack() const {
    CueTrack spoken = track_;
    spoken.cues.clear();
    for (std::size_t i = 0; i < cues_.size(); ++i) {
        const NarratedCue& said = cues_[i];
        if (said.scheduled.isSaid) {
            Cue cue = track_.cues[i];
            cue.start = said.heard;
            cue.end = said.heard + said.scheduled.length;
            cue.text = said.text;
            spoken.cues.push_back(std::move(cue));
        }
    }
    std::ranges::stable_sort(spoken.cues, {}, &Cue::start);
    return spoken;
}

SoundTrackOptions Narration::trackOptions() const {
    SoundTrackOptions options;
    options.replacesSound = options_.track == DescriptionTrack::Mixed || options_.schedule.freezes;
    options.language = track_.language;
    options.overwrite = true;
    options.leaveOutUnsupported = true;
    return options;
}

Result<void> Narration::writeOnce(const MixOptions& options, const Progress& progress, const MixWriter& writer,
                                  const HeardSound& heard) const {
    auto mixed = mix(options);
    if (!mixed) {
        return tl::unexpected(mixed.error());
    }
    MixedAhead ahead(*mixed);
    return writer({format_, [&ahead](std::span<float> samples) { return ahead.read(samples); }, heard},
                  shareOf(times_.endAt(track_.videoDuration), progress));
}

Result<void> Narration::writeHeard(MixOptions& options, const Progress& progress, const MixWriter& writer) const {
    double furthest = 0.0;
    const Progress onward = [&](double share) {  // not back where it is coded once more
        furthest = std::max(furthest, share);
        if (progress) {
            progress(furthest);
        }
    };
    for (int tries = 1;; ++tries) {
        std::optional<PeakLimiter> meter;
        std::vector<float> limited;  // nobody needs it
        double over = 0.0;
        const HeardSound heard = [&](const AudioFormat& format, std::span<const float> samples) -> Result<void> {
            if (!meter) {
                meter.emplace(format, kMostPeak);
            }
            limited.clear();
            if (!samples.empty()) {
                meter->push(samples, limited);
                return {};
            }
            meter->finish(limited);
            over = meter->mostOver();
            return over > 0.0 ? fail(ErrorCode::Internal, "The sound is too loud behind the codec.") : Result<void>();
        };
        auto written = writeOnce(options, onward, writer, tries < kMostTries ? heard : nullptr);
        if (written || over == 0.0) {
            return written;
        }
        logger("narration")->info("{:.1f} dB over {:.1f} dBTP behind the codec, coded once more", over, kMostPeak);
        options.ceiling -= over + kSpare;
    }
}

Result<void> Narration::writeMix(const Progress& progress, const MixWriter& writer) const {
    MixOptions options = options_.mix;
    return isLoud_ ? writeHeard(options, progress, writer) : writeOnce(options, progress, writer, nullptr);
}

Result<void> Narration::writeVideo(const std::filesystem::path& output, const Progress& progress,
                                   const std::stop_token& stop) const {
    const SoundTrackOptions track = trackOptions();
    if (times_.isEmpty()) {
        auto copied = writeMix(progress, [&](const SoundSupply& sound, const ProgressCallback& report) {
            return muxSoundTrack(video_, output, sound, track, report, stop);
        });
        // A video that may be encoded anew is, where the kind of file does not take its streams.
        if (copied || !options_.schedule.freezes || copied.error().code != ErrorCode::Unsupported) {
            return copied;
        }
    }
    MixOptions options = options_.mix;
    if (isLoud_) {  // by itself first: pictures are not encoded twice for it
        auto coded = writeHeard(options, {}, [&](const SoundSupply& sound, const ProgressCallback& report) {
            return codeSound(sound, report, stop);
        });
        if (!coded) {
            return coded;
        }
    }
    BurnInOptions encoding;
    encoding.threads = options_.encoderThreads;
    encoding.overwrite = true;
    const auto encode = [&](const SoundSupply& sound, const ProgressCallback& report) {
        return writeFrozenVideo(video_, output, {times_, sound, track.language, track.title}, encoding, report, stop);
    };
    return writeOnce(options, progress, encode, nullptr);
}

Result<void> Narration::writeSound(const std::filesystem::path& output, const Progress& progress,
                                   const std::stop_token& stop) const {
    return writeMix(progress, [&](const SoundSupply& sound, const ProgressCallback& report) {
        return sightline::writeSound(video_, output, sound, trackOptions(), report, stop);
    });
}

}  // namespace sightline
