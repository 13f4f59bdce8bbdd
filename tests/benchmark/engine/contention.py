"""Captions a second while other programs want the CPUs: builds, numbers of threads and loads side by side.

    contention.py --program NEW [--baseline OLD] --photographs FOLDER [--rounds 9] [--nice 5]

Loads are no, one and two busy processes. Every round visits every build, number of threads and load in random order, in
a process of its own; "automatic" is the build's own default. A visit's figure is the median over its photographs, after
the first third, of the milliseconds that the program itself reports for a caption. Printed are medians over rounds as
ratios to the same build's one thread under the same load, and to the baseline, with the quartiles: absolute times of a
machine that does other things say little.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
from pathlib import Path

LOADS = (0, 1, 2)
THREADS = (1, 2, None)  # None: automatic
BUSY = "while True: pass"
STAGES = ("preprocess", "encode", "prefill", "generate")


def busy(count: int, nice: int) -> list[subprocess.Popen]:
    return [subprocess.Popen([sys.executable, "-c", f"import os; os.nice({nice})\n{BUSY}"]) for _ in range(count)]


def visit(program: Path, threads: int | None, photographs: list[Path]) -> float:
    command = [str(program), "caption", "--json", "--timings", *map(str, photographs)]
    if threads is not None:
        command += ["--threads", str(threads)]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    times = [milliseconds(json.loads(line)) for line in run.stdout.splitlines()]
    return statistics.median(times[len(times) // 3 :])


def milliseconds(caption: dict) -> float:
    return sum(caption["milliseconds"][stage] for stage in STAGES)


def spread(values: list[float]) -> str:
    low, middle, high = statistics.quantiles(values, n=4) if len(values) > 1 else values * 3
    return f"{middle:.2f} ({low:.2f} to {high:.2f})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--program", type=Path, required=True)
    parser.add_argument("--baseline", type=Path)
    parser.add_argument("--photographs", type=Path, required=True)
    parser.add_argument("--count", type=int, default=60, help="photographs of a visit")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--nice", type=int, default=5, help="of the busy processes")
    arguments = parser.parse_args()
    found = sorted(arguments.photographs.glob("*.jpg"))
    photographs = (found * (arguments.count // max(1, len(found)) + 1))[: arguments.count]
    if not photographs:
        sys.exit(f"{arguments.photographs} holds no *.jpg.")
    programs = {"new": arguments.program} | ({"old": arguments.baseline} if arguments.baseline else {})
    rounds: list[dict[tuple[str, int | None, int], float]] = []
    for number in range(arguments.rounds):
        visits = [(name, threads) for name in programs for threads in THREADS]
        taken: dict[tuple[str, int | None, int], float] = {}
        for load in random.sample(LOADS, len(LOADS)):
            others = busy(load, arguments.nice)
            try:
                for name, threads in random.sample(visits, len(visits)):
                    taken[name, threads, load] = visit(programs[name], threads, photographs)
            finally:
                for other in others:
                    other.kill()
                    other.wait()
        rounds.append(taken)
        print(f"round {number + 1} of {arguments.rounds}", file=sys.stderr)
    others = os.getloadavg()[0]
    print(f"{os.cpu_count()} CPUs, {arguments.rounds} rounds of {len(photographs)} photographs, busy processes at nice "
          f"{arguments.nice}, load average at the end {others:.1f}. Captions/s, median (quartiles).\n")  # fmt: skip
    print("| build | threads | busy processes | to one thread of the build | to the baseline at its default |")
    print("|---|---|---:|---:|---:|")
    for name in programs:
        for threads in THREADS:
            for load in LOADS:
                own = [r[name, 1, load] / r[name, threads, load] for r in rounds]
                base = [r["old", None, load] / r[name, threads, load] for r in rounds] if "old" in programs else None
                print(f"| {name} | {threads or 'automatic'} | {load} | {spread(own)} | {spread(base) if base else '-'} |")


if __name__ == "__main__":
    main()
