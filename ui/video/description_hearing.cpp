#include "ui/video/description_hearing.h"

#include "core/base/logging.h"
#include "core/media/files/audio_reader.h"
#include "core/narration/loudness.h"
#include "core/narration/spoken_lengths.h"
#include "ui/error_text.h"
#include "ui/player/qt_audio_sink.h"
#include "ui/video/described_text.h"
#include "ui/video/description_planner.h"

namespace sightline {
namespace {

constexpr auto kLead = std::chrono::seconds(1);
constexpr auto kTrail = std::chrono::milliseconds(200);  // behind the release

}  // namespace

DescriptionHearing::DescriptionHearing(const DescriptionPlanner* planner, HearingPlayer player, QObject* parent)
    : QObject(parent), planner_(planner), player_(std::move(player)) {}

DescriptionHearing::~DescriptionHearing() = default;

AudioOpener DescriptionHearing::openerFor(const std::filesystem::path& video) const {
    return [video, slot = slot_]() -> Result<std::unique_ptr<AudioSource>> {
        auto source = openAudio(video);
        if (source && *source) {
            return hearingOver(std::move(*source), slot);
        }
        return source;
    };
}

void DescriptionHearing::setVideo(const std::filesystem::path& video, MediaTime duration) {
    run_.cancel();
    alone_.reset();
    sink_.reset();
    slot_->set(nullptr);
    heard_.reset();
    programme_.reset();
    speaker_.reset();
    video_ = video;
    duration_ = duration;
}

void DescriptionHearing::hear(int row) {
    const DescribedCue* cue = planner_->at(row);
    if (!cue) {
        emit told(planner_->isOn() ? tr("Whether this caption is said is not known yet.")
                                   : tr("Switch audio description on to hear captions in their place."));
        return;
    }
    if (!cue->scheduled.isSaid) {
        emit told(describedText(*cue));
        return;
    }
    if (!planner_->hasSound() && !sink_) {
        sink_ = QtAudioSink::open();
    }
    if (planner_->hasSound() ? !player_.hasOutput() : !sink_) {
        emit failed(
            tr("Nothing can be heard: this computer has no output for sound. Connect one and open the video "
               "again."));
        return;
    }
    if (run_.running()) {
        emit told(tr("The caption is being spoken…"));
        return;
    }
    emit told(tr("The caption is being spoken…"));
    if (!speaker_) {
        speaker_ = std::make_shared<SpokenLengths>(planner_->options().patience);
    }
    run_.start("hearing", [this, speaker = speaker_, video = video_, hasSound = planner_->hasSound(), described = *cue,
                           options = planner_->options(), language = planner_->language(), programme = programme_,
                           voice = planner_->voiceLoudness()](const std::stop_token& stop,
                                                              const BackgroundRun::Teller& teller) {
        auto made = [&]() -> Result<Heard> {
            Heard heard;
            std::optional<double> loudness = programme;
            if (!loudness) {
                std::optional<double> measured;
                if (hasSound) {
                    auto source = openAudio(video);
                    if (!source) {
                        return tl::unexpected(source.error());
                    }
                    auto own = loudnessOf(**source, {}, stop);
                    if (!own) {
                        return tl::unexpected(own.error());
                    }
                    measured = *own;
                }
                loudness = descriptionLoudness(measured);
            }
            heard.programme = *loudness;
            speaker->choose(options.voice, language);
            const auto sound = speaker->sound(described.text, stop);
            if (!sound) {
                return tl::unexpected(sound.error());
            }
            auto samples = heardSamples(*sound, AudioFormat().rate, described.scheduled.rate,
                                        voice ? heard.programme - *voice : 0.0);
            if (!samples) {
                return tl::unexpected(samples.error());
            }
            const TimeRange range{described.scheduled.start, described.scheduled.end()};
            heard.description =
                std::make_shared<const HeardDescription>(HeardDescription{range, options.mix, std::move(*samples)});
            return heard;
        }();
        teller.end([this, video, made = std::move(made)] {
            if (video != video_ || (!made && made.error().code == ErrorCode::Cancelled)) {
                return;
            }
            if (made) {
                play(*made);
            } else {
                logger("ui")->error("{} {}", made.error().message, made.error().detail);
                emit failed(errorText(made.error()));
            }
        });
    });
}

void DescriptionHearing::play(const Heard& heard) {
    programme_ = heard.programme;
    slot_->set(heard.description);
    const TimeRange& range = heard.description->range;
    const MediaTime from = std::max<MediaTime>(MediaTime::zero(), range.start - kLead);
    heard_ = TimeRange{from, range.end + heard.description->mix.release + kTrail};
    emit told({});
    if (sink_ && !planner_->hasSound()) {
        playAlone(from);
    }
    player_.play(from);
}

// Beside the picture, as nothing else is heard.
void DescriptionHearing::playAlone(MediaTime from) {
    alone_ = std::make_unique<AudioPlayer>(
        clock_, *sink_,
        [slot = slot_, format = sink_->format(), duration = duration_]() -> Result<std::unique_ptr<AudioSource>> {
            return hearingOver(silence(format, duration), slot);
        },
        [] {});
    alone_->play(from, 1.0);
}

void DescriptionHearing::follow(MediaTime time, bool playing) {
    if (!heard_ || !playing) {
        return;
    }
    if (time >= heard_->end) {
        player_.pause();
    }
    if (time >= heard_->end || time < heard_->start - kLead) {
        heard_.reset();
        slot_->set(nullptr);
        alone_.reset();
    }
}

}  // namespace sightline
