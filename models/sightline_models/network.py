"""The network as it is exported: two modules with the three methods that the C++ engine calls. They are apart because
each runs fastest with another quantized engine, and weights are packed for one engine while they are loaded.

EncoderNetwork
encode(pixels)                 u8 RGB [B,3,S,S] channels last  -> float features [B,P,channels]
DecoderNetwork
prefill(features)              float [B,P,channels]            -> float keys and values [L,2,B,H,P,D]
step(tokens, length, cache)    int64 [N], tokens already cached, float [L,2,N,H,P+T,D] written in place at `length`
                                                               -> float logits [N,V]
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .decoder import Block, Decoder
from .quantize import INPUT_SCALE, INPUT_ZERO_POINT


class FloatEncoder(nn.Module):
    def __init__(self, encoder: nn.Module):
        super().__init__()
        self.layers = encoder

    def forward(self, pixels: Tensor) -> Tensor:
        return self.layers((pixels.float() - 127.0) / 128.0)


class Int8Encoder(nn.Module):
    def __init__(self, encoder: nn.Module):
        super().__init__()
        self.layers = encoder
        self.scale = INPUT_SCALE
        self.zero_point = INPUT_ZERO_POINT

    def forward(self, pixels: Tensor) -> Tensor:
        quantized = torch._make_per_tensor_quantized_tensor(pixels, self.scale, self.zero_point)
        return self.layers(quantized)


class StepBlock(nn.Module):
    """One decoder block at inference; takes over the layers of the trained block, whatever their precision."""

    def __init__(self, block: Block):
        super().__init__()
        self.heads: int = block.heads
        self.norm1, self.qkv, self.project = block.norm1, block.qkv, block.project
        self.visual = block.visual
        self.norm2, self.expand, self.contract = block.norm2, block.expand, block.contract

    def split(self, x: Tensor) -> Tensor:
        """[N,T,C] -> query, key and value as [3,N,H,T,D]."""
        n, t, c = x.shape
        return self.qkv(self.norm1(x)).view(n, t, 3, self.heads, c // self.heads).permute(2, 0, 3, 1, 4)

    def look(self, x: Tensor) -> Tensor:
        """Visual tokens [B,P,C] -> key and value as [2,B,H,P,D]."""
        b, p, c = x.shape
        return self.visual(x).view(b, p, 2, self.heads, c // self.heads).permute(2, 0, 3, 1, 4)

    def finish(self, x: Tensor, attended: Tensor) -> Tensor:
        n, t, c = x.shape
        x = x + self.project(attended.transpose(1, 2).reshape(n, t, c))
        return x + self.contract(F.gelu(self.expand(self.norm2(x)), approximate="tanh"))


class EncoderNetwork(nn.Module):
    def __init__(self, encoder: nn.Module):
        super().__init__()
        self.encoder = encoder

    @torch.jit.export
    def encode(self, pixels: Tensor) -> Tensor:
        return self.encoder(pixels).flatten(2).transpose(1, 2).contiguous()

    def forward(self, pixels: Tensor) -> Tensor:
        return self.encode(pixels)


class DecoderNetwork(nn.Module):
    def __init__(self, decoder: Decoder):
        super().__init__()
        self.visual, self.visual_norm = decoder.visual, decoder.visual_norm
        self.visual_position = decoder.visual_position
        self.sentence = decoder.sentence
        self.token, self.position = decoder.token, decoder.position
        self.blocks = cast("Sequence[StepBlock]", nn.ModuleList(StepBlock(block) for block in decoder.blocks))
        self.norm, self.head = decoder.norm, decoder.head
        self.prefix_length: int = decoder.prefix_length

    @torch.jit.export
    def prefill(self, features: Tensor) -> Tensor:
        x = self.visual_norm(self.visual(features)) + self.visual_position
        if self.sentence is not None:
            x = torch.cat([self.sentence.of_picture(features), x], 1)
        return torch.stack([block.look(x) for block in self.blocks])

    @torch.jit.export
    def step(self, tokens: Tensor, length: int, cache: Tensor) -> Tensor:
        x = (self.token(tokens) + self.position.weight[length - self.prefix_length]).unsqueeze(1)
        for i, block in enumerate(self.blocks):
            qkv = block.split(x)
            layer = cache[i]
            layer[:, :, :, length] = qkv[1:, :, :, 0]
            seen = layer[:, :, :, : length + 1]
            scale = float(qkv.shape[4]) ** -0.5
            weights = torch.softmax(torch.matmul(qkv[0] * scale, seen[0].transpose(-1, -2)), -1)
            x = block.finish(x, torch.matmul(weights, seen[1]))
        return self.head(self.norm(x)).squeeze(1)

    def forward(self, features: Tensor) -> Tensor:
        return self.prefill(features)
