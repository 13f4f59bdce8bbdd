#include "ui/video/export_runner.h"

#include "core/base/logging.h"
#include "ui/error_text.h"

namespace sightline {
namespace {

constexpr auto kTellEvery = std::chrono::milliseconds(100);

}  // namespace

void ExportRunner::start(Job job) {
    run_.start("export",
               [this, job = std::move(job)](const std::stop_token& stop, const BackgroundRun::Teller& teller) {
                   auto told = std::chrono::steady_clock::time_point();
                   const auto outcome = job(
                       [&](MediaTime time) {
                           if (const auto now = std::chrono::steady_clock::now(); now - told >= kTellEvery) {
                               told = now;
                               teller.tell([this, time] { emit progressed(time); });
                           }
                       },
                       stop);
                   teller.end([this, outcome] { finish(outcome); });
               });
}

void ExportRunner::finish(const Result<void>& outcome) {
    if (outcome) {
        emit succeeded();
    } else if (outcome.error().code == ErrorCode::Cancelled) {
        emit cancelled();
    } else {
        logger("ui")->error("{} {}", outcome.error().message, outcome.error().detail);
        emit failed(errorText(outcome.error()));
    }
}

}  // namespace sightline
