// Work begun on a thread of its own before its result is wanted.
#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "core/base/thread_name.h"

namespace sightline {

// One piece of work at a time. One thread calls begin() and take() in turn; the destructor waits for work under way.
template <typename Value>
class Ahead {
public:
    explicit Ahead(const char* threadName)
        : thread_([this, threadName](const std::stop_token& stop) {
              nameThisThread(threadName);
              run(stop);
          }) {}

    void begin(std::function<Value()> work) {
        {
            const std::lock_guard lock(mutex_);
            work_ = std::move(work);
        }
        changed_.notify_all();
    }

    // Until what begin() was told last is done; its result is dropped.
    void wait() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return value_ || thrown_; });
        value_.reset();
        thrown_ = nullptr;
    }

    // Waits for what begin() was told last. Throws what that threw.
    Value take() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return value_ || thrown_; });
        if (thrown_) {
            std::rethrow_exception(std::exchange(thrown_, nullptr));
        }
        return *std::exchange(value_, std::nullopt);
    }

private:
    void run(const std::stop_token& stop) {
        std::unique_lock lock(mutex_);
        while (changed_.wait(lock, stop, [this] { return work_ != nullptr; })) {
            const auto work = std::exchange(work_, nullptr);
            lock.unlock();
            std::optional<Value> value;
            std::exception_ptr thrown;
            try {
                value = work();
            } catch (...) {
                thrown = std::current_exception();
            }
            lock.lock();
            value_ = std::move(value);
            thrown_ = thrown;
            changed_.notify_all();
        }
    }

    // guarded by mutex_
    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::function<Value()> work_;
    std::optional<Value> value_;
    std::exception_ptr thrown_;

    std::jthread thread_;  // last: it uses all of the above
};

}  // namespace sightline
