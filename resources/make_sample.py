#!/usr/bin/env python3
"""Makes resources/sample.mp4: pans and zooms with hard cuts over four freely licensed photographs.

Needs the packages of models/requirements.txt and the ffmpeg program. The photographs are those of scikit-image's data
folder; resources/LICENCES.md names their sources and licences.
"""

import argparse
import subprocess
from pathlib import Path

import cv2
import numpy as np
import skimage.data

WIDTH, HEIGHT, RATE, SECONDS = 640, 360, 25, 4.0
# Photograph, then the centre (share of width and height) and the width of the view (share) at start and end of its shot.
SHOTS = [
    ("chelsea", (0.45, 0.45, 1.00), (0.52, 0.42, 0.70)),
    ("coffee", (0.40, 0.50, 0.80), (0.60, 0.55, 0.80)),
    ("rocket", (0.50, 0.45, 0.75), (0.50, 0.55, 1.00)),
    ("astronaut", (0.50, 0.35, 1.00), (0.50, 0.30, 0.75)),
]


def view(photograph: np.ndarray, start: tuple, end: tuple, share: float) -> np.ndarray:
    """One 16:9 frame, the view moved smoothly between its two ends."""
    share = share * share * (3 - 2 * share)
    x, y, zoom = (a + (b - a) * share for a, b in zip(start, end, strict=True))
    height, width = photograph.shape[:2]
    view_width = min(width, height * WIDTH / HEIGHT) * zoom
    view_height = view_width * HEIGHT / WIDTH
    x = float(np.clip(x * width, view_width / 2, width - view_width / 2))
    y = float(np.clip(y * height, view_height / 2, height - view_height / 2))
    scale = WIDTH / view_width
    matrix = np.array([[scale, 0, WIDTH / 2 - x * scale], [0, scale, HEIGHT / 2 - y * scale]])
    return cv2.warpAffine(photograph, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output", type=Path, nargs="?", default=Path(__file__).with_name("sample.mp4"))
    arguments = parser.parse_args()
    command = ["ffmpeg", "-y", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{WIDTH}x{HEIGHT}",
               "-r", str(RATE), "-i", "-", "-vf", "scale=out_color_matrix=bt709:out_range=tv", "-c:v", "libx264",
               "-preset", "slow", "-crf", "24", "-pix_fmt", "yuv420p", "-colorspace", "bt709", "-color_primaries", "bt709",
               "-color_trc", "bt709", "-color_range", "tv", "-movflags", "+faststart", "-fflags", "+bitexact",
               str(arguments.output)]  # fmt: skip
    encoder = subprocess.Popen(command, stdin=subprocess.PIPE)
    frames = int(SECONDS * RATE)
    for name, start, end in SHOTS:
        photograph = getattr(skimage.data, name)()
        for i in range(frames):
            encoder.stdin.write(view(photograph, start, end, i / (frames - 1)).tobytes())
    encoder.stdin.close()
    if encoder.wait() != 0:
        raise SystemExit("ffmpeg failed; its message is above.")
    print(f"{arguments.output}: {arguments.output.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
