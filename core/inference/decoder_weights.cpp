#include "core/inference/decoder_weights.h"

#include <string>

namespace sightline {
namespace {

using Kind = ArchivedValue::Kind;

constexpr std::int64_t kMostSentenceTokens = 1024;
constexpr std::int64_t kMostSide = 1U << 24;  // of a layer: products of two sides fit 64 bits

std::string sizesOf(const ArchivedTensor& tensor) {
    std::string text;
    for (const std::int64_t size : tensor.sizes) {
        text += (text.empty() ? "[" : ", ") + std::to_string(size);
    }
    return text + "]";
}

std::int64_t side(const ArchivedModule& module, std::string_view name) {
    const std::int64_t size = module.whole(name);
    requireArchived(size > 0 && size <= kMostSide, "a layer has " + std::to_string(size) + " " + std::string(name));
    return size;
}

// Takes the layers of one archive.
class Weights {
public:
    Weights(const ModuleArchive& archive, SimdPath path) : archive_(archive), path_(path) {}

    LayerNorm layerNorm(const ArchivedModule& module, std::int64_t width) const {
        return {archive_.floats(module.tensor("weight"), width), archive_.floats(module.tensor("bias"), width)};
    }

    // PyTorch's dynamically quantized one, whose packed parameters are (weight, bias or None).
    Int8Linear linear(const ArchivedModule& module, std::int64_t outputs, std::int64_t inputs) const {
        const ArchivedModule packed = module.part("_packed_params").part("_packed_params");
        const ArchivedTensor& weight = *packed.item(0, Kind::Tensor).tensor;
        requireArchived(weight.sizes == std::vector{outputs, inputs}, "a layer has the size " + sizesOf(weight) +
                                                                          ", not [" + std::to_string(outputs) + ", " +
                                                                          std::to_string(inputs) + "]");
        requireArchived(weight.type == NumberType::QuantizedInt8 && weight.scales, "weights are quantized another way");
        const bool hasBias = packed.itemKind(1) != Kind::None;
        return {archive_.values<std::int8_t>(weight),
                archive_.floats(*weight.scales, outputs),
                hasBias ? archive_.floats(*packed.item(1, Kind::Tensor).tensor, outputs) : std::vector<float>{},
                static_cast<int>(outputs),
                static_cast<int>(inputs),
                path_};
    }

    SentenceWeights sentence(const ArchivedModule& module, std::int64_t channels, std::int64_t width) const {
        const std::int64_t tokens = module.whole("count");
        requireArchived(tokens > 0 && tokens <= kMostSentenceTokens,
                        "a sentence has " + std::to_string(tokens) + " tokens");
        std::optional<ClassWeights> classes;
        std::int64_t count = 0;
        if (module.has("classes") && !module.isNone("classes")) {  // bundles of the first releases lack it
            count = side(module.part("classes"), "out_features");
            classes = ClassWeights{linear(module.part("classes"), count, channels),
                                   linear(module.part("name"), tokens * width, count),
                                   static_cast<float>(module.real("class_scale"))};
        }
        const std::int64_t embedding = side(module.part("predict"), "out_features");
        return {static_cast<int>(tokens),
                std::move(classes),
                linear(module.part("predict"), embedding, channels + count),
                linear(module.part("expand"), tokens * width, embedding),
                layerNorm(module.part("norm"), width),
                archive_.floats(module.tensor("position"), tokens * width)};
    }

private:
    const ModuleArchive& archive_;
    const SimdPath path_;
};

std::int64_t widthOf(const Manifest& manifest) { return std::int64_t{manifest.heads} * manifest.headWidth; }

std::int64_t rowsOf(const ArchivedTensor& table, std::int64_t width) {
    requireArchived(table.sizes.size() == 2 && table.sizes[1] == width,
                    "a table has the size " + sizesOf(table) + ", its rows not " + std::to_string(width) + " numbers");
    return table.sizes[0];
}

}  // namespace

DecoderWeights decoderWeights(const ModuleArchive& archive, const Manifest& manifest, SimdPath path) {
    const ArchivedModule decoder = archive.root();
    const Weights weights(archive, path);
    const std::int64_t width = widthOf(manifest);
    const std::int64_t tokens = manifest.vocabularySize;
    std::vector<DecoderBlock> blocks;
    for (const ArchivedModule& block : decoder.part("blocks").children()) {
        const std::int64_t hidden = side(block.part("expand"), "out_features");
        blocks.push_back(
            {weights.layerNorm(block.part("norm1"), width), weights.linear(block.part("qkv"), 3 * width, width),
             weights.linear(block.part("project"), width, width), weights.layerNorm(block.part("norm2"), width),
             weights.linear(block.part("expand"), hidden, width),
             weights.linear(block.part("contract"), width, hidden)});
    }
    requireArchived(blocks.size() == static_cast<std::size_t>(manifest.layers),
                    "there are " + std::to_string(blocks.size()) + " blocks");
    const ArchivedModule token = decoder.part("token");
    const ArchivedModule position = decoder.part("position");
    const ArchivedTensor& rows = token.tensor("rows");
    const ArchivedTensor& positions = position.tensor("weight");
    const std::int64_t places = rowsOf(positions, width);
    requireArchived(
        rowsOf(rows, width) == tokens && places >= textLength(manifest),
        "there are " + std::to_string(rows.sizes[0]) + " tokens and " + std::to_string(places) + " positions");
    return {static_cast<int>(width),
            manifest.heads,
            archive.values<std::int8_t>(rows),
            archive.floats(token.tensor("scale"), tokens),
            archive.floats(positions, places * width),
            std::move(blocks),
            weights.layerNorm(decoder.part("norm"), width),
            weights.linear(decoder.part("head"), tokens, width)};
}

PrefillWeights prefillWeights(const ModuleArchive& archive, const Manifest& manifest, SimdPath path) {
    const ArchivedModule decoder = archive.root();
    const Weights weights(archive, path);
    const std::int64_t width = widthOf(manifest);
    const std::int64_t cells = rowsOf(decoder.tensor("visual_position"), width);
    const std::int64_t channels = side(decoder.part("visual"), "in_features");
    std::optional<SentenceWeights> predicted;
    if (decoder.has("sentence") && !decoder.isNone("sentence")) {
        predicted = weights.sentence(decoder.part("sentence"), channels, width);
    }
    const std::int64_t tokens = cells + (predicted ? predicted->tokens : 0);
    requireArchived(tokens == manifest.prefixLength, "there are " + std::to_string(tokens) + " visual tokens");
    std::vector<Int8Linear> blocks;
    for (const ArchivedModule& block : decoder.part("blocks").children()) {
        blocks.push_back(weights.linear(block.part("visual"), 2 * width, width));
    }
    requireArchived(!blocks.empty() && blocks.size() == static_cast<std::size_t>(manifest.layers),
                    "there are " + std::to_string(blocks.size()) + " blocks");
    return {static_cast<int>(cells),
            static_cast<int>(channels),
            static_cast<int>(width),
            manifest.heads,
            weights.linear(decoder.part("visual"), width, channels),
            weights.layerNorm(decoder.part("visual_norm"), width),
            archive.floats(decoder.tensor("visual_position"), cells * width),
            std::move(predicted),
            std::move(blocks)};
}

}  // namespace sightline
