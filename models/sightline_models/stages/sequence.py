"""Sequence: self-critical training on CIDEr-D (Rennie et al. 2017, arXiv:1612.00563).

Captions are drawn from the model and scored against those people wrote; each is made likelier or less likely by how much
better or worse it is than the mean of the photograph's other samples (Luo 2020, arXiv:2003.09971). Malformed captions lose
reward, see `reward.defects`, so do those that name what nobody saw, see `objects.Description`, and a share of the next-token
loss keeps the captions in people's language. The encoder is fixed, so its features are computed once.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from ..captioner import Captioner, next_token_logits
from ..network import DecoderNetwork
from ..objects import Description
from ..reward import CiderD, defects, reference_words, words_of
from ..search import sample
from ..tokenizer import EOS, PAD
from ..training import Trainer
from ..workspace import Workspace
from .lessons import Lesson, batches, caption_loss, times
from .sentence import Predictions
from .validation import dev_features, dev_figures

DEFECT_COST = 1.0  # of a reward whose scale is CIDEr-D's 0..10


def run(space: Workspace, captioner: Captioner) -> None:
    stage = space.config.sequence
    assert stage is not None  # `train` runs the stages that the configuration has
    decoder = captioner.decoder
    views = [space.encoder_features(captioner.encoder, "train", view) for view in range(stage.views)]
    dev = dev_features(space, captioner.encoder)
    references = reference_words(space.train)
    scorer = CiderD(references)
    vectors = [[scorer.vector(words) for words in row] for row in references]
    described = [Description(row.captions) for row in space.train]
    photographs = np.array([i for i in range(len(references)) for _ in range(times(space, stage, "train", i))])
    network = DecoderNetwork(decoder)
    predictions = Predictions(space, decoder)

    def rewards(tokens: Tensor, batch: np.ndarray) -> Tensor:
        """[B,samples]"""
        rows = tokens.tolist()
        texts = space.captions_of(rows)
        values = []
        for k, (row, text) in enumerate(zip(rows, texts, strict=True)):
            words = words_of(text, EOS in row)
            photograph = batch[k // stage.samples]
            cost = DEFECT_COST * defects(words) + stage.falsehood * described[photograph].falsehoods(text)
            values.append(scorer.score(words, vectors[photograph]) - cost)
        return torch.tensor(values).view(len(batch), stage.samples)

    def loss(batch: np.ndarray) -> Tensor:
        rng = space.generator(9, int(batch[0]), int(batch[1]))
        picked = [int(rng.integers(len(views))) for _ in batch]
        features = torch.stack([views[view][i] for view, i in zip(picked, batch, strict=True)]).float()
        embeddings = predictions.of(features, list(zip(picked, batch.tolist(), strict=True)))
        decoder.eval()
        with torch.no_grad():
            seen = torch.stack([torch.stack(layer) for layer in decoder.prefix(features, embeddings)])
        tokens = sample(network, seen, stage.samples, space.max_tokens)
        decoder.train()
        reward = rewards(tokens, batch)
        others = (reward.sum(1, keepdim=True) - reward) / (stage.samples - 1)
        advantage = (reward - others).flatten()
        owner = torch.arange(len(batch)).repeat_interleave(stage.samples)
        prefix = decoder.prefix(features, embeddings)
        logits, targets = next_token_logits(decoder, decoder(tokens, prefix, owner), tokens)
        weights = advantage.repeat_interleave((tokens[:, 1:] != PAD).sum(1))
        critical = (weights * F.cross_entropy(logits, targets, reduction="none")).mean()
        if stage.imitation == 0.0:
            return critical
        lessons = [Lesson("train", int(i), space.captions[i][:2], False, -1) for i in batch]
        return critical + stage.imitation * caption_loss(decoder, prefix, lessons, stage.label_smoothing)

    def epoch_batches(epoch: int) -> list[np.ndarray]:
        return [photographs[b] for b in batches(space, len(photographs), stage.batch, 10, epoch)][:steps]

    steps = min(len(photographs) // stage.batch, stage.steps or len(photographs))
    Trainer("sequence", decoder, stage, space.work, space.config.seed, steps, epoch_batches, loss,
            lambda: dev_figures(space, decoder, dev)).run()  # fmt: skip
