#include "core/inference/encoder_weights.h"

#include <algorithm>

namespace sightline {
namespace {

using Kind = ArchivedValue::Kind;

constexpr std::int64_t kMostByte = 255;
constexpr std::int64_t kMostSteps = 16;        // of pixels: strides and paddings
constexpr std::int64_t kMostChannels = 65536;  // of a layer, or numbers on a side of its kernel

// Where PyTorch's quantized convolutions keep what, as torch.ao.nn.quantized.Conv2d.__getstate__ says.
enum Item : std::size_t {
    Stride = 3,
    Padding = 4,
    Dilation = 5,
    Groups = 8,
    Weight = 10,
    Bias,
    Scale,
    ZeroPoint,
    Training
};

int zeroPoint(std::int64_t value) {
    requireArchived(value >= 0 && value <= kMostByte, "a zero point is no byte");
    return static_cast<int>(value);
}

// Of a tuple that says it for both sides.
int ofBothSides(const ArchivedModule& module, Item item) {
    const ArchivedValue& pair = module.item(item, Kind::Tuple);
    requireArchived(pair.items.size() == 2 && pair.items[0]->kind == Kind::Int && pair.items[1]->kind == Kind::Int &&
                        pair.items[0]->whole == pair.items[1]->whole && pair.items[0]->whole >= 0 &&
                        pair.items[0]->whole <= kMostSteps,
                    "a convolution is not square");
    return static_cast<int>(pair.items[0]->whole);
}

Convolution convolution(const ModuleArchive& archive, const ArchivedModule& module) {
    const std::string kind = module.className();
    requireArchived(kind == "Conv2d" || kind == "ConvReLU2d", "a layer is a " + kind);
    requireArchived(module.itemCount() == Training + 1, "a layer is of another PyTorch");
    const ArchivedTensor& weight = *module.item(Weight, Kind::Tensor).tensor;
    requireArchived(weight.type == NumberType::QuantizedInt8 && weight.scales && weight.zeroPoints,
                    "weights are quantized another way");
    const auto zeros = archive.values<std::int64_t>(*weight.zeroPoints);
    requireArchived(std::ranges::count(zeros, 0) == std::ssize(zeros), "weights are quantized another way");
    requireArchived(
        weight.sizes.size() == 4 && weight.sizes[2] == weight.sizes[3] && ofBothSides(module, Dilation) == 1,
        "a convolution is not square");
    requireArchived(std::ranges::max(weight.sizes) <= kMostChannels, "a convolution is too large");
    const std::int64_t groups = module.item(Groups, Kind::Int).whole;
    requireArchived(groups == 1 || groups == weight.sizes[0], "a convolution has groups");
    Convolution result;
    result.outputs = static_cast<int>(weight.sizes[0]);
    result.inputs = static_cast<int>(weight.sizes[1]);
    result.kernel = static_cast<int>(weight.sizes[2]);
    result.stride = ofBothSides(module, Stride);
    requireArchived(result.stride > 0, "a convolution stands still");
    result.padding = ofBothSides(module, Padding);
    result.weights = archive.values<std::int8_t>(weight);
    result.weightScales = archive.floats(*weight.scales, weight.sizes[0]);
    result.bias = archive.floats(*module.item(Bias, Kind::Tensor).tensor, weight.sizes[0]);
    result.outputScale = module.item(Scale, Kind::Real).real;
    result.outputZero = zeroPoint(module.item(ZeroPoint, Kind::Int).whole);
    result.relu = kind == "ConvReLU2d";
    return result;
}

EncoderBlock block(const ModuleArchive& archive, const ArchivedModule& module) {
    requireArchived(module.className() == "QuantizedBlock", "a block is a " + module.className());
    const auto layers = module.part("layers").children();
    requireArchived(layers.size() == 2 || layers.size() == 3,
                    "a block has " + std::to_string(layers.size()) + " layers");
    EncoderBlock result;
    if (layers.size() == 3) {
        result.expand = convolution(archive, layers[0]);
    }
    result.depthwise = convolution(archive, layers[layers.size() - 2]);
    result.project = convolution(archive, layers[layers.size() - 1]);
    if (module.flag("residual")) {
        result.sum = Quantization{module.real("scale"), zeroPoint(module.whole("zero_point"))};
    }
    return result;
}

}  // namespace

EncoderWeights encoderWeights(const ModuleArchive& archive) {
    const ArchivedModule whole = archive.root().part("encoder");
    requireArchived(whole.className() == "Int8Encoder", "the encoder is a " + whole.className());
    EncoderWeights weights;
    weights.input = {whole.real("scale"), zeroPoint(whole.whole("zero_point"))};
    for (const ArchivedModule& network : whole.part("layers").part("networks").children()) {
        const auto layers = network.children();
        requireArchived(layers.size() >= 2, "a network has " + std::to_string(layers.size()) + " layers");
        EncoderBackbone backbone;
        backbone.stem = convolution(archive, layers.front());
        for (std::size_t i = 1; i + 1 < layers.size(); ++i) {
            backbone.blocks.push_back(block(archive, layers[i]));
        }
        backbone.head = convolution(archive, layers.back());
        weights.backbones.push_back(std::move(backbone));
    }
    return weights;
}

}  // namespace sightline
