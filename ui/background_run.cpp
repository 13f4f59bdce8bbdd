#include "ui/background_run.h"

#include <utility>

#include "core/base/thread_name.h"

namespace sightline {

void BackgroundRun::Teller::tell(std::function<void()> call) const {
    QMetaObject::invokeMethod(
        &run_,
        [&run = run_, number = number_, call = std::move(call)] {
            if (number == run.number_) {
                call();
            }
        },
        Qt::QueuedConnection);
}

void BackgroundRun::Teller::end(std::function<void()> call) const {
    tell([&run = run_, call = std::move(call)] {
        run.thread_.join();
        call();
    });
}

void BackgroundRun::start(const char* name, Work work) {
    abandon();
    thread_ =
        std::jthread([name, work = std::move(work), teller = Teller(*this, number_)](const std::stop_token& stop) {
            nameThisThread(name);
            work(stop, teller);
        });
}

void BackgroundRun::abandon() {
    ++number_;
    if (thread_.joinable()) {
        thread_.request_stop();
        thread_.join();
    }
}

}  // namespace sightline
