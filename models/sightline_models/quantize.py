"""Post-training int8 quantization: static for the encoder, dynamic for the decoder.

Encoder: per-channel symmetric weights; activations u8. ReLU6 outputs get the fixed scale 6/255: saturation does the
clamp, so convolution and activation fuse into one quantized ReLU convolution; likewise what enters a hard swish, which
matters from -3 to 6, gets 9/255. The input scale is 1/128 with zero point 127, which makes the quantized input the
picture's own bytes. Decoder: per-channel weights, activations quantized at run time. Each engine packs weights its own
way, so the engine is set before anything is converted, and conversion runs without gradients (converted with them the
same network is measurably slower, also after saving).
"""

from __future__ import annotations

import contextlib
import copy
import functools
from collections.abc import Callable, Sequence
from typing import Any, cast

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
from torch.nn import functional as F
from torch.utils.hooks import RemovableHandle
from tqdm import tqdm

from .decoder import Decoder
from .encoder import Backbone, Excitation, InvertedResidual, Kind, VisionEncoder, normalize, residuals

# Measured on an AVX-512 VNNI CPU, 2 threads: encoder 4.6 ms with onednn, 42 with x86, 88 with fbgemm; a decoder step 2.1 ms
# with onednn, 0.8 with fbgemm and x86.
ENCODER_ENGINE = "onednn"
DECODER_ENGINE = "fbgemm"
EXACT_ENGINE = "qnnpack"  # sums without saturation on every CPU; biases are corrected by what it computes
INPUT_SCALE, INPUT_ZERO_POINT = 1.0 / 128.0, 127
RELU6, HARD_SWISH = (0.0, 6.0), (-0.375, 6.0)  # least and greatest value of nn.ReLU6 and encoder.hard_swish
# Eight bits: CIDEr 0.478 on 500 dev photographs (fp32 0.483, seven bits 0.453). Without VNNI the u8 x s8 kernels add two
# products in 16 bits and saturate: on AVX2, 200 of them, 0.352 instead of 0.406 (seven bits 0.379 on either). The program's own
# kernels (core/inference/fused_encoder.h) do not.
_WEIGHTS = PerChannelMinMaxObserver.with_args(dtype=torch.qint8, qscheme=torch.per_channel_symmetric)


class PercentileObserver(nn.Module):
    """Range that leaves out the outermost share of the values of each batch, averaged over batches."""

    SHARE = 0.0005
    dtype = torch.quint8

    def __init__(self) -> None:
        super().__init__()
        self.lows: list[float] = []
        self.highs: list[float] = []

    def forward(self, x: Tensor) -> Tensor:
        values = x.detach().flatten().numpy()
        count = max(1, int(len(values) * self.SHARE))
        self.lows.append(float(np.partition(values, count - 1)[count - 1]))
        self.highs.append(float(np.partition(values, -count)[-count]))
        return x

    def calculate_qparams(self) -> tuple[Tensor, Tensor]:
        observer = MinMaxObserver(dtype=self.dtype)
        observer(torch.tensor([np.mean(self.lows), np.mean(self.highs)]))
        return observer.calculate_qparams()


Observer = HistogramObserver | MinMaxObserver | PercentileObserver

# Histogram: the range of least squared error, as in entropy calibration, over the values' histogram.
OBSERVERS: dict[str, Callable[[], Observer]] = {
    "histogram": lambda: HistogramObserver(dtype=torch.quint8, reduce_range=False),
    "minmax": lambda: MinMaxObserver(dtype=torch.quint8),
    "percentile": PercentileObserver,
}
CALIBRATION_PHOTOGRAPHS = 320
BIAS_PHOTOGRAPHS = 32


def fold_batch_norm(encoder: Kind) -> Kind:
    """A copy for inference whose batch norms are folded into the convolutions."""
    folded = copy.deepcopy(encoder).eval()
    for module in folded.modules():
        if isinstance(module, nn.Sequential) and len(module) >= 2 and isinstance(module[1], nn.BatchNorm2d):
            fuse_modules(module, ["0", "1"], inplace=True)
    return folded


