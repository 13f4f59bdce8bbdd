"""Post-training int8 quantization: static for the encoder, dynamic for the decoder.

Encoder: per-channel symmetric weights; activations u8. ReLU6 outputs get the fixed scale 6/255: saturation does the
clamp, so convolution and activation fuse into one quantized ReLU convolution. The input scale is 1/128 with zero point
127, which makes the quantized input the picture's own bytes. Decoder: per-channel weights, activations quantized at
run time. Each engine packs weights its own way, so the engine is set before anything is converted, and conversion runs
without gradients (converted with them the same network is measurably slower, also after saving).
"""

from __future__ import annotations

import copy

import numpy as np
import torch
from torch import Tensor, nn
from torch.ao.nn.intrinsic import ConvReLU2d
from torch.ao.nn.intrinsic.quantized import ConvReLU2d as QuantizedConvReLU2d
from torch.ao.nn.quantized import Conv2d as QuantizedConv2d
from torch.ao.quantization import (
    HistogramObserver,
    MinMaxObserver,
    PerChannelMinMaxObserver,
    QConfig,
    fuse_modules,
    per_channel_dynamic_qconfig,
    quantize_dynamic,
)
from tqdm import tqdm

from .decoder import Decoder
from .encoder import EfficientNetLite0, InvertedResidual, normalize

# Measured on an AVX-512 VNNI CPU, 2 threads: encoder 4.6 ms with onednn, 42 with x86, 88 with fbgemm; a decoder step 2.1 ms
# with onednn, 0.8 with fbgemm and x86.
ENCODER_ENGINE = "onednn"
DECODER_ENGINE = "fbgemm"
INPUT_SCALE, INPUT_ZERO_POINT = 1.0 / 128.0, 127
# Eight bits: CIDEr 0.478 on 500 dev photographs (fp32 0.483, seven bits 0.453). Without VNNI the u8 x s8 kernels add two
# products in 16 bits and saturate: on AVX2, 200 of them, 0.352 instead of 0.406 (seven bits 0.379 on either).
_WEIGHTS = PerChannelMinMaxObserver.with_args(dtype=torch.qint8, qscheme=torch.per_channel_symmetric)
_ACTIVATIONS = HistogramObserver.with_args(dtype=torch.quint8, reduce_range=False)
CALIBRATION_PHOTOGRAPHS = 320


def fold_batch_norm(encoder: EfficientNetLite0) -> EfficientNetLite0:
    """A copy for inference whose batch norms are folded into the convolutions."""
    folded = copy.deepcopy(encoder).eval()
    for module in folded.modules():
        if isinstance(module, nn.Sequential) and len(module) >= 2 and isinstance(module[1], nn.BatchNorm2d):
            fuse_modules(module, ["0", "1"], inplace=True)
    return folded


class QuantizedBlock(nn.Module):
    """Inverted residual on quantized tensors."""

    def __init__(self, block: InvertedResidual, layers: dict[str, nn.Module], scale: float, zero_point: int):
        super().__init__()
        self.expand = layers.get("expand", nn.Identity())
        self.depthwise = layers["depthwise"]
        self.project = layers["project"]
        self.residual = block.residual
        self.scale = scale
        self.zero_point = zero_point

    def forward(self, x: Tensor) -> Tensor:
        y = self.project(self.depthwise(self.expand(x)))
        if self.residual:
            y = torch.ops.quantized.add(x, y, self.scale, self.zero_point)
        return y


def _six(_: object = None) -> MinMaxObserver:
    """An observer that has seen exactly ReLU6's range."""
    observer = MinMaxObserver(dtype=torch.quint8)
    observer(torch.tensor([0.0, 6.0]))
    return observer


def _convert(convolution: nn.Sequential, observer: nn.Module | None) -> nn.Module:
    """A folded convolution with the observer of its output, or None for one that ends in ReLU6."""
    conv = convolution[0]
    if observer is None:
        fused = ConvReLU2d(conv, nn.ReLU())
        fused.qconfig = conv.qconfig = QConfig(activation=_six, weight=_WEIGHTS)
        fused.activation_post_process = _six()
        return QuantizedConvReLU2d.from_float(fused)
    conv.qconfig = QConfig(activation=_ACTIVATIONS, weight=_WEIGHTS)
    conv.activation_post_process = observer
    return QuantizedConv2d.from_float(conv)


@torch.no_grad()
def quantize_encoder(encoder: EfficientNetLite0, pixels: np.ndarray) -> nn.Module:
    """Calibrates on `pixels`, u8 [N,S,S,3], and returns a module from quantized [B,3,S,S] to quantized features."""
    torch.backends.quantized.engine = ENCODER_ENGINE
    folded = fold_batch_norm(encoder)
    observers: dict[str, nn.Module] = {}
    hooks = []
    for name, module in folded.named_modules():
        linear = isinstance(module, nn.Sequential) and name.endswith("project")
        if linear or isinstance(module, InvertedResidual) and module.residual:
            observers[name] = _ACTIVATIONS()
            hooks.append(module.register_forward_hook(lambda _m, _i, out, n=name: (observers[n](out), None)[1]))
    for start in tqdm(range(0, len(pixels), 16), desc="calibrate", unit="batch"):
        batch = torch.from_numpy(np.ascontiguousarray(pixels[start : start + 16])).permute(0, 3, 1, 2)
        folded(normalize(batch))
    for hook in hooks:
        hook.remove()

    blocks = []
    for i, block in enumerate(folded.blocks):
        layers = {"depthwise": _convert(block.depthwise, None),
                  "project": _convert(block.project, observers[f"blocks.{i}.project"])}  # fmt: skip
        if not isinstance(block.expand, nn.Identity):
            layers["expand"] = _convert(block.expand, None)
        scale, zero_point = 1.0, 0
        if block.residual:
            scale, zero_point = (v.item() for v in observers[f"blocks.{i}"].calculate_qparams())
        blocks.append(QuantizedBlock(block, layers, float(scale), int(zero_point)))
    return nn.Sequential(_convert(folded.stem, None), *blocks, _convert(folded.head, None))


class QuantizedEmbedding(nn.Module):
    """Token table of one i8 row and one scale per token."""

    def __init__(self, table: Tensor):
        super().__init__()
        scale = table.abs().amax(dim=1).clamp_min(1e-8) / 127.0
        self.register_buffer("scale", scale)
        self.register_buffer("rows", (table / scale[:, None]).round().clamp(-127, 127).to(torch.int8))

    def forward(self, tokens: Tensor) -> Tensor:
        return self.rows[tokens].float() * self.scale[tokens].unsqueeze(-1)


@torch.no_grad()
def quantize_decoder(decoder: Decoder) -> Decoder:
    torch.backends.quantized.engine = DECODER_ENGINE
    copied = copy.deepcopy(decoder).eval()
    table = copied.token.weight.detach()
    copied.head.weight = nn.Parameter(table.clone())  # untie: the head is quantized per output channel
    quantized = quantize_dynamic(copied, {nn.Linear: per_channel_dynamic_qconfig})
    quantized.token = QuantizedEmbedding(table)
    return quantized
