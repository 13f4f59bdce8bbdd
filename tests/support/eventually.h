// Waiting for another thread with a deadline instead of a sleep.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace sightline::test {

inline constexpr auto kDeadline = std::chrono::seconds(20);  // only a hung test reaches it

// Counts wake-ups of other threads; waitFor() looks at its condition after each.
class Wakeups {
public:
    void operator()() {
        {
            const std::lock_guard lock(mutex_);
            ++count_;
        }
        changed_.notify_all();
    }

    // False when the deadline came first.
    template <typename Predicate>
    bool waitFor(Predicate predicate) {
        const auto deadline = std::chrono::steady_clock::now() + kDeadline;
        std::unique_lock lock(mutex_);
        while (true) {
            const int seen = count_;
            lock.unlock();
            if (predicate()) {
                return true;
            }
            lock.lock();
            if (!changed_.wait_until(lock, deadline, [&] { return count_ != seen; })) {
                return false;
            }
        }
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    int count_ = 0;
};

}  // namespace sightline::test
