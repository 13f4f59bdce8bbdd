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
    const int count = prefixLength_ + position + 1;
    attended_.resize(static_cast<std::size_t>(rows) * static_cast<std::size_t>(width));
    parallel_(rows * heads, [&](int first, int last) {
        std::vector<const float*> keys(static_cast<std::size_t>(count));
        std::vector<const float*> values(static_cast<std::size_t>(count));
        std::vector<float> scores(static_cast<std::size_t>(count));
        for (int part = first; part < last; ++part) {
            const int row = part / heads;
            const int head = part % heads;
            const std::size_t planes = layer * 2 * static_cast<std::size_t>(heads) + static_cast<std::size_t>(head);
            const float* key = prefix_.data() + planes * static_cast<std::size_t>(prefixLength_ * headWidth);
            const float* value = key + static_cast<std::ptrdiff_t>(heads) * prefixLength_ * headWidth;
            for (int p = 0; p < prefixLength_; ++p) {
                keys[static_cast<std::size_t>(p)] = key + p * headWidth;
                values[static_cast<std::size_t>(p)] = value + p * headWidth;
            }
            for (int t = 0; t <= position; ++t) {
                const int slot = t == position ? row : ancestors_[static_cast<std::size_t>(row * longest_ + t)];
                keys[static_cast<std::size_t>(prefixLength_ + t)] = text(layer, 0, t, slot) + head * headWidth;
                values[static_cast<std::size_t>(prefixLength_ + t)] = text(layer, 1, t, slot) + head * headWidth;
            }
            const float* query = qkv_.data() + static_cast<std::ptrdiff_t>(row) * 3 * width + head * headWidth;
            float* out = attended_.data() + static_cast<std::ptrdiff_t>(row) * width + head * headWidth;
            attend(query, keys.data(), values.data(), count, headWidth, scores.data(), out);
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