class QuantizedHardswish(nn.Module):
    """A convolution whose output saturates where hard swish begins and ends, then hard swish."""

    def __init__(self, convolution: nn.Module):
        super().__init__()
        self.convolution = convolution
        self.scale, self.zero_point = _parameters(_range(*HARD_SWISH))

    def forward(self, x: Tensor) -> Tensor:
        return torch.ops.quantized.hardswish(self.convolution(x), self.scale, self.zero_point)


class QuantizedExcitation(nn.Module):
    """Squeeze-excitation: the gate, a few hundred numbers, is computed in float."""

    def __init__(self, excite: Excitation, scale: float, zero_point: int):
        super().__init__()
        self.reduce, self.enlarge = excite.reduce, excite.enlarge
        self.scale, self.zero_point = scale, zero_point

    def forward(self, x: Tensor) -> Tensor:
        mean = F.adaptive_avg_pool2d(x, (1, 1)).dequantize()
        gate = F.hardsigmoid(self.enlarge(F.relu(self.reduce(mean))))
        quantized = torch.quantize_per_tensor(gate, 1.0 / 255.0, 0, torch.quint8)
        return torch.ops.quantized.mul(x, quantized, self.scale, self.zero_point)


class QuantizedBlock(nn.Module):
    """Inverted residual on quantized tensors."""

    def __init__(self, layers: list[nn.Module], residual: bool, scale: float, zero_point: int):
        super().__init__()
        self.layers = nn.Sequential(*layers)
        self.residual = residual
        self.scale, self.zero_point = scale, zero_point

    def forward(self, x: Tensor) -> Tensor:
        y = self.layers(x)
        if self.residual:
            y = torch.ops.quantized.add(x, y, self.scale, self.zero_point)
        return y


class QuantizedEncoder(nn.Module):
    """Networks side by side, from quantized [B,3,S,S] to float features [B,channels,S/32,S/32]."""

    def __init__(self, networks: Sequence[nn.Module]):
        super().__init__()
        self.networks = nn.ModuleList(networks)

    def forward(self, x: Tensor) -> Tensor:
        features: list[Tensor] = []
        for network in self.networks:
            features.append(network(x).dequantize())
        return torch.cat(features, 1)


def _range(low: float, high: float) -> MinMaxObserver:
    """An observer that has seen exactly this range."""
    observer = MinMaxObserver(dtype=torch.quint8)
    observer(torch.tensor([low, high]))
    return observer


def _parameters(observer: Observer) -> tuple[float, int]:
    scale, zero_point = observer.calculate_qparams()
    return float(scale), int(zero_point)


def _linear(conv: nn.Conv2d, observer: Observer) -> QuantizedConv2d:
    conv.qconfig = cast("Any", QConfig(activation=type(observer), weight=_WEIGHTS))
    conv.activation_post_process = observer
    return QuantizedConv2d.from_float(conv)


class Calibration:
    """Observers of one folded network's activations, by module name; filled by running the network."""

    def __init__(self, network: Backbone, observer: Callable[[], Observer]):
        self.network = network
        self.observers: dict[str, Observer] = {}
        self.quantized: dict[str, QuantizedConv2d] = {}  # convolutions by the float layer whose output they reproduce
        self.hooks: list[RemovableHandle] = []
        for name, module in network.named_modules():
            added = isinstance(module, InvertedResidual) and module.residual
            if name.endswith("project") or added or isinstance(module, Excitation):
                self._observe(name, module, observer)

    def _observe(self, name: str, module: nn.Module, observer: Callable[[], Observer]) -> None:
        self.observers[name] = observer()
        self.hooks.append(module.register_forward_hook(lambda _m, _i, out: (self.observers[name](out), None)[1]))

    def run(self, pixels: np.ndarray) -> None:
        for start in tqdm(range(0, len(pixels), 16), desc=f"calibrate {self.network.name}", unit="batch"):
            batch = torch.from_numpy(np.ascontiguousarray(pixels[start : start + 16])).permute(0, 3, 1, 2)
            self.network(normalize(batch))
        for hook in self.hooks:
            hook.remove()

    def activated(self, name: str, convolution: nn.Sequential) -> nn.Module:
        """A folded convolution with ReLU6 or hard swish."""
        conv = cast("nn.Conv2d", convolution[0])
        if not isinstance(convolution[2], nn.ReLU6):
            bounds = cast("nn.Hardtanh", cast("nn.Sequential", convolution[2])[0])
            quantized = self.quantized[f"{name}.2.0"] = _linear(conv, _range(bounds.min_val, bounds.max_val))
            return QuantizedHardswish(quantized)
        fused = ConvReLU2d(conv, nn.ReLU())
        fused.qconfig = conv.qconfig = cast("Any", QConfig(activation=functools.partial(_range, *RELU6), weight=_WEIGHTS))
        fused.activation_post_process = _range(*RELU6)
        self.quantized[name] = QuantizedConvReLU2d.from_float(fused)
        return self.quantized[name]

    def block(self, name: str, block: InvertedResidual) -> QuantizedBlock:
        layers: list[nn.Module] = []
        if not isinstance(block.expand, nn.Identity):
            layers.append(self.activated(f"{name}.expand", block.expand))
        layers.append(self.activated(f"{name}.depthwise", block.depthwise))
        if isinstance(block.excite, Excitation):
            layers.append(QuantizedExcitation(block.excite, *_parameters(self.observers[f"{name}.excite"])))
        self.quantized[f"{name}.project"] = _linear(cast("nn.Conv2d", block.project[0]), self.observers[f"{name}.project"])
        layers.append(self.quantized[f"{name}.project"])
        return QuantizedBlock(layers, block.residual, *(_parameters(self.observers[name]) if block.residual else (1.0, 0)))


