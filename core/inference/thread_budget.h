// How many CPU threads all captioners of the program use, changed while they run.
#pragma once

#include <algorithm>
#include <atomic>
#include <memory>

#include "core/inference/captioner.h"

namespace sightline {

// Any thread.
class ThreadBudget {
public:
    explicit ThreadBudget(int threads) : threads_(std::max(1, threads)) {}

    int threads() const { return threads_; }
    void set(int threads) { threads_ = std::max(1, threads); }

private:
    std::atomic<int> threads_;
};

// `captioner`, with the budget's intra-op threads from each next caption on, or with fewer while other programs keep
// the CPUs so busy that fewer are faster (thread_governor.h).
std::unique_ptr<Captioner> obeying(std::shared_ptr<const ThreadBudget> budget, std::unique_ptr<Captioner> captioner);

}  // namespace sightline
