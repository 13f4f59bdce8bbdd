"""This build beside an earlier one: captions a second, annotating a file, memory.

    builds.py --program NEW --baseline OLD --photographs FOLDER [--model BUNDLE] [--clip VIDEO] [--rounds 5]

Captions: all settings of both builds stay loaded, and every picture goes to each of them in turn, in random order, with a
pause between, so that a machine that slows down slows all. A figure is what the program itself reports for a caption,
from the picture's pixels to its text. Files, annotating and memory: whole runs, alternating. With `--model` both builds run
that bundle, otherwise each its own. Printed are medians of the ratio of the old build's figure to the new one's, so more
is better, with the quartiles over pictures or rounds. Beside several busy processes: contention.py.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from contention import milliseconds, spread

PAUSE = 0.02  # seconds between contenders, for threads that still spin
WARM_UP = 5  # pictures
WINDOW_SECONDS = 20
# What the libraries that the old build left its encoder to understand, beside our own variable.
AVX2_ONLY = {"SIGHTLINE_MAX_SIMD": "avx2", "ATEN_CPU_CAPABILITY": "avx2", "ONEDNN_MAX_CPU_ISA": "AVX2",
             "FBGEMM_ENABLE_INSTRUCTIONS": "AVX2"}  # fmt: skip


@dataclass
class Setting:
    name: str
    options: list[str]
    environment: dict[str, str] = field(default_factory=dict)


SETTINGS = [
    Setting("2 threads, default search", ["--threads", "2"]),
    Setting("1 thread, default search", ["--threads", "1"]),
    Setting("2 threads, greedy", ["--threads", "2", "--beam", "1"]),
    Setting("2 threads, default search, limited to AVX2", ["--threads", "2"], AVX2_ONLY),
]


@dataclass
class Figure:
    caption: str
    stages: dict[str, float]
    total: float  # milliseconds


class Contender:
    """A program that waits for the name of the next picture."""

    def __init__(self, program: Path, setting: Setting, model: list[str]) -> None:
        self.process = subprocess.Popen(
            [str(program), "caption", *model, *setting.options, "--json", "--timings", "-"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            env={**os.environ, **setting.environment},
        )  # fmt: skip

    def caption(self, picture: Path) -> Figure:
        assert self.process.stdin and self.process.stdout
        print(picture, file=self.process.stdin, flush=True)
        line = json.loads(self.process.stdout.readline())
        return Figure(line["caption"], line["milliseconds"], milliseconds(line))

    def close(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait()


def compare_captions(programs: dict[str, Path], model: list[str], pictures: list[Path]) -> None:
    contenders = {
        (name, setting.name): Contender(program, setting, model)
        for name, program in programs.items()
        for setting in SETTINGS
    }
    figures: dict[tuple[str, str], list[Figure]] = {key: [] for key in contenders}
    for number, picture in enumerate(pictures[:WARM_UP] + pictures):
        for key in random.sample(sorted(contenders), len(contenders)):
            contenders[key].caption(picture)  # others had the caches
            figure = contenders[key].caption(picture)
            if number >= WARM_UP:
                figures[key].append(figure)
            time.sleep(PAUSE)
    for contender in contenders.values():
        contender.close()
    print("| setting | captions/s, new : old | encode | prefill | generate | median ms, old | new | same captions |")
    print("|---|---|---:|---:|---:|---:|---:|---:|")
    for setting in SETTINGS:
        old, new = figures["old", setting.name], figures["new", setting.name]
        pairs = list(zip(old, new, strict=True))
        stages = [median(a.stages[stage] / b.stages[stage] for a, b in pairs) for stage in ("encode", "prefill", "generate")]
        same = sum(a.caption == b.caption for a, b in pairs)
        print(f"| {setting.name} | {spread([a.total / b.total for a, b in pairs])} | "
              + " | ".join(f"{stage:.2f}" for stage in stages)
              + f" | {median(a.total for a in old):.2f} | {median(b.total for b in new):.2f} | {same} of {len(pairs)} |")  # fmt: skip
    first, *others = (figures["new", setting.name] for setting in SETTINGS if "--beam" not in setting.options)
    same = sum(all(a.caption == b.caption for b in rest) for a, *rest in zip(first, *others, strict=True))
    print(f"\nThe new build's captions with 1 thread, 2 threads and AVX2 alone are the same for {same} of {len(first)}.\n")


def median(values: Iterable[float]) -> float:
    ordered = sorted(values)
    return ordered[len(ordered) // 2]


def overlapped(program: Path, model: list[str]) -> float:
    """Captions a second while the next picture is being encoded."""
    run = subprocess.run(
        [str(program), "bench", "threads", *model, "--threads", "2", "--pipeline", "overlapped", "--quick", "--format",
         "csv"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(run.stdout)))
    return float(next(row for row in rows if row.get("busy_programs", "0") == "0")["captions_per_s"])


def annotate(program: Path, model: list[str], clip: Path) -> float:
    """Seconds."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        subprocess.run([str(program), "annotate", *model, str(clip), "-o", folder], capture_output=True, check=True)
        return time.monotonic() - began


