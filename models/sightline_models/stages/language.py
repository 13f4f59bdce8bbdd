"""Language: the decoder learns the caption texts, next token by next token, without photographs: alone, or where it has
sentence tokens, from what the other captions of the same photograph say.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor

from ..captioner import Captioner, next_token_loss
from ..decoder import Decoder
from ..precision import reduced_precision
from ..tokenizer import PAD
from ..training import Trainer
from ..workspace import Workspace
from .lessons import pad
from .sentence import Meanings

HELD_OUT = 2000  # texts kept for the perplexity
BUCKET_BATCHES = 50  # texts are sorted by length within this many batches, so that batches pad little


class Texts:
    """What is learnt: token ids, and the prefix that each text continues."""

    def __init__(self, space: Workspace, decoder: Decoder):
        self.decoder, self.meanings = decoder, None
        if decoder.sentence is None:
            self.ids = space.ids(space.texts)
        else:
            self.ids = space.ids(space.embedded_texts.texts)
            self.meanings = Meanings(space, space.embedded_texts)

    def loss(self, chosen: np.ndarray, label_smoothing: float) -> tuple[Tensor, Tensor]:
        """Mean loss a token, and the tokens."""
        tokens = pad([self.ids[i] for i in chosen])
        prefix = owner = None
        if self.meanings is not None:
            prefix, owner = self.decoder.sentence_prefix(self.meanings.of(chosen)), torch.arange(len(chosen))
        return next_token_loss(self.decoder, self.decoder(tokens, prefix, owner), tokens, label_smoothing), tokens


def run(space: Workspace, captioner: Captioner) -> None:
    stage = space.config.language
    assert stage is not None  # `train` runs the stages that the configuration has
    texts = Texts(space, captioner.decoder)
    ids = texts.ids
    held_out = space.generator(1).choice(len(ids), HELD_OUT, replace=False)
    held = set(held_out.tolist())
    train = np.array([i for i in range(len(ids)) if i not in held])
    steps = len(train) // stage.batch

    def batches(epoch: int) -> list[np.ndarray]:
        rng = space.generator(2, epoch)
        order = rng.permutation(train)[: steps * stage.batch]
        chunk = stage.batch * BUCKET_BATCHES
        parts = []
        for start in range(0, len(order), chunk):
            part = order[start : start + chunk]
            part = part[np.argsort([len(ids[i]) for i in part], kind="stable")]
            parts += [part[i : i + stage.batch] for i in range(0, len(part), stage.batch)]
        return [parts[i] for i in rng.permutation(len(parts))]

    def loss(batch: np.ndarray) -> Tensor:
        return texts.loss(batch, stage.label_smoothing)[0]

    @torch.no_grad()
    def validate() -> dict[str, float]:
        total = count = 0.0
        for start in range(0, len(held_out), 250):
            with reduced_precision():
                value, tokens = texts.loss(held_out[start : start + 250], 0.0)
            kept = int((tokens[:, 1:] != PAD).sum())
            total, count = total + float(value) * kept, count + kept
        return {"perplexity": round(math.exp(total / count), 2)}

    Trainer("language", captioner.decoder, stage, space.work, space.config.seed, steps, batches, loss, validate).run()
