"""Int8 bundles as the program's own kernels compute them: the reference for its features and tokens, on any CPU.

Encoder, as core/inference/fused_encoder.cpp: sums of products are exact, then every step is rounded to float32. LibTorch's own
kernels saturate where the CPU has no VNNI. Decoder step, as core/inference/fused_decoder.cpp: each row is quantized to 8 bits by
its own largest magnitude, sums are exact; TorchScript's own dynamic quantization has 7 bits and one scale for all beams. Its look
at the picture, as core/inference/fused_prefill.cpp: likewise.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

import torch
from torch import Tensor
from torch.nn import functional as F

EXACT_FLOAT = 2**24  # whole numbers up to here are exact in float32


class Linear:
    def __init__(self, module: torch.jit.ScriptModule):
        weight, bias = torch.ops.quantized.linear_unpack(module._packed_params._packed_params)
        self.weight = weight.int_repr().double().t().contiguous()  # double: sums of 8-bit products stay exact
        self.scales = weight.q_per_channel_scales().float()
        self.bias = torch.zeros(len(self.scales)) if bias is None else bias.detach()

    def __call__(self, x: Tensor) -> Tensor:
        peak = x.abs().amax(-1, keepdim=True)
        quantized = torch.where(peak > 0, x * (127.0 / peak), 0.0).round()
        return (quantized.double() @ self.weight).float() * (peak / 127.0) * self.scales + self.bias


class Sentence:
    """The tokens of the sentence embedding that a picture's captions are predicted to have (decoder.SentenceTokens)."""

    def __init__(self, module: torch.jit.ScriptModule):
        self.module = module
        self.predict, self.expand = Linear(module.predict), Linear(module.expand)
        self.classes = None if getattr(module, "classes", None) is None else (Linear(module.classes), Linear(module.name))

    def __call__(self, features: Tensor) -> Tensor:
        summary, named = features.mean(1), torch.zeros(())
        if self.classes is not None:
            detect, name = self.classes
            seen = torch.sigmoid(detect(features)).amax(1).sqrt()
            summary, named = torch.cat([summary, self.module.class_scale * seen], -1), name(seen)
        x = self.expand(self.predict(summary)) + named
        return self.module.norm(x.view(len(features), self.module.count, self.module.width)) + self.module.position