class _Reached(Exception):
    """Ends a forward pass at the layer that was of interest."""


def correct_biases(calibration: Calibration, quantized: nn.Module, pixels: np.ndarray) -> None:
    """Adds to each convolution's bias what its output lacks on average, layer by layer: rounding the few weights of a
    depthwise kernel shifts its channel (Nagel et al. 2019, arXiv:1906.04721, section 4.2)."""
    batch = torch.from_numpy(np.ascontiguousarray(pixels)).permute(0, 3, 1, 2)
    wanted: dict[str, Tensor] = {}
    hooks = []
    for name in calibration.quantized:
        layer = calibration.network.get_submodule(name)
        hooks.append(layer.register_forward_hook(lambda _m, _i, out, n=name: wanted.update({n: out.mean((0, 2, 3))})))
    calibration.network(normalize(batch))
    for hook in hooks:
        hook.remove()

    def reach(_module: nn.Module, _inputs: object, output: Tensor) -> None:
        found.append(output.dequantize().mean((0, 2, 3)))
        raise _Reached

    source = torch._make_per_tensor_quantized_tensor(batch, INPUT_SCALE, INPUT_ZERO_POINT)
    for name, mean in wanted.items():  # in the order of the forward pass
        found: list[Tensor] = []
        hook = calibration.quantized[name].register_forward_hook(reach)
        with contextlib.suppress(_Reached):
            quantized(source)
        hook.remove()
        weight, bias = calibration.quantized[name]._weight_bias()
        calibration.quantized[name].set_weight_bias(weight, bias + mean - found[0])


@torch.no_grad()
def quantize_encoder(encoder: VisionEncoder, pixels: np.ndarray, observer: str = "histogram") -> QuantizedEncoder:
    """Calibrates on `pixels`, u8 [N,S,S,3]."""
    torch.backends.quantized.engine = EXACT_ENGINE
    networks = []
    for network in encoder.networks:
        folded = fold_batch_norm(network)
        calibration = Calibration(folded, OBSERVERS[observer])
        calibration.run(pixels)
        blocks = [calibration.block(f"blocks.{i}", block) for i, block in enumerate(residuals(folded))]
        stem, head = calibration.activated("stem", folded.stem), calibration.activated("head", folded.head)
        networks.append(nn.Sequential(stem, *blocks, head))
        correct_biases(calibration, networks[-1], pixels[:BIAS_PHOTOGRAPHS])
    torch.backends.quantized.engine = ENCODER_ENGINE
    for made in networks:
        for module in made.modules():
            if isinstance(module, QuantizedConv2d):
                module.set_weight_bias(*module._weight_bias())  # packed anew, for the engine that is set
    return QuantizedEncoder(networks)


class QuantizedEmbedding(nn.Module):
    """Token table of one i8 row and one scale per token."""

    def __init__(self, table: Tensor):
        super().__init__()
        scale = table.abs().amax(dim=1).clamp_min(1e-8) / 127.0
        self.scale: Tensor
        self.rows: Tensor
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
