"""What the window takes, from a warm disk: window.py PROGRAM [--runs 7] [--seconds 20]

Time until it is on screen and until its first caption, from what it logs; memory; CPU time while it captions the sample
clip, and while it captions a still picture. Runs without a display.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Self

LINE = re.compile(r"(Window on screen|First caption) ([\d.]+) s after the start, (\d+) MB resident")
SOURCE = Path(__file__).resolve().parents[3]
WARM_UP = 5.0  # seconds of captions before CPU time counts


def resident(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def cpu_seconds(pid: int) -> float:
    """User and system time of all its threads; proc(5), fields 14 and 15 of stat."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Window:
    """The program playing a clip again and again, from its first caption on."""

    def __init__(self, program: Path, clip: Path):
        environment = dict(os.environ, QT_QPA_PLATFORM="offscreen")
        command = [program, clip, "--loop", "--log-level", "info"]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)
        self.after: dict[str, float] = {}
        for line in self.process.stderr:
            if match := LINE.search(line):
                self.after[match[1]] = float(match[2])
                if len(self.after) == 2:
                    return
        raise SystemExit(f"{program} ended without a caption.")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_) -> None:
        self.process.terminate()
        self.process.wait()


def still_clip(folder: Path, seconds: int) -> Path:
    """A photograph for as long, at the sample's size and rate."""
    clip = folder / "still.mp4"
    scale = "scale=640:360:force_original_aspect_ratio=increase,crop=640:360,format=yuv420p"
    subprocess.run(["ffmpeg", "-v", "error", "-loop", "1", "-i", SOURCE / "tests/data/cat.jpg", "-t", str(seconds),
                    "-r", "25", "-vf", scale, clip], check=True)  # fmt: skip
    return clip


def busy(program: Path, clip: Path, seconds: float) -> tuple[float, float]:
    """CPUs used on average, and resident memory at the end."""
    with Window(program, clip) as window:
        time.sleep(WARM_UP)
        before, began = cpu_seconds(window.process.pid), time.monotonic()
        time.sleep(seconds)
        used = cpu_seconds(window.process.pid) - before
        return used / (time.monotonic() - began), resident(window.process.pid)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=Path)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=20.0)
    arguments = parser.parse_args()
    sample = SOURCE / "resources/sample.mp4"
    runs = []
    for i in range(arguments.runs + 1):
        with Window(arguments.program, sample) as window:
            if i > 0:  # the first warms the disk cache
                runs.append(window.after)
    for name in ("Window on screen", "First caption"):
        times = [found[name] for found in runs]
        print(f"{name}: median {statistics.median(times):.2f} s, least {min(times):.2f} s, most {max(times):.2f} s of {len(times)}")
    moving, memory = busy(arguments.program, sample, arguments.seconds)
    with tempfile.TemporaryDirectory() as folder:
        still, _ = busy(arguments.program, still_clip(Path(folder), 60), arguments.seconds)
    print(f"CPUs used while the sample plays: {moving:.2f}; a still picture: {still:.2f}; of {os.cpu_count()}")
    print(f"Memory: {memory:.0f} MB resident")


if __name__ == "__main__":
    main()
