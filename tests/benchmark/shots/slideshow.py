"""Makes videos of photographs whose shot boundaries are known.

A clip is a row of shots. Each is one photograph seen through a window that stands still, pans, zooms, whips to another part or
shakes as if held by hand. Shots are joined by cuts, dissolves and fades through black or white. Noise, flashes and a letterbox
disturb; none of them is a boundary. All of it follows from the seed.
"""

from __future__ import annotations

import dataclasses
import json
import subprocess
from pathlib import Path

import cv2
import numpy as np

WIDTH, HEIGHT = 320, 180
MOVES = ("still", "pan", "zoom", "whip", "shake")
TRANSITIONS = ("cut", "dissolve", "fade")
# What a clip consists of: only one kind of transition, so that precision belongs to a kind, all of them, or none.
CONTENTS = {**{kind: (kind,) for kind in TRANSITIONS}, "mixed": TRANSITIONS, "none": ()}
# Photographs of scikit-image's package that are free to use and need no download.
FREE = ("astronaut.png", "brick.png", "camera.png", "chelsea.png", "clock_motion.png", "coffee.png", "coins.png", "grass.png",
        "gravel.png", "hubble_deep_field.jpg", "ihc.png", "moon.png", "motorcycle_left.png", "retina.jpg", "rocket.jpg")  # fmt: skip


@dataclasses.dataclass
class Boundary:
    time: float  # seconds: first frame of the new shot, or the middle of a gradual transition
    start: float
    end: float
    transition: str


def mix(a: np.ndarray, b: np.ndarray | float, share: float) -> np.ndarray:
    """`a` with `share` of it replaced by the picture or grey `b`."""
    if isinstance(b, float):
        return cv2.convertScaleAbs(a, alpha=1 - share, beta=b * share)
    return cv2.addWeighted(a, 1 - share, b, share, 0)


class Shot:
    """One photograph behind a moving window."""

    def __init__(self, picture: np.ndarray, frames: int, rate: float, rng: np.random.Generator):
        move = str(rng.choice(MOVES))
        scale = max(WIDTH / picture.shape[1], HEIGHT / picture.shape[0]) * 1.6
        picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
        self.picture = (255 * (picture / 255.0) ** rng.uniform(0.8, 1.6)).astype(np.uint8)  # brighter or darker
        self.frames = frames
        share = np.linspace(0, 1, frames)[:, None]
        if move == "whip":  # a third of a second from one place to another
            begin = rng.uniform(0.2, 0.7)
            share = np.clip((share - begin) * frames / rate * 3, 0, 1)
            share = share * share * (3 - 2 * share)
        size = np.array([self.picture.shape[1], self.picture.shape[0]], float)
        window = np.array([WIDTH, HEIGHT], float)
        ends = (size - window) * rng.uniform(0.05, 0.95, (2, 2))
        if move not in ("pan", "whip"):
            ends[1] = ends[0]
        zoom = rng.uniform(0.55, 1.0, 2) if move == "zoom" else np.ones(2)
        self.zooms = zoom[0] + (zoom[1] - zoom[0]) * share[:, 0]
        self.centers = ends[0] + (ends[1] - ends[0]) * share + window / 2
        self.angles = np.zeros(frames)
        if move == "shake":  # of a hand: pulled back to rest, pushed at random
            hand, pull = np.zeros(3), np.exp(-4.0 / rate)
            for i in range(frames):
                hand = pull * hand + rng.normal(0, np.sqrt(1 - pull**2), 3)
                self.centers[i] += 6.0 * hand[:2]
                self.angles[i] = 0.8 * hand[2]

    def frame(self, i: int) -> np.ndarray:
        turn = cv2.getRotationMatrix2D((0, 0), self.angles[i], 1.0)[:, :2] * self.zooms[i]
        corner = self.centers[i] - turn @ np.array([WIDTH / 2, HEIGHT / 2])
        window = np.hstack([turn, corner[:, None]])
        return cv2.warpAffine(self.picture, window, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
                              borderMode=cv2.BORDER_REFLECT)  # fmt: skip


def photographs(folder: Path | None, half: int) -> list[Path]:
    """Files of one half (0 or 1) of a folder's photographs, so that no photograph is tuned and reported on; or all the free ones."""
    if folder is None:
        import skimage

        return [Path(skimage.__file__).parent / "data" / name for name in FREE]
    return sorted(path for path in folder.iterdir() if path.suffix in (".jpg", ".png", ".webp"))[half::2]


