#include "ui/video/description_planner.h"

#include <algorithm>

#include "core/base/logging.h"
#include "core/media/files/audio_reader.h"
#include "core/narration/spoken_lengths.h"
#include "ui/error_text.h"
#include "ui/window_settings.h"

namespace sightline {
namespace {

constexpr auto kSettle = std::chrono::milliseconds(250);
constexpr auto kTellEvery = std::chrono::milliseconds(100);
constexpr const char* kVoiceKey = "video/descriptionVoice";  // of projects that have none yet

// Lets through one call every moment.
class Pace {
public:
    bool isDue() {
        const auto now = std::chrono::steady_clock::now();
        const bool due = now - last_ >= kTellEvery;
        last_ = due ? now : last_;
        return due;
    }

private:
    std::chrono::steady_clock::time_point last_;
};

DescriptionSettings freshSettings() {
    DescriptionSettings settings;
    settings.voice = windowSettings()->value(kVoiceKey).toString().toStdString();
    return settings;
}

ScheduleOptions scheduleOf(const DescriptionSettings& settings) {
    ScheduleOptions options;
    options.fastest = settings.fastest;
    options.leastGap = settings.leastGap;
    options.headMargin = settings.headMargin;
    options.tailMargin = settings.tailMargin;
    return options;
}

}  // namespace

DescriptionPlanner::DescriptionPlanner(DescriptionHooks hooks, QObject* parent)
    : QObject(parent), hooks_(std::move(hooks)), lengths_(std::make_shared<SpokenLengths>(hooks_.patience)) {
    settle_.setSingleShot(true);
    settle_.setInterval(kSettle);
    connect(&settle_, &QTimer::timeout, this, &DescriptionPlanner::goOn);
}

DescriptionPlanner::~DescriptionPlanner() = default;

void DescriptionPlanner::setVideo(const std::filesystem::path& video, MediaTime duration) {
    if (duration != duration_) {
        duration_ = duration;
        plan();
    }
    if (video == video_) {
        return;
    }
    video_ = video;
    searching_.cancel();
    isStopped_ = false;
    failure_.clear();
    forgetSpeech();
    if (!document_) {
        adopt(freshSettings());
    }
    plan();
}

void DescriptionPlanner::setDocument(ProjectDocument* document) {
    if (document == document_) {
        return;
    }
    if (document_) {
        document_->disconnect(this);
    }
    const bool isFirst = document && !document_;
    document_ = document;
    forgetCues();
    if (!document) {
        adopt(freshSettings());
        return;
    }
    cues_.resize(document->cues().size());
    connect(document, &ProjectDocument::cuesReplaced, this, [this](int first, int removed, int added) {
        if (first + removed <= static_cast<int>(cues_.size())) {
            const auto from = cues_.begin() + first;
            cues_.insert(cues_.erase(from, from + removed), static_cast<std::size_t>(added), std::nullopt);
        }
        plan();
    });
    connect(document, &ProjectDocument::reset, this, [this] {
        forgetCues();
        cues_.resize(document_->cues().size());
        adopt(document_->project().description);
        plan();
    });
    if (document->project().description != DescriptionSettings()) {
        adopt(document->project().description);
    } else if (isFirst && settings_.isOn) {
        document->setDescription(settings_);  // chosen before there were captions
    } else {
        adopt(freshSettings());
    }
    plan();
}

void DescriptionPlanner::setSettings(const DescriptionSettings& wanted) {
    const DescriptionSettings settings = inRange(wanted);
    if (settings == settings_) {
        return;
    }
    if (settings.voice != settings_.voice) {
        windowSettings()->setValue(kVoiceKey, QString::fromStdString(settings.voice));
    }
    if (settings.voice != settings_.voice || settings.isOn != settings_.isOn) {
        failure_.clear();
        isStopped_ = false;
    }
    adopt(settings);
    if (document_) {
        document_->setDescription(settings_);
    }
    plan();
}

void DescriptionPlanner::adopt(const DescriptionSettings& settings) {
    if (settings == settings_) {
        return;
    }
    const bool wasOn = std::exchange(settings_, settings).isOn;
    if (wasOn && !settings_.isOn) {
        searching_.cancel();
        speaking_.cancel();
        forgetSpeech();
    }
    emit settingsChanged();
    emit stateChanged();
}

NarrationOptions DescriptionPlanner::options() const {
    NarrationOptions options;
    options.voice = settings_.voice;
    options.patience = hooks_.patience;
    options.speech.model = hooks_.speechModel;
    options.speech.cacheFolder = hooks_.speechCache;
    options.schedule = scheduleOf(settings_);
    options.mix.ducking = settings_.ducking;
    return options;
}

std::string DescriptionPlanner::language() const {
    return document_ ? document_->project().track.language : CueTrack().language;
}

DescriptionPlanner::Stage DescriptionPlanner::stage() const {
    if (!isOn() || video_.empty()) {
        return Stage::Off;
    }
    if (!failure_.isEmpty()) {
        return Stage::Failed;
    }
    if (isStopped_) {
        return Stage::Stopped;
    }
    return !speech_ ? Stage::Searching : isPlanned_ ? Stage::Ready : Stage::Speaking;
}

void DescriptionPlanner::cancel() {
    isStopped_ = true;
    searching_.cancel();
    speaking_.cancel();
    emit stateChanged();
}

void DescriptionPlanner::tryAgain() {
    isStopped_ = false;
    failure_.clear();
    plan();
}

const DescribedCue* DescriptionPlanner::at(int row) const {
    const bool there = isOn() && row >= 0 && row < static_cast<int>(cues_.size());
    const auto* cue = there ? &cues_[static_cast<std::size_t>(row)] : nullptr;
    return cue && *cue ? &**cue : nullptr;
}

std::size_t DescriptionPlanner::saidCount() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(cues_, [](const auto& cue) { return cue && cue->scheduled.isSaid; }));
}

