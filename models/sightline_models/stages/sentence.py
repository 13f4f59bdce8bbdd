"""Sentence: a linear map from a picture's mean features, and the classes seen in it, to the mean sentence embedding of its
captions, by ridge regression.

The decoder sees the predicted embedding as visual tokens, and so can learn most of its craft from captions whose photographs
are not here (stages/language.py): only the map from pictures to meanings has to be learnt from photographs. For that it has
to meet embeddings as wrong as they will be: train photographs get theirs from regressions that did not see them, captions
without photographs through `Channel`.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F
from tqdm import tqdm

from ..captioner import Captioner
from ..decoder import EMBEDDING, Decoder
from ..sentences import EmbeddedTexts
from ..workspace import DEV_SPLITS, Workspace

FOLDS = 5
PENALTIES = (100.0, 300.0, 1000.0, 3000.0, 10000.0)  # of the squared weights; what predicts best across folds is taken
AT_ONCE = 256  # photographs
NOISE_FLOOR = 1e-6  # on the diagonal of the covariance, so that it has a Cholesky factor


@dataclasses.dataclass(frozen=True)
class Channel:
    """How an embedding predicted from a picture differs from what its captions say: shrunk, and with noise."""

    slope: Tensor  # [EMBEDDING,EMBEDDING]
    intercept: Tensor  # [EMBEDDING]
    factor: Tensor  # of the noise's covariance, lower triangular

    @staticmethod
    def between(said: Tensor, predicted: Tensor) -> Channel:
        """Least squares; both [N,EMBEDDING]."""
        inputs = torch.cat([said, torch.ones(len(said), 1)], 1).double()
        fit = torch.linalg.lstsq(inputs, predicted.double(), driver="gelsy")
        residual = predicted - inputs @ fit.solution
        covariance = residual.T @ residual / max(1, len(residual) - int(fit.rank))
        factor = torch.linalg.cholesky(covariance + NOISE_FLOOR * torch.eye(EMBEDDING, dtype=torch.float64))
        return Channel(fit.solution[:-1].float(), fit.solution[-1].float(), factor.float())

    def __call__(self, said: Tensor) -> Tensor:
        return said @ self.slope + self.intercept + torch.randn(said.shape) @ self.factor.T


def ridge(inputs: Tensor, targets: Tensor, penalties: tuple[float, ...]) -> list[Tensor]:
    """Weights for each penalty; double [N,channels] and [N,EMBEDDING]."""
    gram, product = inputs.T @ inputs, inputs.T @ targets
    unit = torch.eye(len(gram), dtype=gram.dtype)
    return [torch.linalg.solve(gram + penalty * unit, product) for penalty in penalties]


def closeness(predicted: Tensor, wanted: Tensor) -> float:
    return float(F.cosine_similarity(predicted, wanted, -1).mean())


@torch.no_grad()
def run(space: Workspace, captioner: Captioner) -> None:
    sentence = captioner.decoder.sentence
    assert sentence is not None
    texts = space.embedded_captions("train")
    count = len(space.train)
    means = texts.means().double()
    centre = means.mean(0)
    spread = float((means - centre).square().mean().sqrt())
    wanted = (means - centre) / spread

    def pooled(split: str, view: int = 0) -> Tensor:
        features = space.encoder_features(captioner.encoder, split, view)
        parts = (features[i : i + AT_ONCE].float() for i in range(0, len(features), AT_ONCE))
        return torch.cat([sentence.summary(part, sentence.seen(part)) for part in parts]).double()

    learning = [stage for stage in (space.config.frozen, space.config.sequence) if stage]
    views = [pooled("train", view) for view in range(max(stage.views for stage in learning))]
    origin = views[0].mean(0)
    folds = torch.from_numpy(space.generator(13).integers(0, FOLDS, count))
    held_out = torch.empty(len(PENALTIES), len(views), count, EMBEDDING)
    for fold in tqdm(range(FOLDS), desc="sentence", unit="fold"):
        seen = folds != fold
        inputs = torch.cat([view[seen] - origin for view in views])
        for k, weights in enumerate(ridge(inputs, wanted[seen].repeat(len(views), 1), PENALTIES)):
            for v, view in enumerate(views):
                held_out[k, v, ~seen] = ((view[~seen] - origin) @ weights).float()
    errors = (held_out[:, 0] - wanted.float()).square().mean((1, 2))
    best = int(errors.argmin())
    weights = ridge(torch.cat(views) - origin, wanted.repeat(len(views), 1), (PENALTIES[best],))[0]
    predict = sentence.predict
    predict.weight.copy_(weights.T)
    predict.bias.copy_(-origin @ weights)

    captions = torch.arange(len(texts.owner))[texts.counts[texts.owner] > 1]
    said = (texts.means_of_others(captions) - centre.float()) / spread
    channel = Channel.between(said, held_out[best, 0][texts.owner[captions]])

    def dev_cosine(split: str) -> float:
        said = (space.embedded_captions(split).means() - centre.float()) / spread
        return round(closeness(predict(pooled(split).float()), said), 4)

    figures = {
        "penalty": PENALTIES[best],
        "cosine_across_folds": round(closeness(held_out[best, 0], wanted.float()), 4),
        **{f"{split}_cosine": dev_cosine(split) for split in DEV_SPLITS if space.rows(split)},
    }
    print("sentence:", figures)
    result = {
        "module": predict.state_dict(),
        "history": [figures],
        "held_out": held_out[best].clone(),
        "centre": centre.float(),
        "spread": spread,
        "channel": dataclasses.asdict(channel),
    }
    torch.save(result, space.work / "sentence.pt")


class Predictions:
    """The embeddings that the caption stages learn from; None for a decoder without them."""

    def __init__(self, space: Workspace, decoder: Decoder):
        self.decoder = decoder
        if decoder.sentence is not None:
            self.held_out = load(space)["held_out"]

    def of(self, features: Tensor, train_rows: list[tuple[int, int] | None]) -> Tensor | None:
        """[B,EMBEDDING] of pictures with `features` [B,P,channels]; view and index of those that are train's."""
        if self.decoder.sentence is None:
            return None
        with torch.no_grad(), torch.autocast("cpu", enabled=False):
            predicted = self.decoder.sentence.embeddings(features)
        for k, row in enumerate(train_rows):
            if row is not None:
                predicted[k] = self.held_out[row]
        return predicted


class Meanings:
    """Embeddings for captions without photographs, as a picture would give them."""

    def __init__(self, space: Workspace, texts: EmbeddedTexts):
        found = load(space)
        self.texts, self.centre, self.spread = texts, found["centre"], found["spread"]
        self.channel = Channel(**found["channel"])

    def of(self, captions: np.ndarray) -> Tensor:
        """[N,EMBEDDING]; draws noise."""
        return self.channel((self.texts.means_of_others(torch.from_numpy(captions)) - self.centre) / self.spread)


def load(space: Workspace) -> dict:
    path = space.work / "sentence.pt"
    if not path.exists():
        raise SystemExit(f"{path} is missing: run the sentence stage first (train --stage sentence).")
    return torch.load(path, map_location="cpu", weights_only=True)
