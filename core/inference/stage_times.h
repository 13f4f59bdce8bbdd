// Where the time of one caption went.
#pragma once

#include <chrono>

namespace sightline {

// Wall time of the parts of all decoder steps of one caption, each with the norms and sums that belong to it.
struct StepParts {
    std::chrono::nanoseconds projections{};  // of attention: queries, keys, values and output
    std::chrono::nanoseconds attention{};
    std::chrono::nanoseconds feedForward{};
    std::chrono::nanoseconds head{};  // scores of the vocabulary

    std::chrono::nanoseconds total() const { return projections + attention + feedForward + head; }
};

// Wall time of each stage of one caption, and the decoder steps taken.
struct StageTimes {
    std::chrono::nanoseconds preprocess{};
    std::chrono::nanoseconds encode{};    // pixels to features
    std::chrono::nanoseconds prefill{};   // features to the visual prefix's keys and values
    std::chrono::nanoseconds generate{};  // all decoder steps and the search
    int steps = 0;
    int threads = 0;      // it was made with
    int mostThreads = 0;  // it could have had; 0 where nothing lessens them
    StepParts parts;      // of `generate`, where the engine is traced

    std::chrono::nanoseconds total() const { return preprocess + encode + prefill + generate; }
};

}  // namespace sightline
