"""Layers made of a folder's tensors, whose shapes have to be those that its configuration says."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Weights:
    """Tensors by name, below a prefix."""

    def __init__(self, tensors: dict[str, Tensor], prefix: str = ""):
        self._tensors, self._prefix = tensors, prefix

    def below(self, prefix: str) -> Weights:
        return Weights(self._tensors, f"{self._prefix}{prefix}.")

    def has(self, name: str) -> bool:
        return self._prefix + name in self._tensors

    def tensor(self, name: str, *shape: int) -> Tensor:
        whole = self._prefix + name
        if whole not in self._tensors:
            raise SystemExit(f"The weights lack {whole}, which this architecture has. Copy all of the model's safetensors files.")
        found = self._tensors[whole]
        if tuple(found.shape) != shape:
            raise SystemExit(f"{whole} has the shape {list(found.shape)}, config.json says {list(shape)}: weights and configuration do "
                             "not belong together. Copy both from one model.")  # fmt: skip
        return found

    def linear(self, name: str, inputs: int, outputs: int, turned: bool = False) -> nn.Linear:
        """A layer with its bias, zeros where it has none; `turned`: stored [inputs, outputs], as GPT-2 does."""
        shape = (inputs, outputs) if turned else (outputs, inputs)
        weight = self.tensor(f"{name}.weight", *shape)
        bias = self.tensor(f"{name}.bias", outputs) if self.has(f"{name}.bias") else torch.zeros(outputs)
        return linear(weight.t().contiguous() if turned else weight, bias)

    def joined(self, names: list[str], inputs: int, outputs: int) -> nn.Linear:
        """Several layers of one input as one, in this order."""
        return stacked([self.linear(name, inputs, outputs) for name in names])

    def scores(self, name: str, token: nn.Embedding) -> nn.Linear:
        """What makes scores of the tokens: the layer of that name, or the embedding itself where there is none."""
        count, width = token.weight.shape
        return self.linear(name, width, count) if self.has(f"{name}.weight") else linear(token.weight, torch.zeros(count))

    def norm(self, name: str, width: int, epsilon: float) -> nn.LayerNorm:
        layer = nn.LayerNorm(width, epsilon, device="meta")
        layer.weight = nn.Parameter(self.tensor(f"{name}.weight", width), requires_grad=False)
        layer.bias = nn.Parameter(self.tensor(f"{name}.bias", width), requires_grad=False)
        return layer

    def embedding(self, name: str, count: int, width: int) -> nn.Embedding:
        layer = nn.Embedding(count, width, device="meta")
        layer.weight = nn.Parameter(self.tensor(f"{name}.weight", count, width), requires_grad=False)
        return layer


def linear(weight: Tensor, bias: Tensor) -> nn.Linear:
    layer = nn.Linear(weight.shape[1], weight.shape[0], device="meta")
    layer.weight = nn.Parameter(weight.detach(), requires_grad=False)
    layer.bias = nn.Parameter(bias.detach(), requires_grad=False)
    return layer


def stacked(layers: list[nn.Linear]) -> nn.Linear:
    """Several layers of one input as one."""
    return linear(torch.cat([layer.weight for layer in layers]), torch.cat([layer.bias for layer in layers]))
