"""Runs a model that is being imported on photographs, to see what smaller layers do to it."""

from __future__ import annotations

import numpy as np
import skimage.data
import torch
from torch import Tensor
from torch.nn import functional as F

from ..bundle import Bundle
from ..pictures import prepare
from ..search import generate, logits_along

PHOTOGRAPHS = ("chelsea", "coffee", "rocket", "astronaut")


def photographs(manifest: dict) -> list[Tensor]:
    """u8 [1,3,S,S]"""
    found = [prepare(getattr(skimage.data, name)(), manifest["input"]) for name in PHOTOGRAPHS]
    return [torch.from_numpy(np.ascontiguousarray(rgb)[None]).permute(0, 3, 1, 2) for rgb in found]


@torch.no_grad()
def captions(model: Bundle, pictures: list[Tensor]) -> list[list[int]]:
    return [generate(model, pixels, 1).tokens for pixels in pictures]


def cosine(one: Bundle, other: Bundle, pictures: list[Tensor], captions: list[list[int]]) -> float:
    """Mean cosine of the two models' logits along the captions."""
    found = [F.cosine_similarity(logits_along(one, p, c), logits_along(other, p, c), -1) for p, c in zip(pictures, captions, strict=True)]
    return torch.cat(found).mean().item()
