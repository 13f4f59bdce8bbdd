"""Measures how often a bundle's captions of each confidence are right, and writes the curve into its manifest."""

from __future__ import annotations

import argparse
import dataclasses
import shutil
import tempfile
from pathlib import Path

import numpy as np

from . import bundle, dataset, evaluate, metrics
from .confidence import fit, held_out
from .config import Config
from .metrics import calibration_error
from .workspace import DEV_SPLITS


def calibrate(arguments: argparse.Namespace) -> None:
    """Fits the curve on dev and dev-everyday, which count alike, and tells what it is worth on captions it has not seen."""
    rows = dataset.load_rows(arguments.data)
    manifest = bundle.read_manifest(arguments.bundle)
    manifest.pop("confidence", None)
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / arguments.bundle.name
        shutil.copyfile(arguments.bundle, plain)
        bundle.write_manifest(plain, manifest)
        measured = [measure(arguments, plain, [row for row in rows if row.split == split]) for split in DEV_SPLITS]
    probability, right = (np.concatenate(part) for part in zip(*measured, strict=True))
    weight = np.concatenate([np.full(len(found), 1000.0 / len(found)) for found, _ in measured])
    unseen = held_out(probability, right, weight, Config.load(arguments.config).seed)
    end = 0
    for split, (before, hits) in zip(DEV_SPLITS, measured, strict=True):
        begin, end = end, end + len(before)
        after = unseen[begin:end]
        print(f"{split}: {hits.mean():.3f} right; mean confidence {before.mean():.3f} before, {after.mean():.3f} after; expected "
              f"calibration error {calibration_error(before, hits):.3f} before, {calibration_error(after, hits):.3f} after")  # fmt: skip
    curve = fit(probability, right, weight)
    bundle.write_manifest(arguments.bundle, {**manifest, "confidence": dataclasses.asdict(curve)})
    print(f"{arguments.bundle}: slope {curve.slope}, intercept {curve.intercept}")


def measure(arguments: argparse.Namespace, path: Path, rows: list[dataset.Row]) -> tuple[np.ndarray, np.ndarray]:
    """Of each caption the probability, and whether it is right."""
    found = evaluate.caption_with_program(arguments.program, path, arguments.data, rows, 0, arguments.threads)
    truth = metrics.tokenize([row.captions for row in rows])
    cider = metrics.cider_and_bleu(truth, metrics.tokenize([(c,) for c in found.captions])).cider
    return found.confidences, cider >= metrics.RIGHT_CIDER
