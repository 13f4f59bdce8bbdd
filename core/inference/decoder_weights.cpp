#include "core/inference/decoder_weights.h"

// No fmt in files that include LibTorch: it brings fmt headers of its own, of another version.
#include <ATen/native/quantized/PackedParams.h>
#include <torch/script.h>

#include "core/inference/archive_parts.h"

namespace sightline {
namespace {

constexpr std::int64_t kMostSentenceTokens = 1024;

LayerNorm layerNorm(const torch::jit::Module& module, std::int64_t width) {
    return {values<float>(module.attr("weight").toTensor(), width),
            values<float>(module.attr("bias").toTensor(), width)};
}

Int8Linear linear(const torch::jit::Module& module, std::int64_t outputs, std::int64_t inputs, SimdPath path) {
    const auto packed = module.attr("_packed_params").toModule().attr("_packed_params");
    const auto [weight, bias] = packed.toCustomClass<LinearPackedParamsBase>()->unpack();
    TORCH_CHECK(weight.dim() == 2 && weight.size(0) == outputs && weight.size(1) == inputs, "a layer has the size ",
                weight.sizes(), ", not [", outputs, ", ", inputs, "]");
    const auto weights = values<std::int8_t>(weight.int_repr(), outputs * inputs);
    const auto scales = values<float>(weight.q_per_channel_scales().to(torch::kFloat), outputs);
    const auto biases = bias ? values<float>(*bias, outputs) : std::vector<float>{};
    return {weights, scales, biases, static_cast<int>(outputs), static_cast<int>(inputs), path};
}

std::int64_t rowsOf(const at::Tensor& table, std::int64_t width) {
    TORCH_CHECK(table.dim() == 2 && table.size(1) == width, "a table has the size ", table.sizes(), ", its rows not ",
                width, " numbers");
    return table.size(0);
}

SentenceWeights sentence(const torch::jit::Module& module, std::int64_t channels, std::int64_t width, SimdPath path) {
    const std::int64_t tokens = module.attr("count").toInt();
    TORCH_CHECK(tokens > 0 && tokens <= kMostSentenceTokens, "a sentence has ", tokens, " tokens");
    std::optional<ClassWeights> classes;
    std::int64_t count = 0;
    if (module.hasattr("classes") && !module.attr("classes").isNone()) {  // bundles of the first releases lack it
        count = part(module, "classes").attr("out_features").toInt();
        TORCH_CHECK(count > 0, "there are ", count, " classes");
        classes = ClassWeights{linear(part(module, "classes"), count, channels, path),
                               linear(part(module, "name"), tokens * width, count, path),
                               static_cast<float>(module.attr("class_scale").toDouble())};
    }
    const std::int64_t embedding = part(module, "predict").attr("out_features").toInt();
    return {static_cast<int>(tokens),
            std::move(classes),
            linear(part(module, "predict"), embedding, channels + count, path),
            linear(part(module, "expand"), tokens * width, embedding, path),
            layerNorm(part(module, "norm"), width),
            values<float>(module.attr("position").toTensor(), tokens * width)};
}

}  // namespace

DecoderWeights decoderWeights(const torch::jit::Module& decoder, const Manifest& manifest, SimdPath path) {
    const std::int64_t width = static_cast<std::int64_t>(manifest.heads) * manifest.headWidth;
    const std::int64_t tokens = manifest.vocabularySize;
    std::vector<DecoderBlock> blocks;
    for (const torch::jit::Module& block : part(decoder, "blocks").children()) {
        const auto hidden =
            part(block, "expand").attr("out_features").toInt();  // linear() finds out where this is not so
        blocks.push_back({layerNorm(part(block, "norm1"), width), linear(part(block, "qkv"), 3 * width, width, path),
                          linear(part(block, "project"), width, width, path), layerNorm(part(block, "norm2"), width),
                          linear(part(block, "expand"), hidden, width, path),
                          linear(part(block, "contract"), width, hidden, path)});
    }
    TORCH_CHECK(blocks.size() == static_cast<std::size_t>(manifest.layers), "there are ", blocks.size(), " blocks");
    const at::Tensor rows = part(decoder, "token").attr("rows").toTensor();
    const at::Tensor positions = part(decoder, "position").attr("weight").toTensor();
    const std::int64_t places = rowsOf(positions, width);
    TORCH_CHECK(rowsOf(rows, width) == tokens && places >= textLength(manifest), "there are ", rows.size(0),
                " tokens and ", places, " positions");
    return {static_cast<int>(width),
            manifest.heads,
            values<std::int8_t>(rows, tokens * width),
            values<float>(part(decoder, "token").attr("scale").toTensor(), tokens),
            values<float>(positions, places * width),
            std::move(blocks),
            layerNorm(part(decoder, "norm"), width),
            linear(part(decoder, "head"), tokens, width, path)};
}

PrefillWeights prefillWeights(const torch::jit::Module& decoder, const Manifest& manifest, SimdPath path) {
    const std::int64_t width = static_cast<std::int64_t>(manifest.heads) * manifest.headWidth;
    const std::int64_t cells = rowsOf(decoder.attr("visual_position").toTensor(), width);
    const std::int64_t channels = part(decoder, "visual").attr("in_features").toInt();
    std::optional<SentenceWeights> predicted;
    if (decoder.hasattr("sentence") && !decoder.attr("sentence").isNone()) {
        predicted = sentence(part(decoder, "sentence"), channels, width, path);
    }
    const std::int64_t tokens = cells + (predicted ? predicted->tokens : 0);
    TORCH_CHECK(tokens == manifest.prefixLength, "there are ", tokens, " visual tokens");
    std::vector<Int8Linear> blocks;
    for (const torch::jit::Module& block : part(decoder, "blocks").children()) {
        blocks.push_back(linear(part(block, "visual"), 2 * width, width, path));
    }
    TORCH_CHECK(!blocks.empty() && blocks.size() == static_cast<std::size_t>(manifest.layers), "there are ",
                blocks.size(), " blocks");
    return {static_cast<int>(cells),
            static_cast<int>(channels),
            static_cast<int>(width),
            manifest.heads,
            linear(part(decoder, "visual"), width, channels, path),
            layerNorm(part(decoder, "visual_norm"), width),
            values<float>(decoder.attr("visual_position").toTensor(), cells * width),
            std::move(predicted),
            std::move(blocks)};
}

}  // namespace sightline
