#include "app/quit_on_signal.h"

#include <csignal>

#include <sys/eventfd.h>
#include <unistd.h>

#include <QApplication>

namespace sightline {
namespace {

constexpr int kSignals[] = {SIGINT, SIGTERM, SIGHUP};
int wake = -1;

void ask(int) { ::eventfd_write(wake, 1); }

}  // namespace

QuitOnSignal::QuitOnSignal() : asked_((wake = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), QSocketNotifier::Read) {
    QObject::connect(&asked_, &QSocketNotifier::activated, [] {
        eventfd_t taken = 0;
        ::eventfd_read(wake, &taken);
        QApplication::closeAllWindows();
        QApplication::quit();  // also where a dialog stays
    });
    for (const int number : kSignals) {
        struct sigaction action {};
        action.sa_handler = ask;
        action.sa_flags = static_cast<int>(SA_RESTART | SA_RESETHAND);
        ::sigaction(number, &action, nullptr);
    }
}

QuitOnSignal::~QuitOnSignal() {
    for (const int number : kSignals) {
        std::signal(number, SIG_DFL);
    }
    asked_.setEnabled(false);
    ::close(wake);
}

}  // namespace sightline
