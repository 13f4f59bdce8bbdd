"""Makes the clips of the stability benchmark: make_clips.py FOLDER [--photographs FOLDER] [--seed N]

Each clip shows photographs as a camera would see them: still, still through a noisy sensor with flickering light, shaken by
hand, slowly panned, and cut from one to the next. Beside each lies a text file of the times of its cuts.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "shots"))
from make_slideshow import HEIGHT, RATE, WIDTH, Shot, photographs

SECONDS = 12
KINDS = ("static", "noisy", "shaken", "panning", "cutting")


def frames(kind: str, pictures: list[np.ndarray], rng: np.random.Generator):
    """Frames of one clip, and the times of its cuts."""
    moves = {"static": "still", "noisy": "still", "shaken": "shake", "panning": "pan", "cutting": "still"}
    shots = [Shot(picture, moves[kind], rng) for picture in pictures]
    length = int(RATE * SECONDS / len(shots))
    grain = {"static": 1.0, "noisy": 14.0, "shaken": 4.0, "panning": 3.0, "cutting": 4.0}[kind]
    for shot in shots:
        for i in range(length):
            frame = shot.frame(i / (length - 1))
            if kind == "noisy":
                frame = frame * (1 + 0.08 * np.sin(i * 0.9)) + 4 * np.sin(i * 0.13)
            yield frame + rng.normal(0, grain, frame.shape)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--photographs", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--clips", type=int, default=6, help="of each kind")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    for kind in KINDS:
        for number in range(options.clips):
            rng = np.random.default_rng([options.seed, KINDS.index(kind), number])
            count = 6 if kind == "cutting" else 1
            path = options.folder / f"{kind}-{number}.mp4"
            encoder = subprocess.Popen(
                ["ffmpeg", "-nostdin", "-y", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "bgr24", "-s",
                 f"{WIDTH}x{HEIGHT}", "-r", str(RATE), "-i", "-", "-c:v", "libx264", "-preset", "veryfast", "-crf", "20",
                 "-pix_fmt", "yuv420p", str(path)], stdin=subprocess.PIPE)  # fmt: skip
            for frame in frames(kind, photographs(options.photographs, rng, count), rng):
                encoder.stdin.write(np.clip(frame, 0, 255).astype(np.uint8).tobytes())
            encoder.stdin.close()
            if encoder.wait() != 0:
                raise SystemExit(f"ffmpeg could not write {path}")
            cuts = [SECONDS / count * i for i in range(1, count)]
            path.with_suffix(".cuts").write_text("".join(f"{time}\n" for time in cuts))


if __name__ == "__main__":
    main()
