// Threads that share the parts of short loops, a few dozen a millisecond, and never make them slower for long when
// other programs want the CPUs.
//
// Work lies ready in small pieces and whoever runs takes the next, so a helper that has no CPU holds nothing up; only a
// piece it was taken off in the middle of is waited for. Every wait spins briefly, then sleeps.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <thread>
#include <vector>

namespace sightline {

// One thread at a time calls run().
class WorkTeam {
public:
    // Works on [first, last); must not throw.
    using Job = std::function<void(int first, int last)>;

    WorkTeam() = default;
    WorkTeam(const WorkTeam&) = delete;
    WorkTeam& operator=(const WorkTeam&) = delete;
    ~WorkTeam();

    // Calls `job` for parts of [0, count) on the calling thread and on up to `threads` - 1 helpers; returns when all of
    // it is done. Helpers start when they are first asked for.
    void run(int count, int threads, const Job& job);

private:
    void help(int index);
    void takePieces(std::uint32_t region);
    void waitForHelpers();

    // calling thread only
    std::vector<std::jthread> helpers_;
    std::uint32_t region_ = 0;

    // Written before a region opens. Stored with release and loaded with acquire: who sees a later region's value also
    // sees that its own region is over.
    std::atomic<const Job*> job_ = nullptr;
    std::atomic<int> count_ = 0;
    std::atomic<int> piece_ = 1;    // length of a piece
    std::atomic<int> allowed_ = 0;  // helpers that may take part
    std::atomic<bool> ending_ = false;

    alignas(64) std::atomic<std::uint64_t> next_ = 0;    // region << 32 | its next piece
    alignas(64) std::atomic<std::uint32_t> opened_ = 0;  // the newest region; helpers wait for it
    alignas(64) std::atomic<int> left_ = 0;              // pieces of the region that are not done
};

}  // namespace sightline
