// All figures of live captioning, each with its last minute.
#pragma once

#include <functional>

#include <QTimer>
#include <QWidget>

#include "core/base/system_load.h"
#include "ui/live/frame_clock.h"

class QGridLayout;
class QLabel;

namespace sightline {

class Sparkline;

// UI thread only. Measures while it is visible.
class CountersDock final : public QWidget {
    Q_OBJECT

public:
    struct Reading {
        SessionMetrics session;
        double displayedFps = 0.0;
    };
    using Read = std::function<Reading()>;

    explicit CountersDock(Read read, QWidget* parent = nullptr);

    // A line a figure.
    QString text() const;

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    struct Row {
        QString title;
        QLabel* value;
        Sparkline* line;  // null: none
    };

    int addRow(const QString& title, const char* name, const QString& help, bool line = true);
    void set(int row, const QString& text, std::optional<double> value = {});
    void refresh();

    const Read read_;
    QGridLayout* grid_;
    QList<Row> rows_;
    QTimer timer_;
    FrameClock frames_;
    SystemSample before_;
    int displayed_, captured_, captions_, stages_, threads_, latency_, age_, dropped_, reused_, cores_, process_,
        memory_, heat_, frameTime_;
};

}  // namespace sightline
