"""Frozen: the decoder learns captions on cached features of an encoder that stays as it is."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from ..captioner import Captioner
from ..training import Trainer
from ..workspace import Workspace
from .lessons import batches, caption_loss, load_lessons, times
from .sentence import Predictions
from .validation import dev_features, dev_figures


def run(space: Workspace, captioner: Captioner) -> None:
    stage = space.config.frozen
    assert stage is not None  # `train` runs the stages that the configuration has
    lessons, soft = load_lessons(space, stage.questions)
    lessons = [lesson for lesson in lessons for _ in range(times(space, stage, lesson.split, lesson.index))]
    weight = space.config.distillation.soft_weight if space.config.distillation else 0.0
    views = {"train": [space.encoder_features(captioner.encoder, "train", view) for view in range(stage.views)]}
    if any(lesson.split == "extra" for lesson in lessons):
        views["extra"] = [space.encoder_features(captioner.encoder, "extra")]
    dev = dev_features(space, captioner.encoder)
    predictions = Predictions(space, captioner.decoder)

    def loss(batch: np.ndarray) -> Tensor:
        rng = space.generator(4, int(batch[0]), int(batch[1]))
        chosen = [lessons[i] for i in batch]
        picked = [int(rng.integers(len(views[lesson.split]))) for lesson in chosen]
        features = torch.stack([views[c.split][view][c.index] for view, c in zip(picked, chosen, strict=True)]).float()
        rows = [(view, c.index) if c.split == "train" else None for view, c in zip(picked, chosen, strict=True)]
        prefix = captioner.decoder.prefix(features, predictions.of(features, rows))
        return caption_loss(captioner.decoder, prefix, chosen, stage.label_smoothing, soft, weight)

    Trainer("frozen", captioner.decoder, stage, space.work, space.config.seed, len(lessons) // stage.batch,
            lambda epoch: batches(space, len(lessons), stage.batch, 5, epoch), loss,
            lambda: dev_figures(space, captioner.decoder, dev)).run()  # fmt: skip
