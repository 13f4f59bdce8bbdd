"""Captions of photographs that are framed, turned, lit or blurred as a camera might.

The photographs are stored as squashed squares: their true aspect ratio is lost, and 4:3, a common one, stands in for
it. The model then squashes what a transform returns to its square, as it does with live frames.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import cv2
import numpy as np

from . import dataset
from .metrics import Estimate, Scores, Tokenized, cider_and_bleu, mean_estimate, tokenize

FRAME = (640, 360)  # 16:9
PICTURE = (480, 360)  # 4:3
BLUR_SIZE, BLUR_PIXELS = 224, 9
DARKNESS = 0.35

Transform = Callable[[np.ndarray], np.ndarray]  # RGB u8 [H,W,3] -> RGB u8 [h,w,3]


@dataclasses.dataclass
class Row:
    transform: str
    cider: Estimate
    bleu4: Estimate
    distinct: int
    difference: Estimate  # of CIDEr to the untransformed photographs, over the same resamples


def unsquash(image: np.ndarray) -> np.ndarray:
    return cv2.resize(image, PICTURE, interpolation=cv2.INTER_LINEAR)


def letterbox(image: np.ndarray) -> np.ndarray:
    """The whole 4:3 picture in a 16:9 frame, black bars at its sides."""
    bar = (FRAME[0] - PICTURE[0]) // 2
    return cv2.copyMakeBorder(unsquash(image), 0, 0, bar, bar, cv2.BORDER_CONSTANT)


def centre_crop(image: np.ndarray) -> np.ndarray:
    """The middle of the 4:3 picture that is 16:9: its whole width, 3/4 of its height."""
    height = PICTURE[0] * 9 // 16
    top = (PICTURE[1] - height) // 2
    return unsquash(image)[top : top + height]


def rotate(image: np.ndarray, degrees: float) -> np.ndarray:
    """The 4:3 picture turned counter-clockwise about its centre."""
    centre = ((PICTURE[0] - 1) / 2, (PICTURE[1] - 1) / 2)
    matrix = cv2.getRotationMatrix2D(centre, degrees, 1.0)
    return cv2.warpAffine(unsquash(image), matrix, PICTURE, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)


def darken(image: np.ndarray) -> np.ndarray:
    return np.round(image * DARKNESS).astype(np.uint8)


def motion_blur(image: np.ndarray) -> np.ndarray:
    return cv2.blur(dataset.resize(image, BLUR_SIZE), (BLUR_PIXELS, 1), borderType=cv2.BORDER_REFLECT)


TRANSFORMS: dict[str, Transform] = {
    "letterbox 16:9": letterbox,
    "centre crop 16:9": centre_crop,
    "rotated +15 degrees": lambda image: rotate(image, 15.0),
    "rotated -15 degrees": lambda image: rotate(image, -15.0),
    "darkened x 0.35": darken,
    "motion blur, 9 pixels": motion_blur,
}


def row(name: str, scores: Scores, captions: list[str], plain: Scores) -> Row:
    difference = mean_estimate(scores.cider - plain.cider)
    return Row(name, scores.estimates["CIDEr"], scores.estimates["BLEU-4"], len(set(captions)), difference)


def measure(caption: Callable[[Transform], list[str]], truth: Tokenized, plain_captions: list[str],
            plain: Scores) -> list[Row]:  # fmt: skip
    """One row a transform, the first one without any; `caption` captions the transformed photographs."""
    rows = [row("none", plain, plain_captions, plain)]
    for name, transform in TRANSFORMS.items():
        captions = caption(transform)
        scores = cider_and_bleu(truth, tokenize([(c,) for c in captions]))
        rows.append(row(name, scores, captions, plain))
    return rows
