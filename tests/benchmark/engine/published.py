"""The recipe of "Adapting VLMs for Edge Devices" as it was published, to time: MobileNetV3-Small, a projector to 49 visual
tokens, DistilGPT2 with its whole vocabulary, dynamic int8, traced, no cache of keys and values.

Weights are random: they are not to be had, and time does not depend on them.
"""

from __future__ import annotations

import time

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from network import bundles  # noqa: F401  # puts models/ on the path
from sightline_models.encoder import Backbone

LAYERS, WIDTH, HEADS, VOCABULARY = 6, 768, 12, 50257
TOKENS = 12  # of a caption


class Block(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.qkv, self.project = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.expand, self.contract = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)

    def forward(self, x: Tensor) -> Tensor:
        query, key, value = self.qkv(self.norm1(x)).unflatten(2, (3, HEADS, WIDTH // HEADS)).permute(2, 0, 3, 1, 4).unbind(0)
        seen = F.scaled_dot_product_attention(query, key, value, is_causal=True)
        x = x + self.project(seen.transpose(1, 2).flatten(2))
        return x + self.contract(F.gelu(self.expand(self.norm2(x)), approximate="tanh"))


class Published(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.vision = Backbone("mobilenet_v3_small")
        self.projector = nn.Linear(self.vision.channels, WIDTH)
        self.token, self.position = nn.Embedding(VOCABULARY, WIDTH), nn.Embedding(1024, WIDTH)
        self.blocks = nn.ModuleList(Block() for _ in range(LAYERS))
        self.norm, self.head = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, VOCABULARY, bias=False)

    def forward(self, pixels: Tensor, tokens: Tensor) -> Tensor:
        """u8 [1,3,224,224] and int64 [1,T] -> logits [1,49+T,V], of every position, as it was timed."""
        visual = self.projector(self.vision((pixels.float() - 127.0) / 128.0).flatten(2).transpose(1, 2))
        x = torch.cat([visual, self.token(tokens)], 1)
        x = x + self.position(torch.arange(x.shape[1]))
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x))


@torch.no_grad()
def published() -> torch.jit.ScriptModule:
    torch.manual_seed(1)
    torch.backends.quantized.engine = "fbgemm"
    model = torch.ao.quantization.quantize_dynamic(Published().eval(), {nn.Linear}, torch.qint8)
    return torch.jit.trace(model, (torch.zeros(1, 3, 224, 224, dtype=torch.uint8), torch.zeros(1, TOKENS, dtype=torch.int64)))


@torch.inference_mode()
def one_pass(model: torch.jit.ScriptModule, picture: np.ndarray) -> float:
    """Seconds of one forward pass over given tokens, which is what was called a frame."""
    pixels = torch.from_numpy(np.ascontiguousarray(picture.transpose(2, 0, 1)[None]))
    started = time.perf_counter()
    model(pixels, torch.zeros(1, TOKENS, dtype=torch.int64))
    return time.perf_counter() - started


@torch.inference_mode()
def caption(model: torch.jit.ScriptModule, picture: np.ndarray) -> float:
    """Seconds of a caption of twelve tokens, each chosen from the logits before it."""
    pixels = torch.from_numpy(np.ascontiguousarray(picture.transpose(2, 0, 1)[None]))
    started = time.perf_counter()
    tokens = torch.zeros(1, 1, dtype=torch.int64)
    for _ in range(TOKENS):
        logits = model(pixels, tokens)
        tokens = torch.cat([tokens, logits[:, -1].argmax(-1, keepdim=True)], 1)
    return time.perf_counter() - started
