"""From a picture to a network's input, as core/inference/preprocess.cpp does it for the bundle's manifest."""

from __future__ import annotations

import numpy as np

from . import dataset


def prepare(rgb: np.ndarray, wanted: dict) -> np.ndarray:
    """RGB u8 [H,W,3] -> [S,S,3]; `wanted` is the manifest's `input`."""
    size, resized = wanted["size"], wanted.get("resized", wanted["size"])
    if wanted.get("filter", "area") == "area":
        return dataset.resize(rgb, size)
    from PIL import Image  # own bundles do without

    filters = {"bilinear": Image.Resampling.BILINEAR, "bicubic": Image.Resampling.BICUBIC, "lanczos": Image.Resampling.LANCZOS}
    height, width = rgb.shape[:2]
    target = (resized, resized)
    if wanted["resizing"] == "shorter side":
        short, long = min(width, height), int(resized * max(width, height) / min(width, height))
        target = (resized if width == short else long, long if width == short else resized)
    found = np.asarray(Image.fromarray(rgb).resize(target, filters[wanted["filter"]]))
    left, top = (target[0] - size) // 2, (target[1] - size) // 2
    return found[top : top + size, left : left + size]
