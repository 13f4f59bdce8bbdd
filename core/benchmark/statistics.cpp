#include "core/benchmark/statistics.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace sightline {
namespace {

constexpr double kNoisy = 0.1;
constexpr double kVeryNoisy = 0.25;
constexpr double kOutside = 0.025;  // probability that may lie beyond each end of the interval

}  // namespace

double quantile(std::span<const double> values, double share) {
    std::vector<double> sorted(values.begin(), values.end());
    std::sort(sorted.begin(), sorted.end());
    const double place = share * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const std::size_t above = std::min(below + 1, sorted.size() - 1);
    return std::lerp(sorted[below], sorted[above], place - static_cast<double>(below));
}

double relativeSpread(std::span<const double> values) {
    const double middle = median(values);
    return middle == 0.0 ? 0.0 : (quantile(values, 0.75) - quantile(values, 0.25)) / middle;
}

Interval medianInterval(std::span<const double> values) {
    std::vector<double> sorted(values.begin(), values.end());
    std::sort(sorted.begin(), sorted.end());
    const std::size_t count = sorted.size();
    // The number of values below the true median is binomial with probability 1/2; the interval leaves out as many of
    // the outermost values as leave at most 2.5 % on each side.
    double probability = std::pow(0.5, static_cast<double>(count));  // of exactly `out` values below
    double tail = probability;                                       // of at most `out`
    std::size_t out = 0;
    while (2 * (out + 1) < count) {
        probability *= static_cast<double>(count - out) / static_cast<double>(out + 1);
        if (tail + probability > kOutside) {
            break;
        }
        tail += probability;
        ++out;
    }
    return {sorted[out], sorted[count - 1 - out]};
}

Noise noiseOf(double relativeSpread) {
    return relativeSpread > kVeryNoisy ? Noise::VeryNoisy : relativeSpread > kNoisy ? Noise::Noisy : Noise::Quiet;
}

const char* noiseName(Noise noise) {
    switch (noise) {
        case Noise::Quiet: return "quiet";
        case Noise::Noisy: return "noisy";
        case Noise::VeryNoisy: return "very noisy";
    }
    return "";
}

}  // namespace sightline
