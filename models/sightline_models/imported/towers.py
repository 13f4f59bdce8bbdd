"""Vision towers read from their weights: the same layers under three sets of names."""

from __future__ import annotations

import dataclasses

import torch
from torch import Tensor, nn

from .settings import Settings
from .vision import Shape, VisionBlock, VisionTower
from .weights import Weights

COLOURS = 3


@dataclasses.dataclass(frozen=True)
class Names:
    """Of a block's layers below their prefix; several names of `qkv` are joined."""

    norm1: str
    qkv: tuple[str, ...]
    project: str
    norm2: str
    expand: str
    contract: str


VIT = Names("layernorm_before", tuple(f"attention.attention.{name}" for name in ("query", "key", "value")), "attention.output.dense",
            "layernorm_after", "intermediate.dense", "output.dense")  # fmt: skip
BLIP = Names("layer_norm1", ("self_attn.qkv",), "self_attn.projection", "layer_norm2", "mlp.fc1", "mlp.fc2")
CLIP = Names("layer_norm1", tuple(f"self_attn.{name}_proj" for name in "qkv"), "self_attn.out_proj", "layer_norm2", "mlp.fc1", "mlp.fc2")


def patch_count(settings: Settings) -> int:
    size, patch = settings.whole("image_size"), settings.whole("patch_size")
    if size % patch:
        raise SystemExit(f"config.json: image_size {size} is no multiple of patch_size {patch}. Copy the model's own config.json.")
    return (size // patch) ** 2


def shape(settings: Settings) -> Shape:
    return Shape(settings.whole("num_hidden_layers"), settings.whole("hidden_size"), settings.whole("intermediate_size"),
                 settings.whole("num_attention_heads"), settings.number("layer_norm_eps"), settings.word("hidden_act"))  # fmt: skip


def vit(weights: Weights, settings: Settings, own_tokens: tuple[str, ...]) -> VisionTower:
    """ViT and DeiT; `own_tokens` stand before the patches."""
    width = settings.whole("hidden_size")
    tokens = torch.cat([weights.tensor(f"embeddings.{name}", 1, 1, width)[0] for name in own_tokens])
    positions = weights.tensor("embeddings.position_embeddings", 1, len(tokens) + patch_count(settings), width)[0]
    patches = _patches(weights, "embeddings.patch_embeddings.projection", settings)
    return _tower(weights, settings, VIT, "encoder.layer", patches, tokens, positions, nn.Identity(), "layernorm")


def blip(weights: Weights, settings: Settings) -> VisionTower:
    width = settings.whole("hidden_size")
    tokens = weights.tensor("embeddings.class_embedding", 1, 1, width)[0]
    positions = weights.tensor("embeddings.position_embedding", 1, 1 + patch_count(settings), width)[0]
    patches = _patches(weights, "embeddings.patch_embedding", settings)
    return _tower(weights, settings, BLIP, "encoder.layers", patches, tokens, positions, nn.Identity(), "post_layernorm")


def clip(weights: Weights, settings: Settings) -> VisionTower:
    width = settings.whole("hidden_size")
    tokens = weights.tensor("embeddings.class_embedding", width)[None]
    positions = weights.tensor("embeddings.position_embedding.weight", 1 + patch_count(settings), width)
    patches = _patches(weights, "embeddings.patch_embedding", settings)
    before = weights.norm("pre_layrnorm", width, settings.number("layer_norm_eps"))  # Transformers' own spelling
    return _tower(weights, settings, CLIP, "encoder.layers", patches, tokens, positions, before, "post_layernorm")


def siglip(weights: Weights, settings: Settings) -> VisionTower:
    width = settings.whole("hidden_size")
    positions = weights.tensor("embeddings.position_embedding.weight", patch_count(settings), width)
    patches = _patches(weights, "embeddings.patch_embedding", settings)
    return _tower(weights, settings, CLIP, "encoder.layers", patches, torch.zeros(0, width), positions, nn.Identity(), "post_layernorm")


def _patches(weights: Weights, name: str, settings: Settings) -> nn.Conv2d:
    width, patch = settings.whole("hidden_size"), settings.whole("patch_size")
    layer = nn.Conv2d(COLOURS, width, patch, patch, device="meta")
    layer.weight = nn.Parameter(weights.tensor(f"{name}.weight", width, COLOURS, patch, patch), requires_grad=False)
    bias = weights.tensor(f"{name}.bias", width) if weights.has(f"{name}.bias") else torch.zeros(width)
    layer.bias = nn.Parameter(bias, requires_grad=False)
    return layer


def _tower(weights: Weights, settings: Settings, names: Names, blocks: str, patches: nn.Conv2d, tokens: Tensor, positions: Tensor,
           before: nn.Module, after: str) -> VisionTower:  # fmt: skip
    made = shape(settings)
    return VisionTower(patches, tokens, positions, before,
                       [_block(weights.below(f"{blocks}.{i}"), names, made) for i in range(made.layers)],
                       weights.norm(after, made.width, made.epsilon))  # fmt: skip


def _block(weights: Weights, names: Names, made: Shape) -> VisionBlock:
    outputs = made.width * 3 // len(names.qkv)
    return VisionBlock(
        made.heads,
        made.activation,
        weights.norm(names.norm1, made.width, made.epsilon),
        weights.joined(list(names.qkv), made.width, outputs),
        weights.linear(names.project, made.width, made.width),
        weights.norm(names.norm2, made.width, made.epsilon),
        weights.linear(names.expand, made.width, made.inner),
        weights.linear(names.contract, made.inner, made.width),
    )
