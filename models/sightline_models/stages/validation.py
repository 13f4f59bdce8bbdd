"""Figures on the dev photographs while a stage runs."""

from __future__ import annotations

import torch
from torch import Tensor

from ..decoder import Decoder
from ..metrics import quick_cider
from ..network import DecoderNetwork
from ..search import LENGTH_PENALTY, beams
from ..workspace import Workspace

AT_ONCE = 50


def dev_figures(space: Workspace, decoder: Decoder, features: Tensor) -> dict[str, float]:
    """Greedy captions, scored; and how many of them differ."""
    network = DecoderNetwork(decoder)
    captions = []
    for start in range(0, len(features), AT_ONCE):
        with torch.autocast("cpu", torch.bfloat16):
            part = features[start : start + AT_ONCE]
            found = beams([network], [part], 1, space.max_tokens, LENGTH_PENALTY, space.words)
        captions += space.captions_of([candidates[0].tokens for candidates in found])
    cider = quick_cider([row.captions for row in space.dev], captions)
    return {"dev_cider": round(cider, 4), "dev_distinct": len(set(captions))}
