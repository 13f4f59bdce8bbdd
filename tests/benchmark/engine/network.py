"""The shipped network once more in plain float PyTorch, and as ONNX, for runtimes that do not read the bundle.

Weights are those of the int8 bundle, dequantized, so that every contender computes the same function up to rounding.
"""

from __future__ import annotations

import sys
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "models"))

from sightline_models import bundle as bundles
from sightline_models.captioner import Captioner
from sightline_models.config import Config
from sightline_models.network import DecoderNetwork, FloatEncoder
from sightline_models.quantize import fold_batch_norm


def _fill(target: nn.Module, weight: Tensor, bias: Tensor | None) -> None:
    target.weight.data = weight.dequantize() if weight.is_quantized else weight
    if bias is not None and target.bias is not None:
        target.bias.data = bias.detach()


def float_network(path: Path) -> tuple[nn.Module, DecoderNetwork, bundles.Bundle]:
    """Encoder u8 [1,3,S,S] -> features, decoder and the bundle itself."""
    bundle = bundles.load(path)
    quantized_encoder, archive, _ = bundles.load_archives(path)
    config = Config.load(ROOT / "models/configs/base.toml")
    captioner = Captioner(config, bundle.manifest["vocabulary_size"]).eval()
    folded = fold_batch_norm(captioner.encoder)
    ours = [m for m in folded.modules() if isinstance(m, nn.Conv2d)]
    theirs = [m for _, m in quantized_encoder.named_modules() if "Conv" in m.original_name]
    assert len(ours) == len(theirs)
    for conv, quantized in zip(ours, theirs, strict=True):
        _fill(conv, *torch.ops.quantized.conv2d_unpack(quantized._packed_params))

    network = DecoderNetwork(captioner.decoder)
    network.head = nn.Linear(network.head.in_features, network.head.out_features, bias=False)  # not tied after quantizing
    for name, module in archive.named_modules():
        if module.original_name == "Linear":
            _fill(network.get_submodule(name), *torch.ops.quantized.linear_unpack(module._packed_params._packed_params))
    for name, parameter in archive.named_parameters():
        owner, _, leaf = name.rpartition(".")
        getattr(network.get_submodule(owner), leaf).data = parameter.detach()
    network.token.weight.data = archive.token.rows.float() * archive.token.scale[:, None]
    return FloatEncoder(folded), network.eval(), bundle


class Prepare(nn.Module):
    """u8 [1,3,S,S] -> keys and values of the picture, [P,L,2,H,D]: time first, so that what was seen so far is one block."""

    def __init__(self, encoder: nn.Module, decoder: DecoderNetwork):
        super().__init__()
        self.encoder, self.decoder = encoder, decoder

    def forward(self, pixels: Tensor) -> Tensor:
        features = self.encoder(pixels).flatten(2).transpose(1, 2)
        return self.decoder.prefill(features)[:, :, 0].permute(3, 0, 1, 2, 4).contiguous()


class Step(nn.Module):
    """One token, its position and what was seen, [T,L,2,H,D] -> logits [V] and the token's own keys and values [1,L,2,H,D]."""

    def __init__(self, decoder: DecoderNetwork):
        super().__init__()
        self.decoder = decoder

    def forward(self, token: Tensor, position: Tensor, seen: Tensor) -> tuple[Tensor, Tensor]:
        decoder = self.decoder
        x = F.embedding(token, decoder.token.weight) + F.embedding(position, decoder.position.weight)
        own = []
        for i, block in enumerate(decoder.blocks):
            qkv = block.qkv(block.norm1(x)).view(3, block.heads, -1)
            own.append(qkv[1:])
            keys = torch.cat([seen[:, i, 0], qkv[None, 1]]).transpose(0, 1)  # [H,T+1,D]
            values = torch.cat([seen[:, i, 1], qkv[None, 2]]).transpose(0, 1)
            weights = torch.softmax(keys @ qkv[0].unsqueeze(-1) * qkv.shape[2] ** -0.5, 1)
            x = x + block.project((weights.transpose(1, 2) @ values).reshape(1, -1))
            x = x + block.contract(F.gelu(block.expand(block.norm2(x)), approximate="tanh"))
        return decoder.head(decoder.norm(x))[0], torch.stack(own)[None]


