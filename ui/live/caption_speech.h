// Says new captions aloud, without ever talking about what has passed.
#pragma once

#include <functional>
#include <memory>

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include "ui/live/speaker.h"

namespace sightline {

// UI thread only. A caption is said to its end, and another one begins kLeastGap after it began at the earliest; of
// those that come meanwhile only the newest is kept, and not for longer than kMostWait. Where it is asked for, none
// begins while somebody speaks in the source.
class CaptionSpeech final : public QObject {
    Q_OBJECT

public:
    using OpenSpeaker = std::function<std::unique_ptr<Speaker>()>;

    static constexpr auto kLeastGap = std::chrono::milliseconds(3000);
    static constexpr auto kMostWait = std::chrono::milliseconds(8000);

    explicit CaptionSpeech(OpenSpeaker open, QObject* parent = nullptr) : QObject(parent), open_(std::move(open)) {
        gap_.setSingleShot(true);
        connect(&gap_, &QTimer::timeout, this, &CaptionSpeech::sayNext);
    }

    // False when the system has no voice. The first time opens it.
    bool setEnabled(bool on);
    bool isEnabled() const { return enabled_; }

    // Asked before a caption begins; null: always. call tryNext() when the answer has become yes.
    void setMayBegin(std::function<bool()> mayBegin) { mayBegin_ = std::move(mayBegin); }
    void tryNext() { sayNext(); }

    void say(const QString& caption);
    void forget();  // another source: falls silent

private:
    void sayNext();

    const OpenSpeaker open_;
    std::unique_ptr<Speaker> speaker_;
    std::function<bool()> mayBegin_;
    bool enabled_ = false;
    QString next_;
    QElapsedTimer waiting_;  // since next_ came
    QTimer gap_;             // runs until another one may begin
};

}  // namespace sightline
