// The controls of a video that plays: play and pause, frame steps, speed, loop, volume, and the time to the
// millisecond.
#pragma once

#include <functional>
#include <optional>

#include <QList>
#include <QWidget>

#include "core/captions/time_range.h"

class QAction;
class QComboBox;
class QLabel;
class QSlider;

namespace sightline {

class PlayerPane;

// UI thread only. `player` must outlive it.
class TransportBar final : public QWidget {
    Q_OBJECT

public:
    // What "loop" repeats when it is switched on: the cue on screen, say. Empty: nothing.
    using LoopTarget = std::function<std::optional<TimeRange>()>;

    TransportBar(PlayerPane& player, LoopTarget loopTarget, QWidget* parent = nullptr);

    // For a menu, in its order.
    QList<QAction*> menuActions() const;

    // Back to normal speed and no loop, for another video.
    void reset();

private:
    QAction* addAction(const QString& text, const char* name, const QKeySequence& key, std::function<void()> run);
    void createActions();
    void createRow();
    void updateEnabled();
    void setSpeed(double speed);
    void playFaster();
    void seekBy(std::chrono::seconds span);
    void setLoops(bool on);
    void applyVolume();
    void showTime();
    void showSpeed();

    PlayerPane& player_;
    const LoopTarget loopTarget_;
    QAction* stepBack_ = nullptr;
    QAction* stepForward_ = nullptr;
    QAction* back_ = nullptr;
    QAction* stop_ = nullptr;
    QAction* faster_ = nullptr;
    QAction* loop_ = nullptr;
    QAction* mute_ = nullptr;
    QComboBox* speed_;
    QSlider* volume_;
    QLabel* time_;
};

}  // namespace sightline
