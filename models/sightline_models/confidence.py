"""How likely a caption is right, from the probability that the model gives it: a logistic curve over the log odds.

Platt scaling (Platt 1999, "Probabilistic outputs for support vector machines"): two numbers, fitted by maximum likelihood on
the photographs that releases are chosen by. Its error on others is estimated by fitting on four fifths and measuring on the last.
"""

from __future__ import annotations

import dataclasses

import numpy as np

FOLDS = 5
EDGE = 1e-6  # probabilities are kept this far from 0 and 1, where the odds have no logarithm


@dataclasses.dataclass(frozen=True)
class Curve:
    slope: float = 1.0
    intercept: float = 0.0

    def of(self, probability: np.ndarray) -> np.ndarray:
        """0 and 1 stay what they are, as in core/inference/manifest.cpp."""
        inner = np.clip(probability, EDGE, 1 - EDGE)
        curved = 1.0 / (1.0 + np.exp(-(self.slope * np.log(inner / (1 - inner)) + self.intercept)))
        return np.where((probability <= 0.0) | (probability >= 1.0), np.clip(probability, 0.0, 1.0), curved)


def curve_of(manifest: dict) -> Curve:
    return Curve(**manifest["confidence"]) if "confidence" in manifest else Curve()


def fit(probability: np.ndarray, right: np.ndarray, weight: np.ndarray | float = 1.0) -> Curve:
    """Maximum likelihood by Newton's method; `weight` says how much each caption counts."""
    inner = np.clip(probability, EDGE, 1 - EDGE)
    inputs = np.stack([np.log(inner / (1 - inner)), np.ones_like(inner)], 1)
    weights = np.array([1.0, 0.0])
    for _ in range(50):
        found = 1.0 / (1.0 + np.exp(-inputs @ weights))
        slopes = inputs.T @ (weight * (right - found))
        curvature = (inputs * (weight * found * (1 - found))[:, None]).T @ inputs + 1e-6 * np.eye(2)
        step = np.linalg.solve(curvature, slopes)
        weights += step
        if np.abs(step).max() < 1e-10:
            break
    if weights[0] <= 0:
        raise SystemExit("The model is no surer of right captions than of wrong ones: there is no curve to fit.")
    return Curve(round(float(weights[0]), 4), round(float(weights[1]), 4))


def held_out(probability: np.ndarray, right: np.ndarray, weight: np.ndarray, seed: int) -> np.ndarray:
    """Each caption's confidence by a curve that has not seen it."""
    confidence = np.empty_like(probability)
    for part in np.array_split(np.random.default_rng(seed).permutation(len(probability)), FOLDS):
        rest = np.setdiff1d(np.arange(len(probability)), part)
        confidence[part] = fit(probability[rest], right[rest], weight[rest]).of(probability[part])
    return confidence
