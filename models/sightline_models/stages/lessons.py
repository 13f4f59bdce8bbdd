"""What the caption stages learn from: photographs with the captions people wrote, and, where a teacher has been at work, its
captions for the other photographs and its next-token probabilities for all of them."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from .. import dataset
from ..captioner import next_token_logits
from ..decoder import Decoder
from ..tokenizer import PAD
from ..workspace import Workspace

CAPTIONS_A_GROUP = 32  # captions of like length that go through the decoder together, because padding is work


@dataclasses.dataclass(frozen=True)
class Lesson:
    """One photograph: where its pixels are, and token ids of its captions, each from BOS on."""

    split: str
    index: int
    captions: list[list[int]]
    may_flip: bool
    first_soft: int  # row of the teacher's probabilities for the first caption's first target, -1 without


class SoftTargets:
    """A teacher's next-token probabilities: for each target token its `k` likeliest tokens.

    Targets lie one after the other, caption by caption: a caption of n ids from BOS on has n - 1 of them, aligned with the
    caption shifted by one.
    """

    def __init__(self, tokens: np.ndarray, probabilities: np.ndarray):
        self.tokens, self.probabilities = tokens, probabilities

    def rows(self, first: int, count: int) -> tuple[Tensor, Tensor]:
        tokens = torch.from_numpy(self.tokens[first : first + count].astype(np.int64))
        return tokens, torch.from_numpy(self.probabilities[first : first + count].astype(np.float32))


def pad(rows: list[list[int]]) -> Tensor:
    width = max(map(len, rows))
    return torch.tensor([row + [PAD] * (width - len(row)) for row in rows])


def batches(space: Workspace, count: int, batch: int, key: int, epoch: int) -> list[np.ndarray]:
    """Indices 0..count-1 in an order fixed by seed, key and epoch."""
    order = space.generator(key, epoch).permutation(count)
    return [order[i : i + batch] for i in range(0, count // batch * batch, batch)]


def soft_loss(logits: Tensor, soft_tokens: Tensor, probabilities: Tensor) -> Tensor:
    """Cross-entropy between the teacher's and the decoder's next-token distributions over the teacher's likeliest
    tokens, mean over targets; row i of all three belongs to the i-th target."""
    return -(probabilities * F.log_softmax(logits, -1).gather(1, soft_tokens)).sum(1).mean()


def caption_loss(decoder: Decoder, features: Tensor, lessons: list[Lesson], smoothing: float,
                 soft: SoftTargets | None = None, soft_weight: float = 0.0) -> Tensor:  # fmt: skip
    """Mean loss a token over all captions of a batch of photographs; a photograph's prefix is computed once."""
    prefix = decoder.prefix(features)
    pairs = []
    for k, lesson in enumerate(lessons):
        first = lesson.first_soft
        for caption in lesson.captions:
            pairs.append((caption, k, first))
            first += len(caption) - 1 if first >= 0 else 0
    pairs.sort(key=lambda pair: len(pair[0]))
    groups = max(1, round(len(pairs) / CAPTIONS_A_GROUP))
    total, count = torch.zeros(()), 0
    for group in range(groups):
        part = pairs[group * len(pairs) // groups : (group + 1) * len(pairs) // groups]
        tokens = pad([caption for caption, _, _ in part])
        hidden = decoder(tokens, prefix, torch.tensor([k for _, k, _ in part]))
        logits, targets = next_token_logits(decoder, hidden, tokens)
        loss = F.cross_entropy(logits, targets, label_smoothing=smoothing)
        if soft is not None and soft_weight > 0 and all(first >= 0 for _, _, first in part):
            rows = [soft.rows(first, len(caption) - 1) for caption, _, first in part]
            taught = soft_loss(logits, torch.cat([r[0] for r in rows]), torch.cat([r[1] for r in rows]))
            loss = (1 - soft_weight) * loss + soft_weight * taught
        total = total + loss * len(targets)
        count += len(targets)
    return total / count


def load_lessons(space: Workspace) -> tuple[list[Lesson], SoftTargets | None]:
    """The lessons of people, and those of the configuration's teacher, which `teach` wrote."""
    settings = space.config.distillation
    flips = [dataset.may_flip(row) for row in space.train]
    if settings is None:
        return [Lesson("train", i, c, f, -1) for i, (c, f) in enumerate(zip(space.captions, flips))], None
    path = space.work.parent / settings.teacher / "lessons.npz"
    if not path.exists():
        raise SystemExit(f"{path} is missing: run `teach --config configs/{settings.teacher}.toml` first.")
    taught = np.load(path)
    soft = SoftTargets(taught["tokens"], taught["probabilities"]) if len(taught["tokens"]) else None
    first = 0 if soft is not None else None
    lessons = []

    def add(split: str, index: int, captions: list[list[int]], flip: bool) -> None:
        nonlocal first
        lessons.append(Lesson(split, index, captions, flip, -1 if first is None else first))
        if first is not None:
            first += sum(len(caption) - 1 for caption in captions)

    for i, (captions, flip) in enumerate(zip(space.captions, flips)):
        add("train", i, captions, flip)
    for i, captions in enumerate(json.loads(str(taught["pseudo_captions"]))):
        texts = space.captions_of(captions)
        add("extra", i, captions, dataset.may_flip(dataset.Row("", "extra", tuple(texts))))
    return lessons, soft
