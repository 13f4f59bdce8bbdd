#include "ui/video/export_runner.h"

#include "core/base/logging.h"
#include "core/base/thread_name.h"

namespace sightline {
namespace {

constexpr auto kTellEvery = std::chrono::milliseconds(100);

}  // namespace

void ExportRunner::start(Job job) {
    thread_ = std::jthread([this, job = std::move(job)](const std::stop_token& stop) {
        nameThisThread("export");
        auto told = std::chrono::steady_clock::time_point();
        const auto outcome = job(
            [&](MediaTime time) {
                if (const auto now = std::chrono::steady_clock::now(); now - told >= kTellEvery) {
                    told = now;
                    QMetaObject::invokeMethod(
                        this, [this, time] { emit progressed(time); }, Qt::QueuedConnection);
                }
            },
            stop);
        QMetaObject::invokeMethod(
            this, [this, outcome] { finish(outcome); }, Qt::QueuedConnection);
    });
}

void ExportRunner::finish(const Result<void>& outcome) {
    thread_.join();
    if (outcome) {
        emit succeeded();
    } else if (outcome.error().code == ErrorCode::Cancelled) {
        emit cancelled();
    } else {
        logger("ui")->error("{} {}", outcome.error().message, outcome.error().detail);
        emit failed(QString::fromStdString(outcome.error().message));
    }
}

}  // namespace sightline