class FusedDecoder:
    """Stands in for the archive's decoder: the same `prefill`, and a `step` of the same shapes."""

    def __init__(self, decoder: torch.jit.ScriptModule, heads: int):
        self.decoder, self.heads = decoder, heads
        self.prefix_length = decoder.prefix_length
        self.blocks = [
            {name: Linear(getattr(block, name)) for name in ("qkv", "project", "visual", "expand", "contract")}
            | {"norm1": block.norm1, "norm2": block.norm2}
            for block in decoder.blocks.children()
        ]
        self.head = Linear(decoder.head)
        self.visual = Linear(decoder.visual)
        self.sentence = None if decoder.sentence is None else Sentence(decoder.sentence)

    def prefill(self, features: Tensor) -> Tensor:
        decoder = self.decoder
        x = decoder.visual_norm(self.visual(features)) + decoder.visual_position
        if self.sentence is not None:
            x = torch.cat([self.sentence(features), x], 1)
        b, p, c = x.shape
        return torch.stack(
            [block["visual"](x).view(b, p, 2, self.heads, c // self.heads).permute(2, 0, 3, 1, 4) for block in self.blocks]
        )

    def step(self, tokens: Tensor, length: int, cache: Tensor) -> Tensor:
        decoder = self.decoder
        rows = len(tokens)
        x = decoder.token.rows[tokens].float() * decoder.token.scale[tokens][:, None]
        x = x + decoder.position.weight[length - self.prefix_length]
        for block, layer in zip(self.blocks, cache, strict=True):
            query, key, value = block["qkv"](block["norm1"](x)).view(rows, 3, self.heads, -1).unbind(1)
            layer[0, :, :, length], layer[1, :, :, length] = key, value
            scores = (layer[0, :, :, : length + 1] @ query.unsqueeze(-1)).squeeze(-1) * query.shape[-1] ** -0.5
            seen = torch.softmax(scores, -1).unsqueeze(2) @ layer[1, :, :, : length + 1]
            x = x + block["project"](seen.reshape(rows, -1))
            x = x + block["contract"](F.gelu(block["expand"](block["norm2"](x)), approximate="tanh"))
        return self.head(decoder.norm(x))


class Convolution:
    """Bytes in, bytes out; both as whole numbers in floats whose sums stay exact."""

    def __init__(self, module: torch.jit.ScriptModule, scale: float, zero: int):
        packed = module._packed_params
        weight, bias = torch.ops.quantized.conv2d_unpack(packed)
        largest = 255 * 127 * weight[0].numel()
        self.weight = weight.int_repr().to(torch.float32 if largest < EXACT_FLOAT else torch.float64)
        self.scales = (torch.tensor(scale).float() * weight.q_per_channel_scales().float()).view(-1, 1, 1)
        self.bias = bias.detach().float().view(-1, 1, 1)
        self.zero = zero
        self.stride, self.padding = torch.ops.quantized.conv2d_stride(packed), torch.ops.quantized.conv2d_padding(packed)
        self.groups = torch.ops.quantized.conv2d_groups(packed)
        self.relu = module.original_name == "ConvReLU2d"
        self.output = float(module.scale), int(module.zero_point)

    def __call__(self, x: Tensor) -> Tensor:
        sums = F.conv2d((x - self.zero).to(self.weight.dtype), self.weight, None, self.stride, self.padding, 1, self.groups)
        y = sums.float() * self.scales + self.bias
        y = y.clamp_min(0.0) if self.relu else y
        scale, zero = self.output
        return (y * (1.0 / torch.tensor(scale).float()) + zero).clamp(0, 255).round()


class Residual:
    """An inverted residual's layers, and the sum with its input where there is one."""

    def __init__(self, module: torch.jit.ScriptModule, scale: float, zero: int):
        self.input = scale, zero
        self.layers = _convolutions(list(module.layers.children()), scale, zero)
        self.output = (float(module.scale), int(module.zero_point)) if module.residual else self.layers[-1].output
        self.residual: bool = module.residual

    def __call__(self, x: Tensor) -> Tensor:
        y = x
        for layer in self.layers:
            y = layer(y)
        if not self.residual:
            return y
        scale, zero = self.output
        total = _number(x, *self.input) + _number(y, *self.layers[-1].output)
        return ((total * (1.0 / torch.tensor(scale).float())).round() + zero).clamp(0, 255)


def _number(bytes_: Tensor, scale: float, zero: int) -> Tensor:
    """What bytes stand for: product and sum in double, rounded once."""
    single = torch.tensor(scale).float()
    return (bytes_.double() * single.double() + (-zero * single).double()).float()


def _convolutions(modules: list[torch.jit.ScriptModule], scale: float, zero: int) -> list[Convolution]:
    layers: list[Convolution] = []
    for module in modules:
        layers.append(Convolution(module, scale, zero))
        scale, zero = layers[-1].output
    return layers


class FusedEncoder:
    """Stands in for the archive's encoder: the same `encode`."""

    def __init__(self, encoder: torch.jit.ScriptModule):
        whole = encoder.encoder
        self.networks = [self._network(network, float(whole.scale), int(whole.zero_point))
                         for network in whole.layers.networks.children()]  # fmt: skip

    @staticmethod
    def fits(encoder: torch.jit.ScriptModule) -> bool:
        """Whether all layers are of the kinds that the program's kernels have."""
        leaves = [module.original_name for module in encoder.modules() if not list(module.children())]
        return all(name in ("Conv2d", "ConvReLU2d") for name in leaves)

    @staticmethod
    def _network(network: torch.jit.ScriptModule, scale: float, zero: int) -> list[Convolution | Residual]:
        layers: list[Convolution | Residual] = []
        for module in cast("Iterable[torch.jit.ScriptModule]", network.children()):
            made = Residual if module.original_name == "QuantizedBlock" else Convolution
            layers.append(made(module, scale, zero))
            scale, zero = layers[-1].output
        return layers

    def encode(self, pixels: Tensor) -> Tensor:
        """u8 RGB [B,3,S,S] -> float features [B,P,channels]."""
        features = []
        for layers in self.networks:
            x = pixels.float()
            for layer in layers:
                x = layer(x)
            scale, zero = layers[-1].output
            features.append((x - zero) * torch.tensor(scale).float())
        return torch.cat(features, 1).flatten(2).transpose(1, 2).contiguous()
