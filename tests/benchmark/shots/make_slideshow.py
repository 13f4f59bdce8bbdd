"""Makes videos of photographs with transitions at known times.

A clip is a row of shots, each one photograph under a moving window (still, pan, zoom, or shaken as if held by hand), joined by
cuts, dissolves, fades through black or white, and disturbed by flashes and noise, which are no boundaries.
"""

from __future__ import annotations

import dataclasses
import json
import subprocess
from pathlib import Path

import cv2
import numpy as np

WIDTH, HEIGHT = 320, 180
RATE = 25.0
MOVES = ("still", "pan", "zoom", "shake")
TRANSITIONS = ("cut", "dissolve", "fade")


@dataclasses.dataclass
class Boundary:
    time: float  # first frame of the new shot; the middle of a gradual transition
    start: float
    end: float
    transition: str


class Shot:
    """One photograph, seen through a window that moves."""

    def __init__(self, picture: np.ndarray, move: str, rng: np.random.Generator):
        scale = max(WIDTH / picture.shape[1], HEIGHT / picture.shape[0]) * 1.6
        self.picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        self.move = move
        self.noise = float(rng.uniform(0, 4))
        self.rng = rng
        room = np.array([self.picture.shape[1] - WIDTH, self.picture.shape[0] - HEIGHT], float)
        self.begin = room * rng.uniform(0.1, 0.9, 2)
        self.finish = room * rng.uniform(0.1, 0.9, 2) if move == "pan" else self.begin
        self.zoom = rng.uniform(0.7, 1.0, 2) if move == "zoom" else np.ones(2)
        self.hand = np.zeros(2)

    def frame(self, share: float) -> np.ndarray:
        """The frame at `share` (0..1) of the shot."""
        corner = self.begin + (self.finish - self.begin) * share
        if self.move == "shake":
            self.hand = 0.85 * self.hand + self.rng.normal(0, 1.5, 2)
            corner = corner + self.hand
        size = np.array([WIDTH, HEIGHT]) * (self.zoom[0] + (self.zoom[1] - self.zoom[0]) * share)
        center = corner + np.array([WIDTH, HEIGHT]) / 2
        seen = cv2.getRectSubPix(self.picture, tuple(int(v) for v in size), tuple(float(v) for v in center))
        return cv2.resize(seen, (WIDTH, HEIGHT)).astype(np.float32)


def photographs(folder: Path | None, rng: np.random.Generator, count: int) -> list[np.ndarray]:
    """Photographs of a folder, else those of scikit-image that are free to use."""
    if folder is not None:
        paths = sorted(folder.rglob("*.webp"))
        chosen = [paths[i] for i in rng.permutation(len(paths))[:count]]
        return [cv2.imread(str(path)) for path in chosen]
    from skimage import data

    pictures = [data.cat(), data.coffee(), data.astronaut(), data.rocket(), data.chelsea(), data.hubble_deep_field()]
    return [cv2.cvtColor(pictures[i % len(pictures)], cv2.COLOR_RGB2BGR) for i in rng.permutation(max(count, 6))[:count]]


def render(pictures: list[np.ndarray], rng: np.random.Generator) -> tuple[list[np.ndarray], list[Boundary], list[str]]:
    shots = [Shot(p, str(rng.choice(MOVES)), rng) for p in pictures]
    lengths = [int(rng.integers(35, 110)) for _ in shots]  # frames
    frames: list[np.ndarray] = []
    boundaries: list[Boundary] = []

    def shown(k: int, i: int) -> np.ndarray:
        return shots[k].frame(i / max(1, lengths[k] - 1))

    used = 0  # frames of the present shot that a dissolve showed already
    for k, length in enumerate(lengths):
        last = k + 1 == len(shots)
        kind = "end" if last else str(rng.choice(TRANSITIONS))
        overlap = int(rng.integers(8, 30)) if kind == "dissolve" else 0
        own = [shown(k, i) for i in range(used, length - overlap)]
        used = 0
        if rng.random() < 0.25 and len(own) > 12:  # a flash: one or two frames
            at = int(rng.integers(4, len(own) - 6))
            for j in range(int(rng.integers(1, 3))):
                own[at + j] = own[at + j] * 0.15 + 255 * 0.85
        frames += own
        now = len(frames) / RATE
        if kind == "cut":
            boundaries.append(Boundary(now, now, now, kind))
        elif kind == "dissolve":
            for i in range(overlap):
                share = (i + 1) / (overlap + 1)
                frames.append((1 - share) * shown(k, length - overlap + i) + share * shown(k + 1, i))
            used = overlap
            boundaries.append(Boundary(now + overlap / 2 / RATE, now, now + overlap / RATE, kind))
        elif kind == "fade":
            blank = 255.0 if rng.random() < 0.3 else 0.0
            steps, hold = int(rng.integers(6, 18)), int(rng.integers(2, 10))
            for i in range(steps):
                share = (i + 1) / steps
                frames[-steps + i] = frames[-steps + i] * (1 - share) + blank * share
            frames += [np.full((HEIGHT, WIDTH, 3), blank, np.float32)] * hold
            for i in range(steps):
                share = (i + 1) / steps
                frames.append(shown(k + 1, i) * share + blank * (1 - share))
            used = steps
            boundaries.append(Boundary(now + hold / 2 / RATE, now - steps / RATE, now + (hold + steps) / RATE, kind))
    noise = rng.normal(0, 1, (8, HEIGHT, WIDTH, 1)).astype(np.float32)
    noisy = [f + noise[i % 8] * shots[0].noise for i, f in enumerate(frames)]
    return noisy, boundaries, [s.move for s in shots]


def make(path: Path, seed: int, folder: Path | None, shots: int = 12) -> dict:
    """Writes `path` and, beside it, its boundaries as JSON; returns those."""
    rng = np.random.default_rng(seed)
    frames, boundaries, moves = render(photographs(folder, rng, shots), rng)
    command = ["ffmpeg", "-nostdin", "-y", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "bgr24", "-s",
               f"{WIDTH}x{HEIGHT}", "-r", str(RATE), "-i", "-", "-c:v", "libx264", "-preset", "veryfast", "-crf", "23",
               "-pix_fmt", "yuv420p", str(path)]  # fmt: skip
    encoder = subprocess.Popen(command, stdin=subprocess.PIPE)
    for frame in frames:
        encoder.stdin.write(np.clip(frame, 0, 255).astype(np.uint8).tobytes())
    encoder.stdin.close()
    if encoder.wait() != 0:
        raise SystemExit("ffmpeg could not write " + str(path))
    truth = {"duration": len(frames) / RATE, "moves": moves, "boundaries": [dataclasses.asdict(b) for b in boundaries]}
    path.with_suffix(".json").write_text(json.dumps(truth, indent=1))
    return truth
