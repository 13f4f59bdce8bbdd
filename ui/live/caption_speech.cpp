#include "ui/live/caption_speech.h"

namespace sightline {

bool CaptionSpeech::setEnabled(bool on) {
    if (on && !speaker_) {
        speaker_ = open_();
        if (speaker_) {
            // Queued: an engine may call from within say().
            speaker_->setDone(
                [this] { QMetaObject::invokeMethod(this, &CaptionSpeech::sayNext, Qt::QueuedConnection); });
        }
    }
    enabled_ = on && speaker_;
    if (!enabled_) {
        forget();
    }
    return enabled_ == on;
}

void CaptionSpeech::say(const QString& caption) {
    if (!enabled_) {
        return;
    }
    next_ = caption;
    waiting_.start();
    sayNext();
}

void CaptionSpeech::forget() {
    next_.clear();
    if (speaker_ && speaker_->isSpeaking()) {
        speaker_->stop();
    }
}

void CaptionSpeech::sayNext() {
    if (!enabled_ || next_.isEmpty() || gap_.isActive() || speaker_->isSpeaking()) {
        return;
    }
    if (mayBegin_ && !mayBegin_()) {
        return;
    }
    const QString text = std::exchange(next_, {});
    if (waiting_.elapsed() <= kMostWait.count()) {
        gap_.start(kLeastGap);
        speaker_->say(text);
    }
}

}  // namespace sightline
