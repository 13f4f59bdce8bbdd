// How long the program takes until it is of use: one line in the log for the window, one for the first caption.
#pragma once

#include <chrono>

#include <QObject>

class QWidget;

namespace sightline {

class SessionBridge;

// UI thread only. Times count from the start of the process, so loading the libraries is part of them; logged at the
// level "info" together with the resident memory.
class StartupLog final : public QObject {
public:
    // Borrows both; belongs to the window.
    StartupLog(QWidget& window, SessionBridge& bridge);

    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void firstCaption();

    SessionBridge& bridge_;
    bool captioned_ = false;
};

}  // namespace sightline