def decode(clip: Path) -> float:
    """Seconds that FFmpeg takes to decode the clip and throw it away."""
    began = time.monotonic()
    subprocess.run(["ffmpeg", "-v", "error", "-threads", "2", "-i", str(clip), "-f", "null", "-"], check=True)
    return time.monotonic() - began


def command_memory(program: Path, model: list[str], picture: Path) -> float:
    """MiB at the most of captioning one picture."""
    with subprocess.Popen([str(program), "caption", *model, str(picture)], stdout=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{program} could not caption {picture}.")
    return usage.ru_maxrss / 1024


def window_memory(program: Path, model: list[str]) -> float:
    """MiB at the most of a window that plays the sample clip."""
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "HOME": home, "XDG_CONFIG_HOME": f"{home}/config", "XDG_DATA_HOME": f"{home}/data",
                       "XDG_CACHE_HOME": f"{home}/cache", "XDG_STATE_HOME": f"{home}/state",
                       "XDG_RUNTIME_DIR": home}  # fmt: skip
        process = subprocess.Popen([str(program), *model, "--sample", "--loop"], env=environment,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
        time.sleep(WINDOW_SECONDS)
        status = Path(f"/proc/{process.pid}/status").read_text()
        process.kill()
        process.wait()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def compare(name: str, unit: str, rounds: int, measure: dict[str, Callable[[], float]], better: str = "less") -> None:
    """Prints a row; `measure` has "old", "new" and what else stands beside them."""
    taken: dict[str, list[float]] = {key: [] for key in measure}
    for _ in range(rounds):
        for key in random.sample(sorted(measure), len(measure)):
            taken[key].append(measure[key]())
    ratios = [a / b if better == "less" else b / a for a, b in zip(taken["old"], taken["new"], strict=True)]
    row = f"| {name} | {spread(ratios)} | {median(taken['old']):.1f} | {median(taken['new']):.1f} {unit} |"
    for other in measure.keys() - {"old", "new"}:
        row += f" new / {other} {spread([a / b for a, b in zip(taken['new'], taken[other], strict=True)])} |"
    print(row, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--program", type=Path, required=True)
    parser.add_argument("--baseline", type=Path, required=True)
    parser.add_argument("--photographs", type=Path, required=True)
    parser.add_argument("--count", type=int, default=40, help="photographs")
    parser.add_argument("--model", help="bundle that both builds can read")
    parser.add_argument("--clip", type=Path, help="video to annotate; left out without")
    parser.add_argument("--rounds", type=int, default=5, help="of files, annotating and memory")
    arguments = parser.parse_args()
    pictures = sorted(path for path in arguments.photographs.iterdir() if path.suffix == ".jpg")[: arguments.count]
    if not pictures:
        sys.exit(f"{arguments.photographs} holds no *.jpg.")
    programs = {"old": arguments.baseline, "new": arguments.program}
    model = ["--model", arguments.model] if arguments.model else []

    def each(measure: Callable[..., float], *rest: object) -> dict[str, Callable[[], float]]:
        return {name: lambda program=program: measure(program, model, *rest) for name, program in programs.items()}

    compare_captions(programs, model, pictures)
    print("| what | old : new (captions/s: new : old) | median, old | new |\n|---|---|---:|---:|")
    compare("overlapped, 2 threads", "captions/s", arguments.rounds, each(overlapped), better="more")
    if arguments.clip:
        ffmpeg = {"decoding alone": lambda: decode(arguments.clip)} if shutil.which("ffmpeg") else {}
        compare("annotate", "s", arguments.rounds, each(annotate, arguments.clip) | ffmpeg)
    compare("memory, one picture", "MiB", arguments.rounds, each(command_memory, pictures[0]))
    if os.environ.get("DISPLAY"):
        compare("memory, window with the sample", "MiB", 3, each(window_memory))


if __name__ == "__main__":
    main()
