"""Greedy and beam search over a bundle: the reference that core/inference/token_search.cpp must reproduce."""

from __future__ import annotations

import dataclasses

import torch
from torch import Tensor

from .bundle import Bundle
from .tokenizer import BOS, EOS


@dataclasses.dataclass
class Candidate:
    tokens: list[int]
    log_probability: float
    ended: bool

    def score(self, length_penalty: float) -> float:
        return self.log_probability / max(1, len(self.tokens)) ** length_penalty


@torch.no_grad()
def generate(bundle: Bundle, pixels: Tensor, beams: int = 0) -> Candidate:
    """Caption of one picture, u8 [1,3,S,S]. `tokens` holds the caption with its end token, where it came. `beams` 0 is
    the bundle's own default."""
    beams = beams or bundle.manifest["search"]["beams"]
    length_penalty = bundle.manifest["search"]["length_penalty"]
    limit = bundle.manifest["max_tokens"]
    prefix = bundle.decoder.prefill(bundle.encoder.encode(pixels))
    layers, two, _, heads, length, width = prefix.shape
    cache = torch.zeros(layers, two, beams, heads, length + limit, width)
    cache[:, :, :, :, :length] = prefix
    live = [Candidate([], 0.0, False)]
    finished: list[Candidate] = []
    for t in range(limit):
        tokens = torch.tensor([c.tokens[-1] if c.tokens else BOS for c in live])
        logits = bundle.decoder.step(tokens, length + t, cache[:, :, : len(live)])
        log_probabilities = torch.log_softmax(logits, -1)
        total = log_probabilities + torch.tensor([c.log_probability for c in live])[:, None]
        top = torch.topk(total.flatten(), 2 * beams)
        following: list[Candidate] = []
        parents: list[int] = []
        for value, index in zip(top.values.tolist(), top.indices.tolist()):
            parent, token = divmod(index, logits.shape[1])
            candidate = Candidate([*live[parent].tokens, token], value, token == EOS)
            if candidate.ended:
                finished.append(candidate)
            elif len(following) < beams:
                following.append(candidate)
                parents.append(parent)
            if len(following) == beams:
                break
        if beams == 1 and finished:
            break
        best = max((c.score(length_penalty) for c in finished), default=float("-inf"))
        if best >= max(c.log_probability / limit**length_penalty for c in following):
            break
        if t + 1 < limit:
            cache[:, :, : len(parents), :, length : length + t + 1] = cache[
                :, :, parents, :, length : length + t + 1
            ].clone()
        live = following
    return max(finished or live, key=lambda c: c.score(length_penalty))
