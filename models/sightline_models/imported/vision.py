"""The vision tower that ViT, DeiT, BLIP and CLIP share: patches, tokens of their own before them, pre-norm blocks."""

from __future__ import annotations

import dataclasses

import torch
from torch import Tensor, nn
from torch.nn import functional as F

ACTIVATIONS = ("gelu", "gelu_new", "gelu_pytorch_tanh", "quick_gelu", "relu")


def attend(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    """[N,H,T,D] and keys and values [N,H,K,D] -> [N,T,H*D]."""
    n, h, t, d = query.shape
    return F.scaled_dot_product_attention(query, key, value).transpose(1, 2).reshape(n, t, h * d)


class Activation(nn.Module):
    def __init__(self, kind: str):
        super().__init__()
        if kind not in ACTIVATIONS:
            raise SystemExit(f"config.json names the activation {kind!r}; those known here are {', '.join(ACTIVATIONS)}.")
        self.kind: str = kind

    def forward(self, x: Tensor) -> Tensor:
        if self.kind == "gelu":
            return F.gelu(x)
        if self.kind == "quick_gelu":
            return x * torch.sigmoid(1.702 * x)
        if self.kind == "relu":
            return F.relu(x)
        return F.gelu(x, approximate="tanh")


@dataclasses.dataclass(frozen=True)
class Shape:
    """Of a transformer: what the layers of one block have in common."""

    layers: int
    width: int
    inner: int
    heads: int
    epsilon: float
    activation: str


class VisionBlock(nn.Module):
    def __init__(self, heads: int, activation: str, norm1: nn.Module, qkv: nn.Module, project: nn.Module, norm2: nn.Module,
                 expand: nn.Module, contract: nn.Module):  # fmt: skip
        super().__init__()
        self.heads: int = heads
        self.norm1, self.qkv, self.project = norm1, qkv, project
        self.norm2, self.expand, self.activation, self.contract = norm2, expand, Activation(activation), contract

    def forward(self, x: Tensor) -> Tensor:
        n, t, c = x.shape
        qkv = self.qkv(self.norm1(x)).view(n, t, 3, self.heads, c // self.heads).permute(2, 0, 3, 1, 4)
        x = x + self.project(attend(qkv[0], qkv[1], qkv[2]))
        return x + self.contract(self.activation(self.expand(self.norm2(x))))


class VisionTower(nn.Module):
    """Stands as a bundle's encoder: bytes in, features of all tokens out."""

    def __init__(self, patches: nn.Conv2d, tokens: Tensor, positions: Tensor, norm_before: nn.Module, blocks: list[VisionBlock],
                 norm: nn.Module):  # fmt: skip
        """tokens [K,C] stand before the patches; positions [K+patches,C]."""
        super().__init__()
        self.patches, self.norm_before, self.norm = patches, norm_before, norm
        self.blocks = nn.ModuleList(blocks)
        self.tokens: Tensor
        self.positions: Tensor
        self.mean: Tensor
        self.deviation: Tensor
        self.register_buffer("tokens", tokens.unsqueeze(0))
        self.register_buffer("positions", positions.unsqueeze(0))
        self.register_buffer("mean", torch.zeros(3, 1, 1))
        self.register_buffer("deviation", torch.ones(3, 1, 1))

    def normalize_by(self, mean: list[float], deviation: list[float]) -> None:
        """Of colours from 0 to 255."""
        self.mean.copy_(torch.tensor(mean).view(3, 1, 1))
        self.deviation.copy_(torch.tensor(deviation).view(3, 1, 1))

    @torch.jit.export
    def encode(self, pixels: Tensor) -> Tensor:
        """u8 RGB [B,3,S,S] -> float [B,K+patches,C]."""
        x = self.patches((pixels.float() - self.mean) / self.deviation).flatten(2).transpose(1, 2)
        x = torch.cat([self.tokens.expand(x.shape[0], -1, -1), x], 1) + self.positions
        x = self.norm_before(x)
        for block in self.blocks:
            x = block(x)
        return self.norm(x).contiguous()

    def forward(self, pixels: Tensor) -> Tensor:
        return self.encode(pixels)
