// New captions aloud only while nobody speaks in the source.
#pragma once

#include <memory>

#include <QObject>

#include "core/narration/live_speech.h"

class QAction;
class QSettings;

namespace sightline {

class CaptionSpeech;

// Tells, from any thread, that whether somebody speaks has changed.
class SpeechRelay final : public QObject {
    Q_OBJECT

signals:
    void changed();
};

// UI thread only.
class QuietSpeech final : public QObject {
    Q_OBJECT

public:
    // `sound` hears the sources; null: none is heard. `settings` may be null. `speech` and `action`, a checkable one,
    // are borrowed.
    QuietSpeech(std::shared_ptr<LiveSpeech> sound, CaptionSpeech* speech, QAction* action,
                std::shared_ptr<QSettings> settings, QObject* parent);
    ~QuietSpeech() override;

    void restart();  // before another source is opened
    void update();   // captions are said from now on, or no more

signals:
    void told(const QString& message);

private:
    void show();

    const std::shared_ptr<LiveSpeech> sound_;
    CaptionSpeech* const speech_;
    QAction* const action_;
    const std::shared_ptr<QSettings> settings_;
};

}  // namespace sightline
