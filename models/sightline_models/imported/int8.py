"""Smaller layers: dynamic int8 with one scale per output channel and per token, bfloat16 where int8 loses most.

LibTorch's dynamic layers quantize all rows of their input by one scale; here each row is divided by its largest magnitude
before and multiplied after, so that one token with large values does not take the others' digits. Their activations have
7 bits, which no CPU's products saturate. bfloat16 is a way to store weights: the program computes with them in float where
the CPU has no bfloat16 products.
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.ao.nn.quantized.dynamic import Linear as DynamicLinear
from torch.nn import functional as F

from ..quantize import QuantizedEmbedding

TINY = 1e-20  # keeps a row of zeros from being divided by zero


class RowQuantizedLinear(nn.Module):
    def __init__(self, layer: nn.Linear):
        super().__init__()
        weight = layer.weight.detach()
        scales = (weight.abs().amax(1) / 127.0).clamp_min(TINY).double()
        quantized = torch.quantize_per_channel(weight, scales, torch.zeros(len(scales), dtype=torch.long), 0, torch.qint8)
        self.layer = DynamicLinear(layer.in_features, layer.out_features, bias_=False, dtype=torch.qint8)
        self.layer.set_weight_bias(quantized, None)
        self.bias: Tensor
        self.register_buffer("bias", layer.bias.detach())

    def forward(self, x: Tensor) -> Tensor:
        peak = x.abs().amax(-1, keepdim=True).clamp_min(1e-20)  # TINY, which TorchScript does not see
        return torch.addcmul(self.bias, self.layer(x / peak), peak)


class HalfLinear(nn.Module):
    def __init__(self, layer: nn.Linear):
        super().__init__()
        self.weight: Tensor
        self.bias: Tensor
        self.register_buffer("weight", layer.weight.detach().bfloat16())
        self.register_buffer("bias", layer.bias.detach())

    def forward(self, x: Tensor) -> Tensor:
        return F.linear(x.to(self.weight.dtype), self.weight).float() + self.bias


class HalfEmbedding(nn.Module):
    def __init__(self, layer: nn.Embedding):
        super().__init__()
        self.weight: Tensor
        self.register_buffer("weight", layer.weight.detach().bfloat16())

    def forward(self, tokens: Tensor) -> Tensor:
        return self.weight[tokens].float()


@dataclasses.dataclass
class LayerErrors:
    """How far each layer's int8 output is from its float output, relative to the latter's length."""

    difference: dict[str, float] = dataclasses.field(default_factory=dict)
    length: dict[str, float] = dataclasses.field(default_factory=dict)

    def add(self, name: str, wanted: Tensor, found: Tensor) -> None:
        self.difference[name] = self.difference.get(name, 0.0) + (found - wanted).square().sum().item()
        self.length[name] = self.length.get(name, 0.0) + wanted.square().sum().item()

    def relative(self) -> dict[str, float]:
        """The worst first."""
        found = {name: (self.difference[name] / max(self.length[name], TINY)) ** 0.5 for name in self.difference}
        return dict(sorted(found.items(), key=lambda entry: -entry[1]))


def measured(parts: dict[str, nn.Module], run: Callable[[], None]) -> dict[str, float]:
    """Relative errors of all linear layers of the named `parts` on what `run` feeds to them."""
    errors, hooks = LayerErrors(), []
    for part, module in parts.items():
        for name, layer in module.named_modules():
            if isinstance(layer, nn.Linear):
                hooks.append(layer.register_forward_hook(_comparing(f"{part}.{name}", RowQuantizedLinear(layer), errors)))
    run()
    for hook in hooks:
        hook.remove()
    return errors.relative()


def _comparing(name: str, quantized: RowQuantizedLinear, errors: LayerErrors) -> Callable[[nn.Module, tuple, Tensor], None]:
    return lambda _layer, inputs, output: errors.add(name, output, quantized(inputs[0]))


def quantize(module: nn.Module, part: str, halves: set[str]) -> nn.Module:
    """A copy in int8, but for the layers named in `halves`."""
    made = _without_weights(module)
    for name, layer in module.named_modules():
        if isinstance(layer, nn.Linear):
            _put(made, name, HalfLinear(layer) if f"{part}.{name}" in halves else RowQuantizedLinear(layer))
        elif isinstance(layer, nn.Embedding):
            _put(made, name, QuantizedEmbedding(layer.weight.detach()))
    return made


def halve(module: nn.Module) -> nn.Module:
    """A copy with weights in bfloat16."""
    made = _without_weights(module)
    for name, layer in module.named_modules():
        if isinstance(layer, nn.Linear):
            _put(made, name, HalfLinear(layer))
        elif isinstance(layer, nn.Embedding):
            _put(made, name, HalfEmbedding(layer))
    return made


def _without_weights(module: nn.Module) -> nn.Module:
    """A copy that shares all tensors."""
    memo = {id(tensor): tensor for tensor in (*module.parameters(), *module.buffers())}
    return copy.deepcopy(module, memo)


def _put(module: nn.Module, name: str, layer: nn.Module) -> None:
    above, _, last = name.rpartition(".")
    setattr(module.get_submodule(above), last, layer)
