#!/usr/bin/env python3
"""Writes tests/data/benchmark/statistics.json: samples and what numpy and scipy say about them. Needs numpy and scipy.

Usage: record_statistics.py REPORT.json > statistics.json, where REPORT.json is one of `sightline bench threads --format json`.
"""

import json
import sys
from pathlib import Path

import numpy
from scipy.stats import binom


def interval(values: list[float]) -> list[float]:
    """95 % confidence interval of the median by order statistics; the range where there is none."""
    ordered = numpy.sort(values)
    outside = 0
    while 2 * (outside + 1) < len(ordered) and binom.cdf(outside + 1, len(ordered), 0.5) <= 0.025:
        outside += 1
    return [float(ordered[outside]), float(ordered[-1 - outside])]


def describe(name: str, values: list[float]) -> dict:
    low, middle, high = numpy.quantile(values, [0.25, 0.5, 0.75])
    return {
        "name": name,
        "values": values,
        "quantiles": {str(q): float(numpy.quantile(values, q)) for q in (0.0, 0.01, 0.25, 0.5, 0.95, 0.99, 1.0)},
        "relative_spread": float((high - low) / middle),
        "interval": interval(values),
    }


def main() -> None:
    results = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))["results"]
    samples = {
        f"captions/s of {result['setting']['threads']} threads, {result['setting']['beams']} beams": [
            repetition["captions_per_s"] for repetition in result["repetitions"]
        ]
        for result in results
        if result["repetitions"]
    }
    samples["latencies of one repetition"] = results[0]["repetitions"][0]["latencies_ms"]
    random = numpy.random.default_rng(1)
    for count in (1, 2, 5, 6, 7, 15, 16, 99):
        samples[f"{count} of a long tail"] = random.lognormal(1.0, 0.7, count).tolist()
    json.dump([describe(name, values) for name, values in samples.items()], sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
