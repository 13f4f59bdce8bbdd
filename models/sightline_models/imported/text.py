"""The decoder that GPT-2, BLIP's BERT and GIT share, with the methods of network.DecoderNetwork.

A block looks at the picture in one of two ways. With `crosses` it has layers for it, whose keys and values are made once a
picture and stand in the cache before those of the text; all beams read the first one's. Without, the picture's tokens are
the beginning of the text.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import cast

import torch
from torch import Tensor, nn

from .vision import Activation, attend


@dataclasses.dataclass
class Cross:
    norm: nn.Module
    query: nn.Module
    key_value: nn.Module
    project: nn.Module


class TextBlock(nn.Module):
    __constants__ = ("pre_norm", "crosses")  # what is not there is not compiled

    def __init__(self, heads: int, activation: str, pre_norm: bool, norm1: nn.Module, qkv: nn.Module, project: nn.Module,
                 norm2: nn.Module, expand: nn.Module, contract: nn.Module, cross: Cross | None):  # fmt: skip
        super().__init__()
        self.heads: int = heads
        self.pre_norm, self.crosses = pre_norm, cross is not None
        self.norm1, self.qkv, self.project = norm1, qkv, project
        self.norm2, self.expand, self.activation, self.contract = norm2, expand, Activation(activation), contract
        if cross is not None:
            self.cross_norm, self.cross_query = cross.norm, cross.query
            self.cross_key_value, self.cross_project = cross.key_value, cross.project

    def look(self, features: Tensor) -> Tensor:
        """Features [B,P,F] -> keys and values [2,B,H,P,D] of the picture."""
        b, p, _ = features.shape
        return self.cross_key_value(features).view(b, p, 2, self.heads, -1).permute(2, 0, 3, 1, 4)

    def read(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """The picture's tokens [B,P,C], which see each other -> their keys and values [2,B,H,P,D], what follows."""
        b, p, c = x.shape
        qkv = self.qkv(self.norm1(x) if self.pre_norm else x).view(b, p, 3, self.heads, c // self.heads).permute(2, 0, 3, 1, 4)
        x = self.add(x, self.project(attend(qkv[0], qkv[1], qkv[2])))
        return qkv[1:], self.feed(x)

    def add(self, x: Tensor, y: Tensor) -> Tensor:
        return x + y if self.pre_norm else self.norm1(x + y)

    def feed(self, x: Tensor) -> Tensor:
        y = self.contract(self.activation(self.expand(self.norm2(x) if self.pre_norm else x)))
        return x + y if self.pre_norm else self.norm2(x + y)

    def step(self, x: Tensor, layer: Tensor, prefix: int, length: int) -> Tensor:
        """One token [N,C] each beam; cache [2,N,H,P+T,D] written at `length`."""
        n, c = x.shape
        d = c // self.heads
        qkv = self.qkv(self.norm1(x) if self.pre_norm else x).view(n, 3, self.heads, d)
        layer[:, :, :, length] = qkv[:, 1:].transpose(0, 1)
        first = prefix if self.crosses else 0
        seen = attend(qkv[:, 0].unsqueeze(2), layer[0, :, :, first : length + 1], layer[1, :, :, first : length + 1])
        x = self.add(x, self.project(seen.squeeze(1)))
        if self.crosses:
            query = self.cross_query(self.cross_norm(x) if self.pre_norm else x).view(1, n, self.heads, d).transpose(1, 2)
            y = self.cross_project(attend(query, layer[0, :1, :, :prefix], layer[1, :1, :, :prefix]).squeeze(0))
            x = x + y if self.pre_norm else self.cross_norm(x + y)
        return self.feed(x)


class TextDecoder(nn.Module):
    """Stands as a bundle's decoder."""

    __constants__ = ("crosses",)

    def __init__(self, visual: nn.Module, token: nn.Module, position: Tensor, norm_embedding: nn.Module, blocks: list[TextBlock],
                 head: nn.Module, prefix_length: int, heads: int, head_width: int):  # fmt: skip
        """`visual` takes the encoder's features to what the blocks see; `head` the last block's output to logits."""
        super().__init__()
        self.visual, self.token, self.norm_embedding, self.head = visual, token, norm_embedding, head
        self.blocks = cast("Sequence[TextBlock]", nn.ModuleList(blocks))
        self.crosses = blocks[0].crosses
        self.prefix_length: int = prefix_length
        self.heads: int = heads
        self.head_width: int = head_width
        self.position: Tensor
        self.register_buffer("position", position)

    @torch.jit.export
    def prefill(self, features: Tensor) -> Tensor:
        x = self.visual(features)
        layers: list[Tensor] = []
        for block in self.blocks:
            if self.crosses:
                layers.append(block.look(x))
            else:
                seen, x = block.read(x)
                layers.append(seen)
        return torch.stack(layers)

    @torch.jit.export
    def step(self, tokens: Tensor, length: int, cache: Tensor) -> Tensor:
        x = self.norm_embedding(self.token(tokens) + self.position[length - self.prefix_length])
        for i, block in enumerate(self.blocks):
            x = block.step(x, cache[i], self.prefix_length, length)
        return self.head(x)

    def forward(self, features: Tensor) -> Tensor:
        return self.prefill(features)