def render(pictures: list[np.ndarray], kinds: tuple[str, ...], rate: float, rng: np.random.Generator):
    """Frames of the clip and its boundaries."""
    lengths = [int(rate * rng.uniform(1.5, 3.2)) for _ in pictures]
    shots = [Shot(p, n, rate, rng) for p, n in zip(pictures, lengths, strict=True)]
    frames: list[np.ndarray] = []
    boundaries: list[Boundary] = []
    shown = 0  # frames of the present shot that the transition into it used up
    for k, shot in enumerate(shots):
        kind = str(rng.choice(kinds)) if kinds and k + 1 < len(shots) else "end"
        overlap = int(rate * rng.uniform(0.3, 1.3)) if kind == "dissolve" else 0
        overlap = min(overlap, shot.frames // 2 - 1, lengths[min(k + 1, len(shots) - 1)] // 2 - 1)
        own = [shot.frame(i) for i in range(shown, shot.frames - overlap)]
        shown = 0
        if rng.random() < 0.3:  # flashes: one to three frames each
            for _ in range(int(rng.integers(1, 4))):
                at = int(rng.integers(len(own) // 4, len(own) * 2 // 3))
                strength = rng.uniform(0.5, 1.0)
                for j in range(at, min(at + int(rng.integers(1, 4)), len(own))):
                    own[j] = mix(own[j], 255.0, strength)
        frames += own
        now = len(frames) / rate
        if kind == "cut":
            boundaries.append(Boundary(now, now, now, kind))
        elif kind == "dissolve":
            for i in range(overlap):
                frames.append(mix(shot.frame(shot.frames - overlap + i), shots[k + 1].frame(i), (i + 1) / (overlap + 1)))
            shown = overlap
            boundaries.append(Boundary(now + overlap / 2 / rate, now, now + overlap / rate, kind))
        elif kind == "fade":
            blank = 255.0 if rng.random() < 0.3 else 0.0
            steps, hold = int(rate * rng.uniform(0.2, 0.7)), int(rate * rng.uniform(0.05, 0.5))
            for i in range(steps):
                frames[i - steps] = mix(frames[i - steps], blank, (i + 1) / steps)
            frames += [np.full((HEIGHT, WIDTH, 3), blank, np.uint8)] * hold
            frames += [mix(shots[k + 1].frame(i), blank, 1 - (i + 1) / steps) for i in range(steps)]
            shown = steps
            boundaries.append(Boundary(now + hold / 2 / rate, now - steps / rate, now + (hold + steps) / rate, kind))
    return frames, boundaries


def make(path: Path, seed: int, contents: str, files: list[Path], shots: int = 7) -> None:
    """Writes the clip and, beside it, its boundaries as JSON."""
    rng = np.random.default_rng([seed, sorted(CONTENTS).index(contents)])
    chosen = [files[i] for i in rng.permutation(len(files))[:shots]]
    pictures = [cv2.imread(str(p), cv2.IMREAD_COLOR) for p in chosen]
    if contents == "none":
        pictures = pictures[:1]
    rate = float(rng.choice([24, 25, 30, 60], p=[0.3, 0.3, 0.3, 0.1]))
    frames, boundaries = render(pictures, CONTENTS[contents], rate, rng)
    noise = np.repeat(rng.normal(0, rng.uniform(0, 6), (8, HEIGHT, WIDTH, 1)), 3, axis=3).astype(np.int16)
    bar = int(rng.choice([0, 22], p=[0.8, 0.2]))
    command = ["ffmpeg", "-nostdin", "-y", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "bgr24",
               "-s", f"{WIDTH}x{HEIGHT}", "-r", str(rate), "-i", "-", "-c:v", "libx264", "-threads", "1",
               "-preset", "veryfast", "-crf", str(rng.integers(20, 30)), "-pix_fmt", "yuv420p", str(path)]  # fmt: skip
    encoder = subprocess.Popen(command, stdin=subprocess.PIPE)
    for i, clean in enumerate(frames):
        frame = cv2.add(clean, noise[i % len(noise)], dtype=cv2.CV_8U)
        if bar:
            frame[:bar] = frame[-bar:] = 0
        encoder.stdin.write(frame.tobytes())
    encoder.stdin.close()
    if encoder.wait() != 0:
        raise SystemExit(f"ffmpeg could not write {path}")
    truth = {"frames": len(frames), "rate": rate, "boundaries": [dataclasses.asdict(b) for b in boundaries]}
    path.with_suffix(".json").write_text(json.dumps(truth, indent=1))
