// Robust statistics of repeated measurements. Any thread.
#pragma once

#include <cstdint>
#include <span>

namespace sightline {

// The `share` quantile, 0..1, interpolated between order statistics as numpy.quantile does (Hyndman and Fan 1996,
// type 7). `values` must not be empty.
double quantile(std::span<const double> values, double share);

inline double median(std::span<const double> values) { return quantile(values, 0.5); }

// Interquartile range over the median; 0 for a median of 0.
double relativeSpread(std::span<const double> values);

struct Interval {
    double low = 0.0;
    double high = 0.0;

    bool operator==(const Interval&) const = default;
};

// 95 % confidence interval of the median from order statistics, which supposes nothing about the distribution (Conover
// 1999, section 3.2). Below six values no such interval exists; then it is their range.
Interval medianInterval(std::span<const double> values);

// Fewest values of which medianInterval covers the median with 95 %.
inline constexpr int kLeastForInterval = 6;

enum class Noise : std::uint8_t {
    Quiet,
    Noisy,      // relative spread above 0.1: differences below that mean little
    VeryNoisy,  // above 0.25: measure again
};

Noise noiseOf(double relativeSpread);
const char* noiseName(Noise noise);  // "quiet", "noisy", "very noisy"

}  // namespace sightline
