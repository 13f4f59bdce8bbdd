#include "core/base/errands.h"

#include <utility>

#include "core/base/thread_name.h"

namespace sightline {

Errands::Errands(const char* name, Failed failed)
    : name_(name), failed_(std::move(failed)), thread_([this](const std::stop_token& stop) { run(stop); }) {}

bool Errands::add(Errand errand) {
    {
        const std::lock_guard lock(mutex_);
        if (waiting_.size() >= kMostWaiting) {
            return false;
        }
        waiting_.push_back(std::move(errand));
    }
    added_.notify_one();
    return true;
}

void Errands::run(const std::stop_token& stop) {
    nameThisThread(name_);
    while (true) {
        Errand errand;
        {
            std::unique_lock lock(mutex_);
            added_.wait(lock, stop, [this] { return !waiting_.empty(); });
            if (stop.stop_requested()) {
                return;
            }
            errand = std::move(waiting_.front());
            waiting_.pop_front();
        }
        if (const auto done = errand(stop); !done && done.error().code != ErrorCode::Cancelled) {
            failed_(done.error());
        }
    }
}

}  // namespace sightline
