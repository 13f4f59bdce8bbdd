#include "ui/live/frame_clock.h"

namespace sightline {

FrameClock::FrameClock(QObject* parent) : QObject(parent) {
    timer_.setTimerType(Qt::PreciseTimer);
    connect(&timer_, &QTimer::timeout, this, [this] {
        times_.add(std::chrono::nanoseconds(since_.nsecsElapsed()));
        since_.start();
    });
}

void FrameClock::start() {
    times_.reset();
    since_.start();
    timer_.start(kFrame);
}

}  // namespace sightline
