#include "core/inference/work_team.h"

#include <algorithm>
#include <string>

#include "core/base/thread_name.h"

namespace sightline {
namespace {

// Longer than the short stretches of a caption that one thread computes alone, so that helpers are awake for the next
// loop; far shorter than the scheduler's slices of some milliseconds.
constexpr std::chrono::microseconds kSpin{100};
constexpr int kLooksAtClock = 32;
constexpr std::uint64_t kClosed = 0xffffffffU;
// More pieces than threads: who is taken off its CPU leaves the rest to the others.
constexpr int kPiecesPerThread = 4;

void relax() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    asm volatile("yield");
#endif
}

// Whether `done` came true within kSpin.
template <typename Condition>
bool spinUntil(const Condition& done) {
    const auto until = std::chrono::steady_clock::now() + kSpin;
    do {
        for (int i = 0; i < kLooksAtClock; ++i) {
            if (done()) {
                return true;
            }
            relax();
        }
    } while (std::chrono::steady_clock::now() < until);
    return false;
}

}  // namespace

WorkTeam::~WorkTeam() {
    ending_.store(true);
    opened_.fetch_add(1);
    opened_.notify_all();
    helpers_.clear();  // before what they look at goes
}

void WorkTeam::run(int count, int threads, const Job& job) {
    if (threads < 2 || count < 2) {
        job(0, count);
        return;
    }
    while (static_cast<int>(helpers_.size()) < threads - 1) {
        helpers_.emplace_back([this, index = static_cast<int>(helpers_.size())] { help(index); });
    }
    const int piece = std::max(1, count / (threads * kPiecesPerThread));
    region_ = opened_.load(std::memory_order_relaxed) + 1;
    next_.store(std::uint64_t{region_} << 32U | kClosed, std::memory_order_release);  // late helpers keep out
    job_.store(&job, std::memory_order_release);
    count_.store(count, std::memory_order_release);
    piece_.store(piece, std::memory_order_release);
    allowed_.store(threads - 1, std::memory_order_release);
    left_.store((count + piece - 1) / piece, std::memory_order_release);
    next_.store(std::uint64_t{region_} << 32U, std::memory_order_release);
    opened_.store(region_, std::memory_order_release);
    opened_.notify_all();  // costs a look at a counter where nobody sleeps
    takePieces(region_);
    waitForHelpers();
}

void WorkTeam::takePieces(std::uint32_t region) {
    while (true) {
        std::uint64_t at = next_.load(std::memory_order_acquire);
        const Job* job = job_.load(std::memory_order_acquire);
        const std::int64_t count = count_.load(std::memory_order_acquire);
        const std::int64_t piece = piece_.load(std::memory_order_acquire);
        const auto first = static_cast<std::int64_t>(at & kClosed) * piece;
        if (at >> 32U != region || first >= count) {
            return;
        }
        if (!next_.compare_exchange_weak(at, at + 1, std::memory_order_acq_rel)) {
            continue;
        }
        (*job)(static_cast<int>(first), static_cast<int>(std::min(count, first + piece)));
        if (left_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
            left_.notify_one();
        }
    }
}

void WorkTeam::waitForHelpers() {
    if (spinUntil([this] { return left_.load(std::memory_order_acquire) == 0; })) {
        return;
    }
    for (int left = left_.load(std::memory_order_acquire); left != 0; left = left_.load(std::memory_order_acquire)) {
        left_.wait(left, std::memory_order_acquire);
    }
}

void WorkTeam::help(int index) {
    nameThisThread(("team " + std::to_string(index + 1)).c_str());
    std::uint32_t seen = 0;
    while (true) {
        if (!spinUntil([&] { return opened_.load(std::memory_order_acquire) != seen; })) {
            opened_.wait(seen, std::memory_order_acquire);
        }
        seen = opened_.load(std::memory_order_acquire);
        if (ending_.load()) {
            return;
        }
        if (index < allowed_.load(std::memory_order_acquire)) {
            takePieces(seen);
        }
    }
}

}  // namespace sightline
