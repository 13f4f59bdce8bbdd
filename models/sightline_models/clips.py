"""What a cue gains from the frames of its shot: a video of photographs that the camera pans over and zooms into.

Each photograph is a shot of SECONDS, joined to the next by a cut. Its cue, made of all captions sampled in the shot, is
compared with the caption of one frame alone: the first that `annotate` takes. Windows follow from a seed.
"""

from __future__ import annotations

import dataclasses
import json
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from . import dataset
from .metrics import Estimate, Scores, Tokenized, cider_and_bleu, mean_estimate, tokenize
from .robustness import PICTURE, unsquash

SECONDS, RATE = 4, 10  # of a shot, frames a second
FRAMES = SECONDS * RATE
FIRST_TAKEN = 3  # frame of a shot: `SampleOptions::settle` after the cut
WINDOW = 0.75  # width of the smallest window in widths of the picture
SEED = 31


@dataclasses.dataclass
class Row:
    captions: str
    cider: Estimate
    difference: Estimate  # to the captions of one frame, over the same resamples


def windows(rng: np.random.Generator) -> np.ndarray:
    """Left, top and width of the window in each frame of a shot, in widths and heights of the picture. [FRAMES,3]"""
    share = np.linspace(0, 1, FRAMES)[:, None]
    if rng.random() < 0.5:  # a pan from one place to another
        ends = np.append(rng.uniform(0, 1 - WINDOW, (2, 2)), np.full((2, 1), WINDOW), axis=1)
    else:  # a zoom towards a place, or away from it
        ends = np.array([[0, 0, 1], [*rng.uniform(0, 1 - WINDOW, 2), WINDOW]])[:: int(rng.choice([1, -1]))]
    return ends[0] + (ends[1] - ends[0]) * share


def shot(image: np.ndarray, rng: np.random.Generator) -> list[np.ndarray]:
    """RGB u8 frames of 4:3."""
    picture = unsquash(image)
    frames = []
    for left, top, width in windows(rng):
        size = (int(width * PICTURE[0]), int(width * PICTURE[1]))
        x, y = int(left * PICTURE[0]), int(top * PICTURE[1])
        frames.append(cv2.resize(picture[y : y + size[1], x : x + size[0]], PICTURE, interpolation=cv2.INTER_LINEAR))
    return frames


def write(data: Path, rows: list[dataset.Row], path: Path) -> list[np.ndarray]:
    """The video; returns the frame of each shot that is taken first."""
    rng = np.random.default_rng(SEED)
    command = ["ffmpeg", "-nostdin", "-y", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", "{}x{}".format(*PICTURE),
               "-r", str(RATE), "-i", "-", "-c:v", "libx264", "-preset", "veryfast", "-crf", "18", "-pix_fmt", "yuv420p", str(path)]  # fmt: skip
    with subprocess.Popen(command, stdin=subprocess.PIPE) as encoder:
        assert encoder.stdin is not None
        first = []
        for row in rows:
            frames = shot(dataset.read_image(data / "photos" / row.image), rng)
            first.append(frames[FIRST_TAKEN])
            encoder.stdin.write(b"".join(frame.tobytes() for frame in frames))
    if encoder.returncode != 0:
        raise SystemExit(f"ffmpeg could not write {path}")
    return first


def cues_of(program: Path, bundle: Path, video: Path, folder: Path, quality: str) -> list[tuple[float, float, str]]:
    """Start, end and text."""
    subprocess.run([str(program), "annotate", str(video), "-o", str(folder), "--format", "json", "--quality", quality,
                    "--existing", "replace", "--trust-model", "--model", str(bundle)], check=True, stdout=subprocess.DEVNULL)  # fmt: skip
    found = json.loads((folder / f"{video.stem}.json").read_text(encoding="utf-8"))
    return [(start, end, text) for (start, end), text in zip(found["timestamps"], found["sentences"], strict=True)]


def longest(cues: list[tuple[float, float, str]], k: int) -> str:
    """The text that covers most of shot k."""
    begin, end = k * SECONDS, (k + 1) * SECONDS
    return max(cues, key=lambda cue: min(cue[1], end) - max(cue[0], begin))[2]


def measure(program: Path, bundle: Path, data: Path, rows: list[dataset.Row], truth: Tokenized,
            caption: Callable[[list[np.ndarray]], list[str]]) -> list[Row]:  # fmt: skip
    """One row a way to caption a shot, the first one by one frame; `caption` captions pictures."""
    with tempfile.TemporaryDirectory() as name:
        video = Path(name) / "clip.mp4"
        found = {"one frame": caption(write(data, rows, video))}
        for quality in ("balanced", "best"):
            cues = cues_of(program, bundle, video, Path(name), quality)
            found[f"cues, {quality}"] = [longest(cues, k) for k in range(len(rows))]

    def scores(captions: list[str]) -> Scores:
        return cider_and_bleu(truth, tokenize([(c,) for c in captions]))

    one = scores(found["one frame"])
    return [Row(name, each.estimates["CIDEr"], mean_estimate(each.cider - one.cider))
            for name, each in ((name, scores(captions)) for name, captions in found.items())]  # fmt: skip
