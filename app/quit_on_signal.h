// A window that is asked to end by a signal, as at the end of a session, closes in order.
#pragma once

#include <QSocketNotifier>

namespace sightline {

// One at a time, on the UI thread. While it lives, SIGINT, SIGTERM and SIGHUP close all windows; a second one ends the
// program at once. Programs that are started meanwhile take the signals as ever.
class QuitOnSignal {
public:
    QuitOnSignal();
    ~QuitOnSignal();
    QuitOnSignal(const QuitOnSignal&) = delete;
    QuitOnSignal& operator=(const QuitOnSignal&) = delete;

private:
    QSocketNotifier asked_;
};

}  // namespace sightline
