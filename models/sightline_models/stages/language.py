"""Language: the decoder alone learns the caption texts, next token by next token."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor

from ..captioner import Captioner, next_token_loss
from ..tokenizer import PAD
from ..training import Trainer
from ..workspace import Workspace
from .lessons import pad

HELD_OUT = 2000  # texts kept for the perplexity
BUCKET_BATCHES = 50  # texts are sorted by length within this many batches, so that batches pad little


def run(space: Workspace, captioner: Captioner) -> None:
    stage = space.config.language
    ids = space.text_ids()
    held_out = space.generator(1).choice(len(ids), HELD_OUT, replace=False)
    held = set(held_out.tolist())
    train = [row for i, row in enumerate(ids) if i not in held]
    steps = len(train) // stage.batch

    def batches(epoch: int) -> list[np.ndarray]:
        rng = space.generator(2, epoch)
        order = rng.permutation(len(train))[: steps * stage.batch]
        chunk = stage.batch * BUCKET_BATCHES
        parts = []
        for start in range(0, len(order), chunk):
            part = order[start : start + chunk]
            part = part[np.argsort([len(train[i]) for i in part], kind="stable")]
            parts += [part[i : i + stage.batch] for i in range(0, len(part), stage.batch)]
        return [parts[i] for i in rng.permutation(len(parts))]

    def loss(batch: np.ndarray) -> Tensor:
        tokens = pad([train[i] for i in batch])
        return next_token_loss(captioner.decoder, captioner.decoder(tokens), tokens, stage.label_smoothing)

    @torch.no_grad()
    def validate() -> dict[str, float]:
        total = count = 0.0
        for start in range(0, len(held_out), 250):
            tokens = pad([ids[i] for i in held_out[start : start + 250]])
            with torch.autocast("cpu", torch.bfloat16):
                value = next_token_loss(captioner.decoder, captioner.decoder(tokens), tokens, 0.0)
            kept = int((tokens[:, 1:] != PAD).sum())
            total, count = total + float(value) * kept, count + kept
        return {"perplexity": round(math.exp(total / count), 2)}

    Trainer("language", captioner.decoder, stage, space.work, space.config.seed, steps, batches, loss, validate).run()
