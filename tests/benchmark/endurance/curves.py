"""Draws what long_run printed: curves.py PICTURE.png RUN.csv..."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt

FIGURES = (("megabytes", "memory, MB"), ("files", "open files"), ("threads", "threads"), ("p99_ms", "frame time p99, ms"))
WARM_UP = 0.2


def main() -> None:
    if len(sys.argv) < 3:
        raise SystemExit(__doc__)
    runs = {}
    for name in sys.argv[2:]:
        with Path(name).open(newline="", encoding="utf-8") as file:
            runs[Path(name).stem] = list(csv.DictReader(file))
    figure, axes = plt.subplots(1, len(FIGURES), figsize=(16, 3.6), layout="constrained")
    for axis, (column, title) in zip(axes, FIGURES, strict=True):
        for name, rows in runs.items():
            axis.plot([100 * float(row["done"]) for row in rows], [float(row[column]) for row in rows], label=name, linewidth=1.2)
        axis.axvline(100 * WARM_UP, color="grey", linewidth=0.8, linestyle=":")
        axis.set_title(title)
        axis.set_xlabel("done, %")
        axis.set_ylim(bottom=0)
    axes[0].legend()
    figure.savefig(sys.argv[1], dpi=80)


if __name__ == "__main__":
    main()
