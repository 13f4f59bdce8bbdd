#include "app/startup_log.h"

#include <fstream>
#include <sstream>

#include <unistd.h>
#include <QEvent>
#include <QTimer>
#include <QWidget>

#include "core/base/logging.h"
#include "core/base/system_load.h"
#include "ui/player/session_bridge.h"

namespace sightline {
namespace {

// Since the kernel started the process; proc(5): field 22 of stat, in clock ticks since boot.
double secondsSinceStart() {
    std::ifstream stat("/proc/self/stat");
    std::string line;
    std::getline(stat, line);
    std::istringstream fields(line.substr(line.rfind(')') + 2));  // the name before may hold spaces
    constexpr int kFieldsBefore = 19;                             // between the name and the start time
    std::string field;
    for (int i = 0; i < kFieldsBefore; ++i) {
        fields >> field;
    }
    double ticks = 0;
    fields >> ticks;
    double uptime = 0;
    std::ifstream("/proc/uptime") >> uptime;
    return uptime - ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
}

void log(const char* what) {
    logger("app")->info("{} {:.2f} s after the start, {:.0f} MB resident", what, secondsSinceStart(),
                        static_cast<double>(residentBytes()) / 1e6);
}

}  // namespace

StartupLog::StartupLog(QWidget& window, SessionBridge& bridge) : QObject(&window), bridge_(bridge) {
    window.installEventFilter(this);
    connect(&bridge, &SessionBridge::captionReady, this, &StartupLog::firstCaption);
}

bool StartupLog::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Paint) {
        watched->removeEventFilter(this);
        QTimer::singleShot(0, this, [] { log("Window on screen"); });  // once it is painted
    }
    return false;
}

void StartupLog::firstCaption() {
    if (!captioned_ && bridge_.session().captions().latest()) {
        captioned_ = true;
        log("First caption");
    }
}

}  // namespace sightline
