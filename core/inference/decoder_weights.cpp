#include "core/inference/decoder_weights.h"

// No fmt in files that include LibTorch: it brings fmt headers of its own, of another version.
#include <ATen/native/quantized/PackedParams.h>
#include <torch/script.h>

namespace sightline {
namespace {

template <typename T>
std::vector<T> values(const at::Tensor& tensor) {
    const at::Tensor dense = tensor.contiguous();
    return {dense.data_ptr<T>(), dense.data_ptr<T>() + dense.numel()};
}

LayerNorm layerNorm(const torch::jit::Module& module) {
    return {values<float>(module.attr("weight").toTensor()), values<float>(module.attr("bias").toTensor())};
}

Int8Linear linear(const torch::jit::Module& module, SimdPath path) {
    const auto packed = module.attr("_packed_params").toModule().attr("_packed_params");
    const auto [weight, bias] = packed.toCustomClass<LinearPackedParamsBase>()->unpack();
    const auto weights = values<std::int8_t>(weight.int_repr());
    const auto scales = values<float>(weight.q_per_channel_scales().to(torch::kFloat));
    const auto biases = bias ? values<float>(*bias) : std::vector<float>{};
    return {weights, scales, biases, static_cast<int>(weight.size(0)), static_cast<int>(weight.size(1)), path};
}

}  // namespace

DecoderWeights decoderWeights(const torch::jit::Module& decoder, int heads, SimdPath path) {
    const auto part = [](const torch::jit::Module& module, const char* name) { return module.attr(name).toModule(); };
    std::vector<DecoderBlock> blocks;
    for (const torch::jit::Module& block : part(decoder, "blocks").children()) {
        blocks.push_back({layerNorm(part(block, "norm1")), linear(part(block, "qkv"), path),
                          linear(part(block, "project"), path), layerNorm(part(block, "norm2")),
                          linear(part(block, "expand"), path), linear(part(block, "contract"), path)});
    }
    const at::Tensor rows = part(decoder, "token").attr("rows").toTensor();
    return {static_cast<int>(rows.size(1)),
            heads,
            values<std::int8_t>(rows),
            values<float>(part(decoder, "token").attr("scale").toTensor()),
            values<float>(part(decoder, "position").attr("weight").toTensor()),
            std::move(blocks),
            layerNorm(part(decoder, "norm")),
            linear(part(decoder, "head"), path)};
}

}  // namespace sightline
