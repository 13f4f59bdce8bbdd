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

from sightline_models import bundle as bundles  # noqa: E402
from sightline_models.config import Config  # noqa: E402
from sightline_models.captioner import Captioner  # noqa: E402
from sightline_models.network import DecoderNetwork, FloatEncoder  # noqa: E402
from sightline_models.quantize import fold_batch_norm  # noqa: E402


def _fill(target: nn.Module, weight: Tensor, bias: Tensor | None) -> None:
    target.weight.data = weight.dequantize() if weight.is_quantized else weight
    if bias is not None and target.bias is not None:
        target.bias.data = bias.detach()


def float_network(path: Path) -> tuple[nn.Module, DecoderNetwork, bundles.Bundle]:
    """Encoder u8 [1,3,S,S] -> features, decoder and the bundle itself."""
    bundle = bundles.load(path)
    config = Config.load(ROOT / "models/configs/base.toml")
    captioner = Captioner(config, bundle.manifest["vocabulary_size"]).eval()
    folded = fold_batch_norm(captioner.encoder)
    ours = [m for m in folded.modules() if isinstance(m, nn.Conv2d)]
    theirs = [m for _, m in bundle.encoder.named_modules() if "Conv" in m.original_name]
    assert len(ours) == len(theirs)
    for conv, quantized in zip(ours, theirs):
        _fill(conv, *torch.ops.quantized.conv2d_unpack(quantized._packed_params))

    network = DecoderNetwork(captioner.decoder)
    archive = bundle.decoder.decoder
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
