"""What the caption stages learn from: photographs with the captions people wrote; where a teacher has been at work, its
captions for the other photographs and its next-token probabilities for all of them; and, where the configuration wants
them, questions about the other photographs with people's answers, which a caption never begins like (tokenizer.ASK)."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from .. import dataset
from ..captioner import next_token_logits
from ..config import Stage
from ..decoder import Decoder, Prefix
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
    questions: list[list[int]] = dataclasses.field(default_factory=list)  # from ASK on; the teacher has no say in them


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


def groups_of(texts: list[tuple[list[int], int, int]]) -> list[list[tuple[list[int], int, int]]]:
    """Texts (ids, photograph, row of the teacher's probabilities) in groups of like length."""
    texts = sorted(texts, key=lambda text: len(text[0]))
    count = max(1, round(len(texts) / CAPTIONS_A_GROUP)) if texts else 0
    return [texts[i * len(texts) // count : (i + 1) * len(texts) // count] for i in range(count)]


def caption_loss(decoder: Decoder, prefix: Prefix, lessons: list[Lesson], smoothing: float,
                 soft: SoftTargets | None = None, soft_weight: float = 0.0) -> Tensor:  # fmt: skip
    """Mean loss a token over all captions and questions of a batch of photographs, whose prefix is `prefix`."""
    guided: list[tuple[list[int], int, int]] = []  # by a teacher's probabilities
    unguided: list[tuple[list[int], int, int]] = []
    for k, lesson in enumerate(lessons):
        first = lesson.first_soft
        for caption in lesson.captions:
            (unguided if first < 0 else guided).append((caption, k, first))
            first += len(caption) - 1 if first >= 0 else 0
        unguided += [(question, k, -1) for question in lesson.questions]
    total, count = torch.zeros(()), 0
    for part in [*groups_of(guided), *groups_of(unguided)]:
        tokens = pad([caption for caption, _, _ in part])
        hidden = decoder(tokens, prefix, torch.tensor([k for _, k, _ in part]))
        logits, targets = next_token_logits(decoder, hidden, tokens)
        loss = F.cross_entropy(logits, targets, label_smoothing=smoothing)
        if soft is not None and soft_weight > 0 and part[0][2] >= 0:
            rows = [soft.rows(first, len(caption) - 1) for caption, _, first in part]
            taught = soft_loss(logits, torch.cat([r[0] for r in rows]), torch.cat([r[1] for r in rows]))
            loss = (1 - soft_weight) * loss + soft_weight * taught
        total = total + loss * len(targets)
        count += len(targets)
    return total / count


def times(space: Workspace, stage: Stage, split: str, index: int) -> int:
    """How often an epoch of `stage` has a photograph: people and dogs are four fifths of the captioned ones."""
    row = space.rows(split)[index]
    return stage.everyday if row.captions and dataset.is_everyday(row) else 1


def load_lessons(space: Workspace, questions: bool) -> tuple[list[Lesson], SoftTargets | None]:
    """The lessons of people, with or without their questions, and those of the configuration's teacher, which `teach`
    wrote."""
    pseudo, soft = taught_lessons(space)
    asked = space.question_ids() if questions else [[]] * len(pseudo)
    first = 0 if soft is not None else -1
    lessons = []

    def add(split: str, index: int, captions: list[list[int]], asked: list[list[int]], flip: bool) -> None:
        nonlocal first
        lessons.append(Lesson(split, index, captions, flip, first, asked))
        if first >= 0:
            first += sum(len(caption) - 1 for caption in captions)

    for i, (row, captions) in enumerate(zip(space.train, space.captions, strict=True)):
        add("train", i, captions, [], dataset.may_flip(row))
    for i, (captions, texts) in enumerate(zip(pseudo, asked, strict=True)):
        if captions or texts:
            words = tuple(space.captions_of([*captions, *texts]))
            add("extra", i, captions, texts, dataset.may_flip(dataset.Row("", "extra", words)))
    return lessons, soft


def taught_lessons(space: Workspace) -> tuple[list[list[list[int]]], SoftTargets | None]:
    """A teacher's captions of each photograph of "extra", none without a teacher, and its probabilities."""
    settings = space.config.distillation
    if settings is None:
        return [[] for _ in space.extra], None
    path = space.work.parent / settings.teacher / "lessons.npz"
    if not path.exists():
        raise SystemExit(f"{path} is missing: run `teach --config configs/{settings.teacher}.toml` first.")
    taught = np.load(path)
    soft = SoftTargets(taught["tokens"], taught["probabilities"]) if len(taught["tokens"]) else None
    return json.loads(str(taught["pseudo_captions"])), soft
