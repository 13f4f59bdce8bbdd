"""The decoder step of int8 bundles as core/inference/fused_decoder.cpp computes it: the reference for its tokens.

Each row is quantized to 8 bits by its own largest magnitude, sums of products are exact. TorchScript's own dynamic quantization
has 7 bits and one scale for all beams.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F


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


class FusedDecoder:
    """Stands in for the archive's decoder: the same `prefill`, and a `step` of the same shapes."""

    def __init__(self, decoder: torch.jit.ScriptModule, heads: int):
        self.decoder, self.heads = decoder, heads
        self.prefix_length = decoder.prefix_length
        self.blocks = [
            {name: Linear(getattr(block, name)) for name in ("qkv", "project", "expand", "contract")}
            | {"norm1": block.norm1, "norm2": block.norm2}
            for block in decoder.blocks.children()
        ]
        self.head = Linear(decoder.head)

    def prefill(self, features: Tensor) -> Tensor:
        return self.decoder.prefill(features)

    def step(self, tokens: Tensor, length: int, cache: Tensor) -> Tensor:
        decoder = self.decoder
        rows = len(tokens)
        x = decoder.token.rows[tokens].float() * decoder.token.scale[tokens][:, None]
        x = x + decoder.position.weight[length - self.prefix_length]
        for block, layer in zip(self.blocks, cache):
            query, key, value = block["qkv"](block["norm1"](x)).view(rows, 3, self.heads, -1).unbind(1)
            layer[0, :, :, length], layer[1, :, :, length] = key, value
            scores = (layer[0, :, :, : length + 1] @ query.unsqueeze(-1)).squeeze(-1) * query.shape[-1] ** -0.5
            seen = torch.softmax(scores, -1).unsqueeze(2) @ layer[1, :, :, : length + 1]
            x = x + block["project"](seen.reshape(rows, -1))
            x = x + block["contract"](F.gelu(block["expand"](block["norm2"](x)), approximate="tanh"))
        return self.head(decoder.norm(x))