void DescriptionPlanner::plan() {
    ++revision_;
    isPlanned_ = false;
    if (isOn()) {
        settle_.start();
    }
    emit stateChanged();
}

void DescriptionPlanner::goOn() {
    if (!isOn() || video_.empty() || isStopped_ || !failure_.isEmpty()) {
        return;
    }
    if (!speech_ && !searching_.running()) {
        search();
    }
    if (!isPlanned_ && !speaking_.running()) {
        speak();
    }
}

void DescriptionPlanner::search() {
    progress_ = 0.0;
    searching_.start("speech search", [this, video = video_, duration = duration_, options = options().speech](
                                          const std::stop_token& stop, const BackgroundRun::Teller& teller) {
        Pace pace;
        bool hasSound = false;
        auto found = [&]() -> Result<std::vector<TimeRange>> {
            const auto format = audioFormatOf(video);
            if (!format) {
                return tl::unexpected(format.error());
            }
            hasSound = format->has_value();
            return findSpeech(
                video, options,
                [&](MediaTime time) {
                    if (duration > MediaTime::zero() && pace.isDue()) {
                        teller.tell([this, share = toSeconds(time) / toSeconds(duration)] {
                            progress_ = std::min(share, 1.0);
                            emit stateChanged();
                        });
                    }
                },
                stop);
        }();
        teller.end([this, video, hasSound, found = std::move(found)] { endSearch(video, found, hasSound); });
    });
    emit stateChanged();
}

void DescriptionPlanner::endSearch(const std::filesystem::path& video, const Result<std::vector<TimeRange>>& found,
                                   bool hasSound) {
    if (video == video_ && isOn()) {
        if (found) {
            speech_ = *found;
            hasSound_ = hasSound;
            emit speechChanged();
            plan();
        } else if (found.error().code != ErrorCode::Cancelled) {
            giveUp(found.error());
        }
    }
    goOn();  // with another video, or what was cancelled and is wanted again
    emit stateChanged();
}

void DescriptionPlanner::speak() {
    if (!document_) {
        isPlanned_ = true;
        emit stateChanged();
        return;
    }
    const auto& project = document_->project();
    progress_ = speech_ ? 0.0 : progress_;
    speaking_.start("voice", [this, lengths = lengths_, cues = project.track.cues, language = project.track.language,
                              settings = settings_, revision = revision_, speech = speech_,
                              video = ScheduledVideo{duration_, project.shots, {}}](
                                 const std::stop_token& stop, const BackgroundRun::Teller& teller) mutable {
        Pace pace;
        lengths->choose(settings.voice, language);
        const auto descriptions = describeCues(
            cues,
            [&](const std::string& text) -> Result<MediaTime> {
                if (stop.stop_requested()) {
                    return fail(ErrorCode::Cancelled, "Measuring the captions was cancelled.");
                }
                const auto spoken = lengths->of(text, stop);
                if (!spoken) {
                    return tl::unexpected(spoken.error());
                }
                return spoken->length;
            },
            [&](std::size_t done) {
                if (speech && pace.isDue()) {
                    teller.tell([this, share = static_cast<double>(done) / static_cast<double>(cues.size())] {
                        progress_ = share;
                        emit stateChanged();
                    });
                }
            });
        auto made = [&]() -> Result<Plan> {
            if (!descriptions) {
                return tl::unexpected(descriptions.error());
            }
            Plan plan;
            if (!speech) {
                return plan;
            }
            video.speech = *speech;
            std::vector<std::string> said;
            const auto scheduled = schedule(*descriptions, video, scheduleOf(settings));
            for (std::size_t i = 0; i < scheduled.size(); ++i) {
                DescribedCue cue{scheduled[i], {}};
                if (cue.scheduled.isSaid) {
                    cue.text = (*descriptions)[i].wordings[cue.scheduled.wording].text;
                    said.push_back(cue.text);
                }
                plan.cues.emplace_back(std::move(cue));
            }
            plan.voiceLoudness = lengths->loudnessOf(said);
            return plan;
        }();
        teller.end([this, revision, made = std::move(made)] { endSpeaking(revision, made); });
    });
    emit stateChanged();
}

void DescriptionPlanner::endSpeaking(int revision, const Result<Plan>& made) {
    if (!isOn()) {
        return;
    }
    if (!made && made.error().code != ErrorCode::Cancelled) {
        giveUp(made.error());
        return;
    }
    if (made && revision == revision_ && document_) {
        isPlanned_ = true;
        if (made->cues.size() == document_->cues().size()) {
            cues_ = made->cues;
            voiceLoudness_ = made->voiceLoudness;
            emit changed();
        }
    } else if (!settle_.isActive()) {
        goOn();
    }
    emit stateChanged();
}

void DescriptionPlanner::giveUp(const Error& error) {
    logger("ui")->error("{} {}", error.message, error.detail);
    failure_ = errorText(error);
    forgetCues();
    if (document_) {
        cues_.resize(document_->cues().size());
    }
    emit stateChanged();
}

void DescriptionPlanner::forgetSpeech() {
    speech_.reset();
    hasSound_ = false;
    emit speechChanged();
    std::ranges::fill(cues_, std::nullopt);
    emit changed();
}

void DescriptionPlanner::forgetCues() {
    cues_.clear();
    voiceLoudness_.reset();
    emit changed();
}

}  // namespace sightline
