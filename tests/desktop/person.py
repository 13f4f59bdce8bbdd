"""How long a person takes from the launch to a corrected caption file, by real keys: person.py PROGRAM [--runs 5] [--pause 0.5]

Opens a copy of the sample clip, lets the model caption it, goes to the caption it was least sure of, types another, and exports
SubRip. The keys are those of the manual, each after as long as a person looks (--pause). Needs Xvfb, openbox and xdotool; the
display is its own.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from desk import Hands, desk, wait

SAMPLE = Path(__file__).resolve().parents[2] / "resources/sample.mp4"
TEXT = "A woman in an orange suit"


def run(program: Path, environment: dict[str, str], pause: float) -> dict[str, float]:
    """Seconds from the launch to each step."""
    with tempfile.TemporaryDirectory() as home:
        video = Path(home) / "holiday.mp4"
        shutil.copy(SAMPLE, video)
        keys = Hands(environment, pause)
        began = time.monotonic()
        log = Path(home) / "log"
        with log.open("w", encoding="utf-8") as file:
            process = subprocess.Popen([program, "--log-level", "info", video], env={**environment, "HOME": home}, stderr=file)
        after: dict[str, float] = {}

        def reached(step: str, done: Callable[[], bool]) -> None:
            wait(step, done)
            after[step] = time.monotonic() - began

        try:
            reached("the video is open", lambda: any(title.startswith("holiday.mp4") for title in keys.titles()))
            keys.press("ctrl+r")
            reached("it is captioned", lambda: "Captioned: " in log.read_text(encoding="utf-8"))
            keys.press("n")
            keys.press("e")
            keys.press("ctrl+a")
            keys.write(TEXT)
            keys.press("ctrl+e")
            wait("the preview of the export", lambda: "Export captions" in keys.titles())
            keys.press("Return")
            wait("the choice of the file", lambda: keys.titles().count("Export captions") == 2)
            keys.press("Return")
            written = video.with_suffix(".srt")
            reached("the corrected file is written", lambda: written.exists() and TEXT in written.read_text(encoding="utf-8"))
        finally:
            process.kill()
            process.wait()
        return after


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--pause", type=float, default=0.5, help="seconds that a person looks before each key")
    arguments = parser.parse_args()
    with desk() as display:
        environment = {**os.environ, "DISPLAY": display}
        runs = [run(arguments.program.resolve(), environment, arguments.pause) for _ in range(arguments.runs)]
    print(f"{arguments.runs} runs, {os.cpu_count()} CPUs, load average {os.getloadavg()[0]:.1f}; seconds after the launch")
    for step in runs[0]:
        times = [after[step] for after in runs]
        print(f"{step:32}{statistics.median(times):7.2f} (least {min(times):.2f})")


if __name__ == "__main__":
    main()
