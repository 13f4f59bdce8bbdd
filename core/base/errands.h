// Small jobs that must not hold up whoever asks for them.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "core/base/result.h"

namespace sightline {

// A thread that does one after the other. The destructor asks the present one to stop, waits for it, and leaves out the
// rest.
class Errands {
public:
    using Errand = std::function<Result<void>(const std::stop_token& stop)>;
    using Failed = std::function<void(const Error&)>;

    static constexpr std::size_t kMostWaiting = 16;

    // `failed` is called on the thread, without a lock held.
    Errands(const char* name, Failed failed);

    // False when too many wait already: this one is left out. Any thread.
    bool add(Errand errand);

private:
    void run(const std::stop_token& stop);

    // immutable
    const char* const name_;
    const Failed failed_;

    // guarded by mutex_
    std::mutex mutex_;
    std::condition_variable_any added_;
    std::deque<Errand> waiting_;

    std::jthread thread_;
};

}  // namespace sightline