class PrepareNcnn(nn.Module):
    """Normalised float [1,3,S,S] -> keys and values of the picture, [1,P,2C] for each layer: ncnn has four dimensions."""

    def __init__(self, encoder: FloatEncoder, decoder: DecoderNetwork):
        super().__init__()
        self.layers, self.decoder = encoder.layers, decoder

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        features = self.layers(x).flatten(2).transpose(1, 2)
        x = self.decoder.visual_norm(self.decoder.visual(features)) + self.decoder.visual_position
        if self.decoder.sentence is not None:
            x = torch.cat([self.decoder.sentence.of_picture(features), x], 1)
        return tuple(block.visual(x) for block in self.decoder.blocks)


class StepNcnn(nn.Module):
    """Token and position [1,1], then keys and values seen, [1,T,C], layer by layer -> logits [1,1,V] and the token's own keys
    and values, [1,1,C], layer by layer."""

    def __init__(self, decoder: DecoderNetwork):
        super().__init__()
        self.decoder = decoder
        self.token = nn.Embedding.from_pretrained(decoder.token.weight.data)
        self.position = nn.Embedding.from_pretrained(decoder.position.weight.data)

    def forward(self, token: Tensor, position: Tensor, *seen: Tensor) -> tuple[Tensor, ...]:
        x = self.token(token) + self.position(position)
        width = x.shape[2]
        own: list[Tensor] = []
        for i, block in enumerate(self.decoder.blocks):
            query, key, value = torch.chunk(block.qkv(block.norm1(x)), 3, dim=2)
            own += [key, value]
            together = (query, torch.cat([seen[2 * i], key], 1), torch.cat([seen[2 * i + 1], value], 1))
            heads = (part.reshape(1, -1, block.heads, width // block.heads).transpose(1, 2) for part in together)
            attended = F.scaled_dot_product_attention(*heads)
            x = x + block.project(attended.transpose(1, 2).reshape(1, 1, width))
            x = x + block.contract(F.gelu(block.expand(block.norm2(x)), approximate="tanh"))
        return (self.decoder.head(self.decoder.norm(x)), *own)


@torch.no_grad()
def export_ncnn(encoder: FloatEncoder, decoder: DecoderNetwork, size: int, folder: Path) -> tuple[Path, Path]:
    """Paths without the endings .ncnn.param and .ncnn.bin."""
    import pnnx

    paths = folder / "prepare", folder / "step"
    width = decoder.position.weight.shape[1]
    token = torch.tensor([[1]])

    def seen(length: int) -> tuple[Tensor, ...]:  # of two lengths, so that pnnx takes it for variable
        return tuple(torch.randn(1, length, width) for _ in range(2 * len(decoder.blocks)))

    pnnx.export(PrepareNcnn(encoder, decoder).eval(), f"{paths[0]}.pt", (torch.randn(1, 3, size, size),), fp16=False)
    pnnx.export(StepNcnn(decoder).eval(), f"{paths[1]}.pt", (token, token, *seen(49)), (token, token, *seen(60)), fp16=False)
    return paths


@torch.no_grad()
def export_onnx(encoder: nn.Module, decoder: DecoderNetwork, size: int, folder: Path) -> tuple[Path, Path]:
    prepare, step = Prepare(encoder, decoder), Step(decoder)
    pixels = torch.zeros(1, 3, size, size, dtype=torch.uint8)
    seen = prepare(pixels)
    paths = folder / "prepare.onnx", folder / "step.onnx"
    torch.onnx.export(prepare, (pixels,), paths[0], input_names=["pixels"], output_names=["seen"], dynamo=False,
                      opset_version=17)  # fmt: skip
    torch.onnx.export(step, (torch.tensor([1]), torch.tensor([0]), seen), paths[1],
                      input_names=["token", "position", "seen"], output_names=["logits", "own"],
                      dynamic_axes={"seen": {0: "time"}}, dynamo=False, opset_version=17)  # fmt: skip
    return paths
