#include "core/inference/fused_decoder.h"

#include <algorithm>
#include <utility>

#include "core/inference/simd_math.h"

namespace sightline {
namespace {

void normalizeRows(const LayerNorm& norm, const std::vector<float>& x, std::vector<float>& y, int rows, int width) {
    y.resize(static_cast<std::size_t>(rows) * width);
    for (int r = 0; r < rows; ++r) {
        const std::ptrdiff_t start = static_cast<std::ptrdiff_t>(r) * width;
        layerNorm({x.data() + start, static_cast<std::size_t>(width)}, norm.weight.data(), norm.bias.data(),
                  y.data() + start);
    }
}

}  // namespace

FusedDecoder::FusedDecoder(DecoderWeights weights, int longest, int prefixLength, ParallelFor parallel, bool traced)
    : weights_(std::move(weights)), longest_(longest), prefixLength_(prefixLength), parallel_(std::move(parallel)),
      traced_(traced) {}

void FusedDecoder::start(std::span<const float> prefix, int beams) {
    prefix_ = prefix;
    beams_ = beams;
    parts_ = {};
    const auto rows = static_cast<std::size_t>(beams);
    text_.resize(weights_.blocks.size() * 2 * static_cast<std::size_t>(longest_) * rows *
                 static_cast<std::size_t>(weights_.width));
    ancestors_.assign(rows * static_cast<std::size_t>(longest_), 0);
}

float* FusedDecoder::text(std::size_t layer, int keyOrValue, int position, int slot) {
    const std::size_t row = ((layer * 2 + static_cast<std::size_t>(keyOrValue)) * static_cast<std::size_t>(longest_) +
                             static_cast<std::size_t>(position)) *
                                static_cast<std::size_t>(beams_) +
                            static_cast<std::size_t>(slot);
    return text_.data() + row * static_cast<std::size_t>(weights_.width);
}

void FusedDecoder::embed(std::span<const TokenId> tokens, int position) {
    const auto width = static_cast<std::size_t>(weights_.width);
    x_.resize(tokens.size() * width);
    const float* place = weights_.positions.data() + static_cast<std::size_t>(position) * width;
    for (std::size_t r = 0; r < tokens.size(); ++r) {
        const auto token = static_cast<std::size_t>(tokens[r]);
        const float scale = weights_.tokenScales[token];
        for (std::size_t i = 0; i < width; ++i) {
            x_[r * width + i] = static_cast<float>(weights_.tokens[token * width + i]) * scale + place[i];
        }
    }
}

void FusedDecoder::linear(const Int8Linear& layer, const std::vector<float>& x, std::vector<float>& y, int rows,
                          Activation activation) {
    layer.quantize({x.data(), static_cast<std::size_t>(rows) * static_cast<std::size_t>(layer.inputs())}, rows,
                   quantized_);
    y.resize(static_cast<std::size_t>(rows) * static_cast<std::size_t>(layer.outputs()));
    parallel_(layer.parts(), [&](int first, int last) {
        layer.apply(quantized_, first, last, y.data());
        const int begin = first * layer.outputsOfPart();
        const auto count = static_cast<std::size_t>(std::min(last * layer.outputsOfPart(), layer.outputs()) - begin);
        for (int r = 0; activation == Activation::Gelu && r < rows; ++r) {
            gelu({y.data() + static_cast<std::ptrdiff_t>(r) * layer.outputs() + begin, count});
        }
    });
}

void FusedDecoder::attendAll(std::size_t layer, int position, int rows) {
    const int width = weights_.width;
    const int heads = weights_.heads;
    const int headWidth = width / heads;
    const int own = position + 1;
    const auto positions = static_cast<std::size_t>(rows) * static_cast<std::size_t>(own);
    attended_.resize(static_cast<std::size_t>(rows) * static_cast<std::size_t>(width));
    textRows_.resize(2 * positions);  // of the first head
    const float** keys = textRows_.data();
    const float** values = keys + positions;
    for (int row = 0; row < rows; ++row) {
        for (int t = 0; t < own; ++t) {
            const int slot = t == position ? row : ancestors_[static_cast<std::size_t>(row * longest_ + t)];
            *keys++ = text(layer, 0, t, slot);
            *values++ = text(layer, 1, t, slot);
        }
    }
    parallel_(heads, [&](int first, int last) {
        static thread_local std::vector<const float*> ofHead;
        static thread_local std::vector<float> scores;
        ofHead.resize(textRows_.size());
        for (int head = first; head < last; ++head) {
            const std::ptrdiff_t place = static_cast<std::ptrdiff_t>(head) * headWidth;
            std::ranges::transform(textRows_, ofHead.begin(), [place](const float* row) { return row + place; });
            const std::size_t planes = layer * 2 * static_cast<std::size_t>(heads) + static_cast<std::size_t>(head);
            const float* key = prefix_.data() + planes * static_cast<std::size_t>(prefixLength_ * headWidth);
            const float* value = key + static_cast<std::ptrdiff_t>(heads) * prefixLength_ * headWidth;
            const Attended seen{key, value, prefixLength_, ofHead.data(), ofHead.data() + positions, own, headWidth};
            scores.resize(kMostQueries * roomForScores(seen));
            attend(seen, rows, qkv_.data() + place, 3 * static_cast<std::ptrdiff_t>(width), scores.data(),
                   attended_.data() + place, width);
        }
    });
}

// Adds the time since the last lap, or the step's beginning, to a part.
void FusedDecoder::lap(std::chrono::nanoseconds& part) {
    if (traced_) {
        const auto now = std::chrono::steady_clock::now();
        part += now - std::exchange(lapBegan_, now);
    }
}

std::span<const float> FusedDecoder::step(std::span<const TokenId> tokens, int position) {
    const auto rows = static_cast<int>(tokens.size());
    const int width = weights_.width;
    if (traced_) {
        lapBegan_ = std::chrono::steady_clock::now();
    }
    embed(tokens, position);
    for (std::size_t layer = 0; layer < weights_.blocks.size(); ++layer) {
        const DecoderBlock& block = weights_.blocks[layer];
        normalizeRows(block.norm1, x_, normed_, rows, width);
        linear(block.qkv, normed_, qkv_, rows);
        for (int r = 0; r < rows; ++r) {
            const float* row = qkv_.data() + static_cast<std::ptrdiff_t>(r) * 3 * width;
            std::copy_n(row + width, width, text(layer, 0, position, r));
            std::copy_n(row + 2 * static_cast<std::ptrdiff_t>(width), width, text(layer, 1, position, r));
        }
        lap(parts_.projections);
        attendAll(layer, position, rows);
        lap(parts_.attention);
        linear(block.project, attended_, added_, rows);
        add(x_, added_.data());
        lap(parts_.projections);
        normalizeRows(block.norm2, x_, normed_, rows, width);
        linear(block.expand, normed_, hidden_, rows, Activation::Gelu);
        linear(block.contract, hidden_, added_, rows);
        add(x_, added_.data());
        lap(parts_.feedForward);
    }
    normalizeRows(weights_.norm, x_, normed_, rows, width);
    linear(weights_.head, normed_, logits_, rows);
    lap(parts_.head);
    for (int r = 0; r < rows; ++r) {
        ancestors_[static_cast<std::size_t>(r) * static_cast<std::size_t>(longest_) +
                   static_cast<std::size_t>(position)] = r;
    }
    return logits_;
}

void FusedDecoder::reorder(std::span<const int> parents, int positions) {
    std::vector<int> next(ancestors_.size(), 0);
    for (std::size_t i = 0; i < parents.size(); ++i) {
        const auto from = ancestors_.begin() + static_cast<std::ptrdiff_t>(parents[i]) * longest_;
        std::copy_n(from, positions, next.begin() + static_cast<std::ptrdiff_t>(i) * longest_);
    }
    ancestors_ = std::move(next);
}

}  // namespace sightline
