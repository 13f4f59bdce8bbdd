#include "ui/live/quiet_speech.h"

#include <QAction>
#include <QSettings>

#include "ui/error_text.h"
#include "ui/live/caption_speech.h"

namespace sightline {
namespace {

constexpr const char* kKey = "live/speakQuiet";

}  // namespace

QuietSpeech::QuietSpeech(std::shared_ptr<LiveSpeech> sound, CaptionSpeech* speech, QAction* action,
                         std::shared_ptr<QSettings> settings, QObject* parent)
    : QObject(parent), sound_(std::move(sound)), speech_(speech), action_(action), settings_(std::move(settings)) {
    action_->setChecked(settings_ && settings_->value(kKey, false).toBool());
    connect(action_, &QAction::triggered, this, [this](bool on) {
        if (settings_) {
            settings_->setValue(kKey, on);
        }
        update();
    });
    if (sound_) {
        // A relay of its own, because a thread may be about to tell while this goes away.
        const std::shared_ptr<SpeechRelay> relay(new SpeechRelay, [](SpeechRelay* gone) { gone->deleteLater(); });
        connect(relay.get(), &SpeechRelay::changed, this, &QuietSpeech::show, Qt::QueuedConnection);
        sound_->setChanged([relay] { emit relay->changed(); });
        speech_->setMayBegin([this] { return !action_->isChecked() || sound_->state() != LiveSpeech::State::Speech; });
    }
    update();
}

QuietSpeech::~QuietSpeech() {
    if (sound_) {
        sound_->setChanged(nullptr);
        sound_->setWanted(false);
    }
}

void QuietSpeech::restart() {
    if (sound_) {
        sound_->forget();
    }
}

void QuietSpeech::update() {
    action_->setEnabled(speech_->isEnabled());
    if (sound_) {
        sound_->setWanted(action_->isChecked() && speech_->isEnabled());
    }
    show();
    speech_->tryNext();
}

void QuietSpeech::show() {
    const auto state = sound_ ? sound_->state() : LiveSpeech::State::NoSound;
    action_->setText(state == LiveSpeech::State::NoSound ? tr("Only when nobody speaks (this source gives no sound)")
                                                         : tr("Only when nobody speaks"));
    if (state == LiveSpeech::State::Failed && action_->isChecked()) {
        action_->setChecked(false);
        if (const auto error = sound_->error()) {
            emit told(errorText(*error));
        }
    }
    if (state != LiveSpeech::State::Speech) {
        speech_->tryNext();
    }
}

}  // namespace sightline
