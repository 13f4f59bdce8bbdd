#include "core/inference/fused_encoder.h"

#include <algorithm>

#include "core/base/logging.h"

namespace sightline {
namespace {

using Size = std::size_t;

constexpr int kColours = 3;
constexpr int kSlack = 16;          // numbers that a kernel may touch after the last
constexpr int kMostInputs = 32768;  // of which sums of 8-bit products fit in 32 bits
constexpr int kMostOutputs = 8192;  // of a layer; pixels times channels stay far below 2^31
constexpr int kMostKernel = 7;
constexpr int kPixelsAtOnce = 48;       // whose numbers stay in the L2 cache beside a group's weights
constexpr Size kRowBuffer = 24 * 1024;  // numbers of expanded rows kept at a time: 48 KB

// Room of the thread that works on a part.
std::int16_t* scratch(Size count) {
    static thread_local std::vector<std::int16_t> room;
    if (room.size() < count) {
        room.resize(count);
    }
    return room.data();
}

Size inputsOf(const Convolution& c) { return static_cast<Size>(c.inputs) * static_cast<Size>(c.kernel * c.kernel); }

bool isWhole(const Convolution& c) {
    const auto outputs = static_cast<Size>(c.outputs);
    return c.outputs > 0 && c.outputs <= kMostOutputs && c.inputs > 0 && c.inputs <= kMostInputs && c.kernel > 0 &&
           c.kernel <= kMostKernel && c.stride > 0 && c.stride <= kMostKernel && c.padding >= 0 &&
           c.padding < c.kernel && inputsOf(c) <= kMostInputs && c.weights.size() == outputs * inputsOf(c) &&
           c.weightScales.size() == outputs && c.bias.size() == outputs && c.outputScale > 0.0 && c.outputZero >= 0 &&
           c.outputZero <= 255;
}

bool isPointwise(const Convolution& c, int inputs) {
    return isWhole(c) && c.kernel == 1 && c.stride == 1 && c.padding == 0 && c.inputs == inputs && c.outputs % 8 == 0;
}

bool isDepthwise(const Convolution& c, int channels) {
    return isWhole(c) && c.inputs == 1 && c.outputs == channels && channels % kChannels == 0;
}

Quantization outputOf(const Convolution& c) { return {c.outputScale, c.outputZero}; }

}  // namespace

Result<FusedEncoder> FusedEncoder::make(const EncoderWeights& weights, int inputSize, SimdPath path,
                                        ParallelFor parallel) {
    const auto refuse = [](const std::string& what) {
        return fail(ErrorCode::Unsupported, "The encoder's " + what + " is of a shape that LibTorch has to compute.");
    };
    FusedEncoder encoder(inputSize, static_cast<std::int16_t>(weights.input.zero), std::move(parallel));
    for (const EncoderBackbone& source : weights.backbones) {
        const Convolution& stem = source.stem;
        const int stemSize = (inputSize + 2 * stem.padding - stem.kernel) / std::max(1, stem.stride) + 1;
        if (!isWhole(stem) || stem.inputs != kColours || stem.outputs % 8 != 0 || stemSize < 1 ||
            stem.kernel * kColours > kSlack) {
            return refuse("first layer");
        }
        const int skipped = ledByZeros(stem) ? 1 : 0;
        const int kernel = stem.kernel - skipped;
        Convolution gathered = stem;  // as the picture lies in memory: colours of a pixel side by side
        gathered.kernel = kernel;
        gathered.weights.clear();
        for (int o = 0; o < stem.outputs; ++o) {
            for (int tap = 0; tap < kernel * kernel; ++tap) {
                for (int colour = 0; colour < kColours; ++colour) {
                    const int row = tap / kernel + skipped;
                    const int at = ((o * kColours + colour) * stem.kernel + row) * stem.kernel + tap % kernel + skipped;
                    gathered.weights.push_back(stem.weights[static_cast<Size>(at)]);
                }
            }
        }
        std::vector<Block> blocks;
        int channels = stem.outputs;
        int size = stemSize;
        Quantization at = outputOf(stem);
        for (const EncoderBlock& block : source.blocks) {
            const std::string name = "block " + std::to_string(blocks.size() + 1);
            if (block.expand && !isPointwise(*block.expand, channels)) {
                return refuse(name);
            }
            const int expanded = block.expand ? block.expand->outputs : channels;
            const Quantization inside = block.expand ? outputOf(*block.expand) : at;
            const bool fits = isDepthwise(block.depthwise, expanded) && isPointwise(block.project, expanded) &&
                              size + 2 * block.depthwise.padding >= block.depthwise.kernel;
            if (!fits) {
                return refuse(name);
            }
            Int8Depthwise depthwise(block.depthwise, inside, path);
            const int outputSize = depthwise.outputSize(size);
            if (block.sum && (block.project.outputs != channels || outputSize != size)) {
                return refuse(name);
            }
            const Quantization projected = outputOf(block.project);
            Block made{{},
                       std::move(depthwise),
                       static_cast<std::int16_t>(inside.zero),
                       Int8Pointwise(block.project, outputOf(block.depthwise), path),
                       {},
                       size};
            if (block.expand) {
                made.expand.emplace(*block.expand, at, path);
            }
            if (block.sum) {
                made.residual.emplace(at, projected, *block.sum, path);
            }
            blocks.push_back(std::move(made));
            at = block.sum ? *block.sum : projected;
            channels = block.project.outputs;
            size = outputSize;
        }
        if (!isPointwise(source.head, channels) || source.head.outputs % kChannels != 0) {
            return refuse("last layer");
        }
        if (encoder.cells_ != 0 && encoder.cells_ != size * size) {
            return refuse("grid");
        }
        encoder.cells_ = size * size;
        encoder.channels_ += source.head.outputs;
        encoder.backbones_.push_back({Int8Pointwise(gathered, weights.input, path), kernel, stem.stride, stem.padding,
                                      skipped, std::move(blocks), Int8Pointwise(source.head, at, path),
                                      outputOf(source.head), stemSize});
    }
    if (encoder.backbones_.empty()) {
        return refuse("list of networks");
    }
    return encoder;
}

void FusedEncoder::encode(const std::uint8_t* pixels, float* features) {
    int firstChannel = 0;
    for (const Backbone& backbone : backbones_) {
        stem(backbone, pixels);
        for (const Block& block : backbone.blocks) {
            expandAndFilter(block);
            project(block);
            std::swap(input_, output_);
        }
        head(backbone, firstChannel, features);
        firstChannel += backbone.head.outputs();
    }
}

void FusedEncoder::stem(const Backbone& backbone, const std::uint8_t* pixels) {
    const int kernel = backbone.kernel;
    const int stride = backbone.stride;
    const int padding = backbone.padding;
    const int skipped = backbone.skipped;
    const int size = backbone.size;
    const auto line = static_cast<Size>((inputSize_ + 2 * padding) * kColours);
    padded_.assign(line * static_cast<Size>(inputSize_ + 2 * padding) + kSlack, static_cast<std::uint8_t>(inputZero_));
    for (Size y = 0; y < static_cast<Size>(inputSize_); ++y) {
        std::copy_n(pixels + y * static_cast<Size>(inputSize_) * kColours, inputSize_ * kColours,
                    padded_.data() + (y + static_cast<Size>(padding)) * line + static_cast<Size>(padding) * kColours);
    }
    const int outputs = backbone.stem.outputs();
    const int inputs = backbone.stem.inputs();
    input_.resize(static_cast<Size>(size) * static_cast<Size>(size * outputs) + kSlack);
    parallel_(size, [&](int first, int last) {
        std::int16_t* seen = scratch(static_cast<Size>(size * inputs) + 2 * kSlack);
        for (int y = first; y < last; ++y) {
            for (int x = 0; x < size; ++x) {
                for (int row = 0; row < kernel; ++row) {
                    const std::uint8_t* from = padded_.data() + static_cast<Size>(y * stride + skipped + row) * line +
                                               static_cast<Size>((x * stride + skipped) * kColours);
                    std::int16_t* to = seen + x * inputs + row * kernel * kColours;
                    // Always sixteen, which a vector holds; the next row or pixel overwrites those that are too many.
                    for (int i = 0; i < kSlack; ++i) {
                        to[i] = from[i];
                    }
                }
            }
            std::int16_t* out = input_.data() + static_cast<std::ptrdiff_t>(y) * size * outputs;
            for (int group = 0; group < backbone.stem.groups(); ++group) {
                backbone.stem.apply(group, seen, size, out + static_cast<std::ptrdiff_t>(group) * kChannels, outputs);
            }
        }
    });
}

void FusedEncoder::expandAndFilter(const Block& block) {
    const Int8Depthwise& filter = block.depthwise;
    const int size = block.size;
    const int outputSize = filter.outputSize(size);
    const int channels = filter.channels();
    const int inputs = block.expand ? block.expand->inputs() : channels;
    const auto rowLength = static_cast<Size>(filter.paddedSize(size)) * kChannels;
    const int overlap = std::max(0, filter.kernel() - filter.stride());
    const int fits = (static_cast<int>(kRowBuffer / rowLength) - filter.kernel()) / filter.stride() + 1;
    const int rowsAtOnce = std::clamp(fits, 1, outputSize);
    const auto bufferRows = static_cast<Size>((rowsAtOnce - 1) * filter.stride() + filter.kernel());
    filtered_.resize(static_cast<Size>(outputSize) * static_cast<Size>(outputSize * channels) + kSlack);
    parallel_(channels / kChannels, [&](int first, int last) {
        std::int16_t* buffer = scratch(bufferRows * rowLength + kSlack);
        for (int group = first; group < last; ++group) {
            const std::ptrdiff_t channel = static_cast<std::ptrdiff_t>(group) * kChannels;
            const int seenColumns = std::min(size, static_cast<int>(rowLength) / kChannels - filter.before());
            std::fill_n(buffer, bufferRows * rowLength, block.padding);
            for (int y = 0; y < outputSize; y += rowsAtOnce) {
                const int rows = std::min(rowsAtOnce, outputSize - y);
                const int firstRow = y * filter.stride() - filter.before();  // of the input, in the buffer's first row
                const int needed = (rows - 1) * filter.stride() + filter.kernel();
                int have = 0;
                if (y > 0) {
                    have = overlap;
                    const Size moved = static_cast<Size>(rowsAtOnce * filter.stride()) * rowLength;
                    std::copy_n(buffer + moved, static_cast<Size>(overlap) * rowLength, buffer);
                }
                for (int row = have; row < needed; ++row) {
                    std::int16_t* line = buffer + static_cast<Size>(row) * rowLength;
                    const int from = firstRow + row;
                    if (from < 0 || from >= size) {
                        std::fill_n(line, rowLength, block.padding);
                        continue;
                    }
                    std::int16_t* to = line + static_cast<Size>(filter.before()) * kChannels;
                    const std::int16_t* x = input_.data() + static_cast<std::ptrdiff_t>(from) * size * inputs;
                    if (block.expand) {
                        block.expand->apply(group, x, seenColumns, to, kChannels);
                    } else {
                        for (int p = 0; p < seenColumns; ++p) {
                            std::copy_n(x + p * inputs + channel, kChannels, to + p * kChannels);
                        }
                    }
                }
                for (int row = 0; row < rows; ++row) {
                    filter.apply(
                        group, buffer + static_cast<Size>(row * filter.stride()) * rowLength,
                        static_cast<std::ptrdiff_t>(rowLength), outputSize,
                        filtered_.data() + static_cast<std::ptrdiff_t>(y + row) * outputSize * channels + channel,
                        channels);
                }
            }
        }
    });
}

void FusedEncoder::project(const Block& block) {
    const int size = block.depthwise.outputSize(block.size);
    const int pixels = size * size;
    const int inputs = block.project.inputs();
    const int outputs = block.project.outputs();
    const int groups = block.project.groups();
    const int parts = (pixels + kPixelsAtOnce - 1) / kPixelsAtOnce;
    output_.resize(static_cast<Size>(pixels) * static_cast<Size>(outputs) + kSlack);
    parallel_(parts * groups, [&](int first, int last) {
        for (int i = first; i < last; ++i) {
            const int pixel = i / groups * kPixelsAtOnce;
            const int group = i % groups;
            const int count = std::min(kPixelsAtOnce, pixels - pixel);
            const std::ptrdiff_t at = static_cast<std::ptrdiff_t>(pixel) * outputs + group * kChannels;
            block.project.apply(group, filtered_.data() + static_cast<std::ptrdiff_t>(pixel) * inputs, count,
                                output_.data() + at, outputs);
            if (block.residual) {
                block.residual->apply(input_.data() + at, output_.data() + at,
                                      std::min(kChannels, outputs - group * kChannels), count, outputs);
            }
        }
    });
}

void FusedEncoder::head(const Backbone& backbone, int firstChannel, float* features) {
    const auto scale = static_cast<float>(backbone.features.scale);
    parallel_(backbone.head.groups(), [&](int first, int last) {
        std::int16_t* bytes = scratch(static_cast<Size>(cells_) * kChannels);
        for (int group = first; group < last; ++group) {
            backbone.head.apply(group, input_.data(), cells_, bytes, kChannels);
            for (int cell = 0; cell < cells_; ++cell) {
                float* out =
                    features + static_cast<std::ptrdiff_t>(cell) * channels_ + firstChannel + group * kChannels;
                for (int c = 0; c < kChannels; ++c) {
                    out[c] = static_cast<float>(bytes[cell * kChannels + c] - backbone.features.zero) * scale;
                }
            }
        }
    });
}

void tellThatLibTorchEncodes(const std::string& why) { logger("inference")->info("{} It runs in LibTorch.", why); }

}  // namespace sightline
