// A queue between two threads that makes the producer wait when it is full: nothing is dropped.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>

namespace sightline {

// Any thread; made for one producer and one consumer.
template <typename T>
class BoundedQueue {
public:
    explicit BoundedQueue(std::size_t capacity) : capacity_(capacity) {}

    // Waits for room. False, and the item is not queued, once `stop` is requested or the queue is closed.
    bool push(T item, const std::stop_token& stop) {
        std::unique_lock lock(mutex_);
        if (!changed_.wait(lock, stop, [this] { return closed_ || items_.size() < capacity_; }) || closed_ ||
            stop.stop_requested()) {
            return false;
        }
        items_.push_back(std::move(item));
        lock.unlock();
        changed_.notify_all();
        return true;
    }

    // Waits for an item. Empty once `stop` is requested, or when the queue is closed and drained.
    std::optional<T> pop(const std::stop_token& stop) {
        std::unique_lock lock(mutex_);
        if (!changed_.wait(lock, stop, [this] { return closed_ || !items_.empty(); }) || items_.empty() ||
            stop.stop_requested()) {
            return std::nullopt;
        }
        std::optional<T> item(std::move(items_.front()));
        items_.pop_front();
        lock.unlock();
        changed_.notify_all();
        return item;
    }

    // The next item, where it is there already.
    std::optional<T> tryPop() {
        std::optional<T> item;
        {
            const std::lock_guard lock(mutex_);
            if (items_.empty()) {
                return item;
            }
            item = std::move(items_.front());
            items_.pop_front();
        }
        changed_.notify_all();
        return item;
    }

    // No more items will come; those queued can still be popped.
    void close() {
        {
            const std::lock_guard lock(mutex_);
            closed_ = true;
        }
        changed_.notify_all();
    }

    std::size_t size() const {
        const std::lock_guard lock(mutex_);
        return items_.size();
    }

private:
    // immutable
    const std::size_t capacity_;

    // guarded by mutex_
    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    std::deque<T> items_;
    bool closed_ = false;
};

}  // namespace sightline
