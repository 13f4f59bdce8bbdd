// Loops over floats of the decoder, the search and the resizing, compiled for several instruction sets; the widest one
// this CPU runs is taken when the program starts. All give the same bits. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace sightline {

// y = (x - mean) / deviation * weight + bias, all of one length; epsilon as PyTorch's LayerNorm.
void layerNorm(std::span<const float> x, const float* weight, const float* bias, float* y);

// GELU in its tanh form, in place.
void gelu(std::span<float> x);

// 1 / (1 + exp(-x)), in place.
void sigmoid(std::span<float> x);

void add(std::span<float> y, const float* x);

// What queries of one head look at: `shared` positions that all of them see, whose keys and values lie one after the
// other, then `own` positions, each with rows of keys and values for every query: [queries, own]. Rows have `width`
// floats.
struct Attended {
    const float* keys;
    const float* values;
    int shared;
    const float* const* ownKeys;
    const float* const* ownValues;
    int own;
    int width;
};

// Queries that are taken together.
constexpr int kMostQueries = 3;

// Floats of one query's scores.
std::size_t roomForScores(const Attended& seen);

// Attention of `count` queries, rows `queryStride` floats apart; so are those of `out` by `outStride`. `scores` has
// room for kMostQueries times roomForScores().
void attend(const Attended& seen, int count, const float* queries, std::ptrdiff_t queryStride, float* scores,
            float* out, std::ptrdiff_t outStride);

// The row in 8 bits by its largest magnitude, to nearest; returns the scale.
float quantizeRow(std::span<const float> x, std::int8_t* out);

// What sums of products of 8-bit numbers stand for: y = (sum - offset) * scale of the row * its scale + bias, rounded
// in this order. Rows of y lie `stride` numbers apart, those of sums `sumStride`.
struct DequantizationSteps {
    const std::int32_t* offsets;
    const float* scales;
    const float* bias;
};
void dequantize(float* y, std::size_t width, std::ptrdiff_t stride, const std::int32_t* sums, std::ptrdiff_t sumStride,
                std::span<const float> rowScales, const DequantizationSteps& steps);

// y = (x - zero) * scale.
void dequantize(std::span<float> y, const std::uint8_t* x, int zero, float scale);
void dequantize(std::span<float> y, const std::int16_t* x, int zero, float scale);

constexpr std::size_t kStretch = 128;

// The largest number of each stretch of x, the last of which may be shorter.
void largestOfStretches(std::span<const float> x, float* largest);

// Sum of exp(x - peak).
double sumOfExponentials(std::span<const float> x, float peak);

// sums += weight * bytes.
void accumulate(std::span<float> sums, const std::uint8_t* bytes, float weight);

// Averages of neighbouring pixels, BGRA as sums, for one row of RGB bytes: each of `taps` pixels from its `first` on,
// by its weights [first.size(), taps]. `area` is what bytes in the sums and here were weighted with in all; the average
// is rounded to nearest, halves up. Exact where all numbers are whole and `area` is below 2^34.
void averagePixels(const float* pixels, std::span<const int> first, const float* weights, int taps, double area,
                   std::uint8_t* rgb);

}  // namespace sightline
