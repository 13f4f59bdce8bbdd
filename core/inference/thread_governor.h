// How many threads captions get while other programs want the CPUs too: fewer where more do not pay, more again when
// they do.
//
// A thread that waits for one that has no CPU waits for the scheduler, some milliseconds each time. What pays is not
// computed but tried: when the captioning thread gets less than the whole of a CPU, a few captions are made with half
// the threads and the cheaper number is kept; from there the larger one is tried again now and then. Each trial that
// was in vain doubles the time until the next. On an idle machine nothing is ever tried.
#pragma once

#include <deque>

#include "core/inference/stage_times.h"

namespace sightline {

// One thread at a time.
class ThreadGovernor {
public:
    // For the next caption, of `most` that it may have.
    int threads(int most);

    // A caption was made with threads(). `cpuShare`: CPU time of the calling thread over the time that passed.
    void note(const StageTimes& times, double cpuShare);

private:
    enum class Trial { None, Fewer, More };

    int candidate(Trial trial) const;
    void judge();

    int most_ = 0;
    int current_ = 0;  // what is known to pay
    Trial trial_ = Trial::None;
    std::deque<double> known_;  // costs with current_, the last few
    std::deque<double> tried_;  // costs of the trial
    std::deque<double> cpuShares_;
    int since_ = 0;       // captions since the last trial
    int fewerAfter_ = 0;  // captions until the next trial of fewer threads, and of more
    int moreAfter_ = 0;
};

}  // namespace sightline
