"""Joint: encoder and decoder end to end on augmented photographs."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from .. import dataset
from ..captioner import Captioner
from ..encoder import channels_last, fix_batch_norms, fix_first_blocks
from ..training import Trainer
from ..workspace import DEV_SPLITS, Workspace, encode, to_tensor
from .lessons import batches, caption_loss, load_lessons
from .validation import AT_ONCE, dev_figures


class JointCaptioner(nn.Module):
    """The captioner while it is trained end to end: batch-norm statistics stay as they are, batches are too small."""

    def __init__(self, captioner: Captioner, fixed_blocks: int):
        super().__init__()
        self.encoder = captioner.encoder
        self.decoder = captioner.decoder
        fix_first_blocks(self.encoder, fixed_blocks)

    def train(self, mode: bool = True) -> JointCaptioner:
        super().train(mode)
        fix_batch_norms(self.encoder)
        return self


def run(space: Workspace, captioner: Captioner) -> None:
    stage = space.config.joint
    assert stage is not None  # `train` runs the stages that the configuration has
    lessons, soft = load_lessons(space, stage.questions)
    weight = space.config.distillation.soft_weight if space.config.distillation else 0.0
    pixels = {split: space.pixels(split) for split in {lesson.split for lesson in lessons}}
    dev_pixels = {split: space.pixels(split) for split in DEV_SPLITS if space.rows(split)}
    module = JointCaptioner(captioner, stage.fixed_blocks)
    channels_last(captioner.encoder)

    def epoch_batches(epoch: int) -> list[tuple[int, np.ndarray]]:
        return [(epoch, batch) for batch in batches(space, len(lessons), stage.batch, 6, epoch)]

    def loss(item: tuple[int, np.ndarray]) -> Tensor:
        epoch, batch = item
        rng = space.generator(7, epoch, int(batch[0]), int(batch[1]))
        chosen = [lessons[i] for i in batch]
        images = np.stack([dataset.augment(pixels[c.split][c.index], rng, c.may_flip) for c in chosen])
        features = captioner.features(to_tensor(images))
        prefix = captioner.decoder.prefix(features)
        return caption_loss(captioner.decoder, prefix, chosen, stage.label_smoothing, soft, weight)

    def validate() -> dict[str, float]:
        def features(pixels: np.ndarray) -> Tensor:
            starts = range(0, len(pixels), AT_ONCE)
            return torch.cat([encode(captioner.encoder, pixels[i : i + AT_ONCE]) for i in starts])

        return dev_figures(space, captioner.decoder, {split: features(pixels) for split, pixels in dev_pixels.items()})

    Trainer("joint", module, stage, space.work, space.config.seed, len(lessons) // stage.batch, epoch_batches, loss,
            validate).run()  # fmt: skip
