"""Figures on the dev photographs while a stage runs."""

from __future__ import annotations

import torch
from torch import Tensor

from ..decoder import Decoder
from ..metrics import quick_cider
from ..network import DecoderNetwork
from ..search import beams
from ..workspace import Workspace

AT_ONCE = 50


def dev_captions(space: Workspace, decoder: Decoder, features: Tensor, width: int = 1) -> list[str]:
    network = DecoderNetwork(decoder)
    captions = []
    for start in range(0, len(features), AT_ONCE):
        with torch.autocast("cpu", torch.bfloat16):
            found = beams([network], [features[start : start + AT_ONCE]], width, space.max_tokens, 0.7)
        captions += space.captions_of([candidates[0].tokens for candidates in found])
    return captions


def dev_figures(space: Workspace, decoder: Decoder, features: Tensor) -> dict[str, float]:
    """Greedy captions, scored; and how many of them differ."""
    captions = dev_captions(space, decoder, features)
    cider = quick_cider([row.captions for row in space.dev], captions)
    return {"dev_cider": round(cider, 4), "dev_distinct": len(set(captions))}
