// Time: the units of media time and a steady clock that tests replace.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <utility>

namespace sightline {

// Position in a stream, counted from its first presented frame, or from its sound where that leads by much.
using MediaTime = std::chrono::nanoseconds;
using SteadyTime = std::chrono::steady_clock::time_point;

inline double toSeconds(std::chrono::nanoseconds time) { return std::chrono::duration<double>(time).count(); }
inline double toMilliseconds(std::chrono::nanoseconds time) {
    return std::chrono::duration<double, std::milli>(time).count();
}

// Any thread.
class Clock {
public:
    Clock() = default;
    Clock(const Clock&) = delete;
    Clock& operator=(const Clock&) = delete;
    virtual ~Clock() = default;

    virtual SteadyTime now() const = 0;

    // Waits on `condition` (with `lock` held) until `deadline`, a stop request or a notification; may wake early.
    virtual void waitUntil(std::condition_variable_any& condition, std::unique_lock<std::mutex>& lock,
                           const std::stop_token& stop, SteadyTime deadline) const = 0;
};

class SystemClock final : public Clock {
public:
    SteadyTime now() const override { return std::chrono::steady_clock::now(); }
    void waitUntil(std::condition_variable_any& condition, std::unique_lock<std::mutex>& lock,
                   const std::stop_token& stop, SteadyTime deadline) const override {
        // One wait, so that the caller's own condition is looked at after every notification.
        bool woken = false;
        condition.wait_until(lock, stop, deadline, [&woken] { return std::exchange(woken, true); });
    }
};

}  // namespace sightline
