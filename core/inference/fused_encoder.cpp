#include "core/inference/fused_encoder.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "core/inference/simd_math.h"

namespace sightline {
namespace {

using Size = std::size_t;

constexpr int kColours = 3;
constexpr int kStemSlack = 16;      // numbers of a row of the stem's kernel, copied as a whole
constexpr int kMostInputs = 32768;  // of which sums of 8-bit products fit in 32 bits
constexpr int kMostOutputs = 8192;  // of a layer; pixels times channels stay far below 2^31
constexpr int kMostKernel = 7;
constexpr Size kRowBuffer = 48 * 1024;  // bytes of expanded rows kept at a time

// Pixels projected at a time: their numbers stay in the L2 cache beside a group's weights. A multiple of the kernels'
// tiles: 6 pixels with AVX2 and AVX-VNNI, 14 with AVX-512.
template <typename Activation>
constexpr int kPixelsAtOnce = kBytes<Activation> ? 84 : 48;

// What a buffer holds is written anew each time; it never shrinks.
template <typename Number>
void makeRoom(LargeVector<Number>& buffer, Size count) {
    if (buffer.size() < count) {
        buffer.resize(count);
    }
}

// Room of the thread that works on a part.
template <typename Activation>
Activation* scratch(Size count) {
    static thread_local LargeVector<Activation> room;
    makeRoom(room, count);
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

template <typename Activation>
class NetworkOf final : public FusedEncoder::Network {
public:
    struct Block {
        std::optional<Int8Pointwise<Activation>> expand;
        Int8Depthwise<Activation> depthwise;
        Activation padding;  // what the depthwise one sees outside the picture
        Int8Pointwise<Activation> project;
        std::optional<Int8Residual<Activation>> residual;
        int size;  // rows and columns of its input
    };
    struct Backbone {
        Int8Pointwise<Activation> stem;  // over what its kernel sees
        int kernel;
        int stride;
        int padding;
        int skipped;  // leading rows and columns of zero weights, which are left out
        std::vector<Block> blocks;
        Int8Pointwise<Activation> head;
        Quantization features;
        int size;  // rows and columns of the stem's output
    };

    NetworkOf(int inputSize, int inputZero, ParallelFor parallel)
        : inputSize_(inputSize), inputZero_(static_cast<std::uint8_t>(inputZero)), parallel_(std::move(parallel)) {}
    void add(Backbone backbone) { backbones_.push_back(std::move(backbone)); }
    void encode(const std::uint8_t* pixels, float* features) override;

private:
    void stem(const Backbone& backbone, const std::uint8_t* pixels);
    void expandAndFilter(const Block& block);
    void project(const Block& block);
    void head(const Backbone& backbone, int firstChannel, float* features);

    const int inputSize_;
    const std::uint8_t inputZero_;
    const ParallelFor parallel_;
    std::vector<Backbone> backbones_;
    LargeVector<std::uint8_t> padded_;  // the picture with its padding
    LargeVector<Activation> input_;     // of a block, [pixels, channels]
    LargeVector<Activation> filtered_;  // its depthwise convolution's output
    LargeVector<Activation> output_;
};

template <typename Activation>
void NetworkOf<Activation>::encode(const std::uint8_t* pixels, float* features) {
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

template <typename Activation>
void NetworkOf<Activation>::stem(const Backbone& backbone, const std::uint8_t* pixels) {
    const int kernel = backbone.kernel;
    const int stride = backbone.stride;
    const int padding = backbone.padding;
    const int skipped = backbone.skipped;
    const int size = backbone.size;
    const auto line = static_cast<Size>((inputSize_ + 2 * padding) * kColours);
    padded_.assign(line * static_cast<Size>(inputSize_ + 2 * padding) + kStemSlack, inputZero_);
    for (Size y = 0; y < static_cast<Size>(inputSize_); ++y) {
        std::copy_n(pixels + y * static_cast<Size>(inputSize_) * kColours, inputSize_ * kColours,
                    padded_.data() + (y + static_cast<Size>(padding)) * line + static_cast<Size>(padding) * kColours);
    }
    const int outputs = backbone.stem.outputs();
    const int inputs = backbone.stem.inputs();
    makeRoom(input_, static_cast<Size>(size) * static_cast<Size>(size * outputs) + kSlack);
    parallel_(size, [&](int first, int last) {
        Activation* seen = scratch<Activation>(static_cast<Size>(size * inputs) + kStemSlack + kSlack);
        for (int y = first; y < last; ++y) {
            for (int x = 0; x < size; ++x) {
                for (int row = 0; row < kernel; ++row) {
                    const std::uint8_t* from = padded_.data() + static_cast<Size>(y * stride + skipped + row) * line +
                                               static_cast<Size>((x * stride + skipped) * kColours);
                    Activation* to = seen + x * inputs + row * kernel * kColours;
                    // Always sixteen, which a vector holds; the next row or pixel overwrites those that are too many.
                    std::array<std::uint8_t, kStemSlack> bytes;
                    std::memcpy(bytes.data(), from, sizeof bytes);
                    std::copy(bytes.begin(), bytes.end(), to);
                }
            }
            Activation* out = input_.data() + static_cast<std::ptrdiff_t>(y) * size * outputs;
            for (int group = 0; group < backbone.stem.groups(); ++group) {
                backbone.stem.apply(group, seen, size, out + static_cast<std::ptrdiff_t>(group) * kChannels, outputs);
            }
        }
    });
}

template <typename Activation>
void NetworkOf<Activation>::expandAndFilter(const Block& block) {
    const Int8Depthwise<Activation>& filter = block.depthwise;
    const int size = block.size;
    const int outputSize = filter.outputSize(size);
    const int width = filter.channels();
    const int inputs = block.expand ? block.expand->inputs() : width;
    const auto rowLength = static_cast<Size>(filter.paddedSize(size)) * kChannels;
    const int overlap = std::max(0, filter.kernel() - filter.stride());
    const int fits =
        (static_cast<int>(kRowBuffer / sizeof(Activation) / rowLength) - filter.kernel()) / filter.stride() + 1;
    const int rowsAtOnce = std::clamp(fits, 1, outputSize);
    const auto bufferRows = static_cast<Size>((rowsAtOnce - 1) * filter.stride() + filter.kernel());
    makeRoom(filtered_, static_cast<Size>(outputSize) * static_cast<Size>(outputSize * width) + kSlack);
    parallel_(width / kChannels, [&](int first, int last) {
        Activation* buffer = scratch<Activation>(bufferRows * rowLength + kSlack);
        std::fill_n(buffer, bufferRows * rowLength, block.padding);  // the columns of padding stay as they are
        for (int group = first; group < last; ++group) {
            const std::ptrdiff_t channel = static_cast<std::ptrdiff_t>(group) * kChannels;
            const int seenColumns = std::min(size, static_cast<int>(rowLength) / kChannels - filter.before());
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
                    Activation* line = buffer + static_cast<Size>(row) * rowLength;
                    const int from = firstRow + row;
                    if (from < 0 || from >= size) {
                        std::fill_n(line, rowLength, block.padding);
                        continue;
                    }
                    Activation* to = line + static_cast<Size>(filter.before()) * kChannels;
                    const Activation* x = input_.data() + static_cast<std::ptrdiff_t>(from) * size * inputs;
                    if (block.expand) {
                        block.expand->apply(group, x, seenColumns, to, kChannels);
                    } else {
                        for (int p = 0; p < seenColumns; ++p) {
                            std::copy_n(x + p * inputs + channel, kChannels, to + p * kChannels);
                        }
                    }
                }
                for (int row = 0; row < rows; ++row) {
                    filter.apply(group, buffer + static_cast<Size>(row * filter.stride()) * rowLength,
                                 static_cast<std::ptrdiff_t>(rowLength), outputSize,
                                 filtered_.data() + static_cast<std::ptrdiff_t>(y + row) * outputSize * width + channel,
                                 width);
                }
            }
        }
    });
}

template <typename Activation>
void NetworkOf<Activation>::project(const Block& block) {
    const int size = block.depthwise.outputSize(block.size);
    const int pixels = size * size;
    const int inputs = block.project.inputs();
    const int outputs = block.project.outputs();
    const int groups = block.project.groups();
    const int parts = (pixels + kPixelsAtOnce<Activation> - 1) / kPixelsAtOnce<Activation>;
    makeRoom(output_, static_cast<Size>(pixels) * static_cast<Size>(outputs) + kSlack);
    parallel_(parts * groups, [&](int first, int last) {
        for (int i = first; i < last; ++i) {
            const int pixel = i / groups * kPixelsAtOnce<Activation>;
            const int group = i % groups;
            const int count = std::min(kPixelsAtOnce<Activation>, pixels - pixel);
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

template <typename Activation>
void NetworkOf<Activation>::head(const Backbone& backbone, int firstChannel, float* features) {
    const auto scale = static_cast<float>(backbone.features.scale);
    parallel_(backbone.head.groups(), [&](int first, int last) {
        Activation* bytes = scratch<Activation>(static_cast<Size>(cells) * kChannels);
        for (int group = first; group < last; ++group) {
            backbone.head.apply(group, input_.data(), cells, bytes, kChannels);
            for (int cell = 0; cell < cells; ++cell) {
                float* out = features + static_cast<std::ptrdiff_t>(cell) * channels + firstChannel + group * kChannels;
                dequantize({out, kChannels}, bytes + cell * kChannels, backbone.features.zero, scale);
            }
        }
    });
}

}  // namespace

template <typename Activation>
Result<FusedEncoder> FusedEncoder::make(const EncoderWeights& weights, int inputSize,
                                        const ConvolutionKernels<Activation>& kernels, ParallelFor parallel) {
    using Of = NetworkOf<Activation>;
    const auto refuse = [](const std::string& what) {
        return fail(ErrorCode::Unsupported, "The encoder's " + what + " is of a shape that LibTorch has to compute.");
    };
    auto encoder = std::make_unique<Of>(inputSize, weights.input.zero, std::move(parallel));
    for (const EncoderBackbone& source : weights.backbones) {
        const Convolution& stem = source.stem;
        const int stemSize = (inputSize + 2 * stem.padding - stem.kernel) / std::max(1, stem.stride) + 1;
        if (!isWhole(stem) || stem.inputs != kColours || stem.outputs % 8 != 0 || stemSize < 1 ||
            stem.kernel * kColours > kStemSlack) {
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
        std::vector<typename Of::Block> blocks;
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
            Int8Depthwise<Activation> depthwise(block.depthwise, inside, kernels);
            const int outputSize = depthwise.outputSize(size);
            if (block.sum && (block.project.outputs != channels || outputSize != size)) {
                return refuse(name);
            }
            const Quantization projected = outputOf(block.project);
            typename Of::Block made{{},
                                    std::move(depthwise),
                                    static_cast<Activation>(inside.zero),
                                    Int8Pointwise<Activation>(block.project, outputOf(block.depthwise), kernels),
                                    {},
                                    size};
            if (block.expand) {
                made.expand.emplace(*block.expand, at, kernels);
            }
            if (block.sum) {
                made.residual.emplace(at, projected, *block.sum, kernels);
            }
            blocks.push_back(std::move(made));
            at = block.sum ? *block.sum : projected;
            channels = block.project.outputs;
            size = outputSize;
        }
        if (!isPointwise(source.head, channels) || source.head.outputs % kChannels != 0) {
            return refuse("last layer");
        }
        if (encoder->cells != 0 && encoder->cells != size * size) {
            return refuse("grid");
        }
        encoder->cells = size * size;
        encoder->channels += source.head.outputs;
        encoder->add({Int8Pointwise<Activation>(gathered, weights.input, kernels), kernel, stem.stride, stem.padding,
                      skipped, std::move(blocks), Int8Pointwise<Activation>(source.head, at, kernels),
                      outputOf(source.head), stemSize});
    }
    if (weights.backbones.empty()) {
        return refuse("list of networks");
    }
    return FusedEncoder(std::move(encoder));
}

Result<FusedEncoder> FusedEncoder::make(const EncoderWeights& weights, int inputSize, SimdPath path,
                                        ParallelFor parallel) {
    return takesBytes(path) ? make(weights, inputSize, byteKernels(path), std::move(parallel))
                            : make(weights, inputSize, wordKernels(path), std::move(parallel));
}

template Result<FusedEncoder> FusedEncoder::make(const EncoderWeights&, int, const ConvolutionKernels<std::uint8_t>&,
                                                 ParallelFor);
template Result<FusedEncoder> FusedEncoder::make(const EncoderWeights&, int, const ConvolutionKernels<std::int16_t>&,
                                                 ParallelFor);

}  // namespace sightline
