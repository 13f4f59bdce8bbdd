#include "core/inference/fused_prefill.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/inference/simd_math.h"

namespace sightline {
namespace {

using Size = std::size_t;

// Each row normed, in place, and its position added.
void place(std::span<float> x, const LayerNorm& norm, const std::vector<float>& positions) {
    const Size width = norm.weight.size();
    for (Size first = 0; first < x.size(); first += width) {
        const auto row = x.subspan(first, width);
        layerNorm(row, norm.weight.data(), norm.bias.data(), row.data());
    }
    add(x, positions.data());
}

}  // namespace

FusedPrefill::FusedPrefill(PrefillWeights weights, ParallelFor parallel)
    : weights_(std::move(weights)), parallel_(std::move(parallel)),
      prefixLength_(weights_.cells + (weights_.sentence ? weights_.sentence->tokens : 0)) {}

void FusedPrefill::linear(const Int8Linear& layer, std::span<const float> x, std::span<float> y, int rows) {
    layer.quantize(x, rows, quantized_);
    parallel_(layer.parts(), [&](int first, int last) { layer.apply(quantized_, first, last, y.data()); });
}

void FusedPrefill::sentence(const SentenceWeights& weights, std::span<const float> features) {
    const auto cells = static_cast<Size>(weights_.cells);
    const auto channels = static_cast<Size>(weights_.channels);
    summary_.assign(channels, 0.0F);
    for (Size cell = 0; cell < cells; ++cell) {
        add(summary_, features.data() + cell * channels);
    }
    const float share = 1.0F / static_cast<float>(cells);
    for (float& mean : summary_) {
        mean *= share;
    }
    if (weights.classes) {
        const auto count = static_cast<Size>(weights.classes->detect.outputs());
        detected_.resize(cells * count);
        linear(weights.classes->detect, features, detected_, weights_.cells);
        seen_.assign(detected_.begin(), detected_.begin() + static_cast<std::ptrdiff_t>(count));
        for (Size i = count; i < detected_.size(); ++i) {
            seen_[i % count] = std::max(seen_[i % count], detected_[i]);
        }
        sigmoid(seen_);
        for (float& surest : seen_) {
            surest = std::sqrt(surest);
            summary_.push_back(weights.classes->scale * surest);
        }
    }
    embedding_.resize(static_cast<Size>(weights.predict.outputs()));
    linear(weights.predict, summary_, embedding_, 1);
    const std::span<float> tokens{x_.data(), static_cast<Size>(weights.tokens) * static_cast<Size>(weights_.width)};
    linear(weights.expand, embedding_, tokens, 1);
    if (weights.classes) {
        named_.resize(tokens.size());
        linear(weights.classes->name, seen_, named_, 1);
        add(tokens, named_.data());
    }
    place(tokens, weights.norm, weights.positions);
}

void FusedPrefill::run(std::span<const float> features, std::span<float> prefix) {
    const auto width = static_cast<Size>(weights_.width);
    const auto rows = static_cast<Size>(prefixLength_);
    x_.resize(rows * width);
    const std::span<float> cells = std::span(x_).subspan((rows - static_cast<Size>(weights_.cells)) * width);
    linear(weights_.visual, features, cells, weights_.cells);
    place(cells, weights_.norm, weights_.positions);
    if (weights_.sentence) {
        sentence(*weights_.sentence, features);
    }
    weights_.blocks.front().quantize(x_, prefixLength_, quantized_);
    const Size headWidth = width / static_cast<Size>(weights_.heads);
    const int parts = weights_.blocks.front().parts();
    parallel_(parts * static_cast<int>(weights_.blocks.size()), [&](int first, int last) {
        static thread_local std::vector<float> room;
        room.resize(rows * 2 * width);
        for (int i = first; i < last; ++i) {
            const auto block = static_cast<Size>(i / parts);
            const int part = i % parts;
            weights_.blocks[block].apply(quantized_, part, part + 1, room.data());
            const auto ofPart = static_cast<Size>(weights_.blocks[block].outputsOfPart());
            const Size begin = static_cast<Size>(part) * ofPart;
            const Size end = std::min(begin + ofPart, 2 * width);
            for (Size output = begin; output < end;) {
                // [2, heads, head width] of a row becomes [2, heads, rows, head width].
                const Size head = output / headWidth;
                const Size next = std::min(end, (head + 1) * headWidth);
                for (Size row = 0; row < rows; ++row) {
                    std::copy_n(room.data() + row * 2 * width + output, next - output,
                                prefix.data() +
                                    ((block * 2 * static_cast<Size>(weights_.heads) + head) * rows + row) * headWidth +
                                    output % headWidth);
                }
                output = next;
            }
        }
    });
}

}  // namespace sightline
