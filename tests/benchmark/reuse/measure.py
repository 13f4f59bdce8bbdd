"""How far a picture may move from the one captioned before without another caption: what the reuse threshold rests on.

    python measure.py VIDEO... [--bundle FILE] [--pairs 300]

Draws pairs of frames of each video up to three seconds apart, and pairs of one frame with sensor noise on both, and prints for each
range of the mean absolute difference of the model's input (0..255): pairs, the cosine of the encoder's features, and how often both
frames have the same caption, and one that says the same (half of the words or more).
"""

from __future__ import annotations

import argparse
import itertools
import random
import sys
from pathlib import Path

import cv2
import numpy as np
import torch

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "models"))
from sightline_models import bundle as bundles
from sightline_models import dataset, search

EDGES = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 20.0, 255.0)
LONGEST = 3.0  # seconds between the frames of a pair
NOISE = (1.0, 2.0, 4.0, 8.0)  # standard deviations of a camera's noise, in grey levels of a 640 x 480 picture


def frames(path: Path) -> tuple[list[np.ndarray], float]:
    video = cv2.VideoCapture(str(path))
    rate = video.get(cv2.CAP_PROP_FPS) or 25.0
    found = []
    while len(found) < 1500:
        ok, frame = video.read()
        if not ok:
            break
        found.append(cv2.cvtColor(cv2.resize(frame, (640, 480), interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2RGB))
    return found, rate


class Describer:
    def __init__(self, path: Path):
        self.bundle = bundles.load(path)
        self.size = self.bundle.manifest["input"]["size"]

    def __call__(self, frame: np.ndarray) -> tuple[np.ndarray, torch.Tensor, list[int]]:
        pixels = dataset.resize(frame, self.size)
        planes = torch.from_numpy(np.ascontiguousarray(pixels.transpose(2, 0, 1)[None]))
        features = self.bundle.encoder.encode(planes).flatten()
        return pixels.astype(np.int16), features, search.generate(self.bundle, planes).tokens


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("videos", nargs="+", type=Path)
    parser.add_argument("--bundle", type=Path, default=ROOT / "models/sightline-base.pt")
    parser.add_argument("--pairs", type=int, default=60, help="of each video and kind")
    arguments = parser.parse_args()
    torch.set_num_threads(2)
    describe = Describer(arguments.bundle)
    random.seed(3)
    noise = np.random.default_rng(3)
    rows = []
    for path in arguments.videos:
        found, rate = frames(path)
        if len(found) < 2:
            continue
        for n in range(arguments.pairs):
            first = random.randrange(len(found) - 1)
            moved = n % 2 == 0
            if moved:
                span = max(1, int(random.expovariate(1.0) * rate * LONGEST / 6))
                pair = [found[first], found[min(len(found) - 1, first + span)]]
            else:
                deviation = random.choice(NOISE)
                pair = [np.clip(found[first] + noise.normal(0, deviation, found[first].shape), 0, 255).astype(np.uint8) for _ in range(2)]
            (a, fa, ta), (b, fb, tb) = map(describe, pair)
            shared = len(set(ta) & set(tb)) / max(1, len(set(ta) | set(tb)))
            rows.append((moved, float(np.abs(a - b).mean()), float(torch.cosine_similarity(fa, fb, 0)), ta == tb, shared >= 0.5))
    for moved in (True, False):
        print(f"\n{'Moving pictures' if moved else 'One picture, other noise'}\n")
        print("| difference | pairs | cosine | same caption | says the same |\n|---|---:|---:|---:|---:|")
        for low, high in itertools.pairwise(EDGES):
            inside = [row for row in rows if row[0] == moved and low <= row[1] < high]
            if inside:
                means = np.mean([row[2:] for row in inside], axis=0)
                print(f"| {low} - {high} | {len(inside)} | {means[0]:.4f} | {100 * means[1]:.0f} % | {100 * means[2]:.0f} % |")


if __name__ == "__main__":
    main()
