#include "core/inference/encoder_weights.h"

// No fmt in files that include LibTorch: it brings fmt headers of its own, of another version.
#include <ATen/native/quantized/PackedParams.h>
#include <torch/script.h>

#include "core/inference/archive_parts.h"

namespace sightline {
namespace {

std::vector<torch::jit::Module> children(const torch::jit::Module& module) {
    std::vector<torch::jit::Module> found;
    for (const torch::jit::Module& child : module.children()) {
        found.push_back(child);
    }
    return found;
}

std::string className(const torch::jit::Module& module) {
    const auto name = module.type()->name();
    return name ? name->name() : std::string();
}

Convolution convolution(const torch::jit::Module& module) {
    const std::string kind = className(module);
    TORCH_CHECK(kind == "Conv2d" || kind == "ConvReLU2d", "a layer is a ", kind);
    const auto packed = module.attr("_packed_params").toCustomClass<ConvPackedParamsBase<2>>();
    const auto [weight, bias] = packed->unpack();
    TORCH_CHECK(bias && weight.qscheme() == at::kPerChannelAffine && weight.scalar_type() == at::kQInt8 &&
                    weight.q_per_channel_zero_points().eq(0).all().item<bool>(),
                "weights are quantized another way");
    const auto stride = packed->stride();
    const auto padding = packed->padding();
    const auto dilation = packed->dilation();
    TORCH_CHECK(weight.dim() == 4 && weight.size(2) == weight.size(3) && stride[0] == stride[1] &&
                    padding[0] == padding[1] && dilation[0] == 1 && dilation[1] == 1 &&
                    (packed->groups() == 1 || packed->groups() == weight.size(0)),
                "a convolution is not square");
    Convolution result;
    result.outputs = static_cast<int>(weight.size(0));
    result.inputs = static_cast<int>(weight.size(1));
    result.kernel = static_cast<int>(weight.size(2));
    result.stride = static_cast<int>(stride[0]);
    result.padding = static_cast<int>(padding[0]);
    result.weights = values<std::int8_t>(weight.int_repr());
    result.weightScales = values<float>(weight.q_per_channel_scales().to(torch::kFloat));
    result.bias = values<float>(bias->to(torch::kFloat));
    result.outputScale = module.attr("scale").toDouble();
    result.outputZero = static_cast<int>(module.attr("zero_point").toInt());
    result.relu = kind == "ConvReLU2d";
    return result;
}

EncoderBlock block(const torch::jit::Module& module) {
    TORCH_CHECK(className(module) == "QuantizedBlock", "a block is a ", className(module));
    const auto layers = children(part(module, "layers"));
    TORCH_CHECK(layers.size() == 2 || layers.size() == 3, "a block has ", layers.size(), " layers");
    EncoderBlock result;
    if (layers.size() == 3) {
        result.expand = convolution(layers[0]);
    }
    result.depthwise = convolution(layers[layers.size() - 2]);
    result.project = convolution(layers[layers.size() - 1]);
    if (module.attr("residual").toBool()) {
        result.sum = Quantization{module.attr("scale").toDouble(), static_cast<int>(module.attr("zero_point").toInt())};
    }
    return result;
}

}  // namespace

EncoderWeights encoderWeights(const torch::jit::Module& encoder) {
    const torch::jit::Module whole = part(encoder, "encoder");
    TORCH_CHECK(className(whole) == "Int8Encoder", "the encoder is a ", className(whole));
    EncoderWeights weights;
    weights.input = {whole.attr("scale").toDouble(), static_cast<int>(whole.attr("zero_point").toInt())};
    for (const torch::jit::Module& network : children(part(part(whole, "layers"), "networks"))) {
        const auto layers = children(network);
        TORCH_CHECK(layers.size() >= 2, "a network has ", layers.size(), " layers");
        EncoderBackbone backbone;
        backbone.stem = convolution(layers.front());
        for (std::size_t i = 1; i + 1 < layers.size(); ++i) {
            backbone.blocks.push_back(block(layers[i]));
        }
        backbone.head = convolution(layers.back());
        weights.backbones.push_back(std::move(backbone));
    }
    return weights;
}

}  // namespace sightline
