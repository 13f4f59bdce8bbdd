// Loops over floats of the decoder, the search and the resizing, compiled for several instruction sets; the widest one
// this CPU runs is taken when the program starts. All give the same bits. Any thread.
#pragma once

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

// Attention of one query of one head over `count` positions: keys and values are rows of `width` floats.
// `scores` has room for `count` floats.
void attend(const float* query, const float* const* keys, const float* const* values, int count, int width,
            float* scores, float* out);

// The row in 8 bits by its largest magnitude, to nearest; returns the scale.
float quantizeRow(std::span<const float> x, std::int8_t* out);

// What sums of products of 8-bit numbers stand for: y = (sum - offset) * scale * its scale + bias, rounded in this
// order.
void dequantize(std::span<float> y, const std::int32_t* sums, const std::int32_t* offsets, float scale,
                const float* scales, const float* bias);

float largest(std::span<const float> x);

// Sum of exp(x - peak).
double sumOfExponentials(std::span<const float> x, float peak);

// sums += weight * bytes.
void accumulate(std::span<float> sums, const std::uint8_t* bytes, float weight);

// Weighted sum of neighbouring pixels of four channels: out[c] = sum of weights[i] * pixels[4 i + c].
void sumPixels(const float* pixels, std::span<const float> weights, double* out);

}  // namespace sightline
