// How long the window keeps a frame waiting.
#pragma once

#include <QElapsedTimer>
#include <QTimer>

#include "core/pipeline/metrics.h"

namespace sightline {

// UI thread only. While it runs, a timer fires as often as a display shows pictures; the time from one to the next is
// the UI thread's frame time: 16 or 17 ms, and more when something held the thread up.
class FrameClock final : public QObject {
    Q_OBJECT

public:
    static constexpr auto kFrame = std::chrono::milliseconds(16);

    explicit FrameClock(QObject* parent = nullptr);

    void start();
    void stop() { timer_.stop(); }
    // Of the last half minute or so; empty before there is any.
    std::optional<Percentiles> frameTime() const { return times_.percentiles(); }

private:
    QTimer timer_;
    QElapsedTimer since_;
    DurationWindow times_{2000};
};

}  // namespace sightline
