"""Times Sightline beside other CPU runtimes on the same network, photographs and threads.

    python benchmark.py --program ../../../build/release/bin/sightline [--photographs FOLDER] [--pictures 40] [--rounds 5]

Each picture is captioned greedily by every contender in turn, in another order each time, so that a machine that slows down
slows all of them. What is timed is pixels of the model's size to token ids. Prints a Markdown table and writes report.json and
report.svg into --work. A report whose spread is large says so.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import random
import statistics
import time
from collections import defaultdict
from pathlib import Path

import cv2
import numpy as np
import skimage.data
import torch

import contenders
import network
import published
import roofline
from sightline_models.search import Words

CALIBRATION_PICTURES = 100
NOISY, VERY_NOISY = 0.1, 0.25  # interquartile range over median
PAUSE = 0.03  # seconds between contenders, for threads that still spin


def machine() -> str:
    model, flags = platform.machine(), ""
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        key, _, value = line.partition(":")
        if key.strip() == "model name":
            model = value.strip()
        elif key.strip() == "flags":
            flags = value
    simd = [name for name in ("avx2", "avx512f", "avx512_vnni", "avx_vnni", "amx_int8") if f" {name} " in f"{flags} "]
    return f"{model}, {os.cpu_count()} logical CPUs, {', '.join(simd)}"


def photographs(folder: Path | None, count: int, size: int) -> list[np.ndarray]:
    """u8 RGB [size,size,3]; other ones first for calibration."""
    if folder is None:
        names = ("astronaut", "cat", "chelsea", "coffee", "rocket", "hubble_deep_field", "immunohistochemistry", "retina")
        pictures = [getattr(skimage.data, name)() for name in names]
        pictures = [p[y : y + p.shape[0] // 2, x : x + p.shape[1] // 2] for p in pictures
                    for y in (0, p.shape[0] // 4, p.shape[0] // 2) for x in (0, p.shape[1] // 4, p.shape[1] // 2)]  # fmt: skip
        random.Random(5).shuffle(pictures)
    else:
        files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in (".jpg", ".jpeg", ".png", ".webp"))
        chosen = random.Random(5).sample(files, min(len(files), count + CALIBRATION_PICTURES))
        pictures = [cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB) for path in chosen]
    return [cv2.resize(picture, (size, size), interpolation=cv2.INTER_AREA) for picture in pictures]


def summary(seconds: list[float]) -> dict[str, float]:
    quarters = statistics.quantiles(seconds, n=4)
    return {
        "median_ms": 1000 * statistics.median(seconds),
        "p95_ms": 1000 * statistics.quantiles(seconds, n=20)[-1],
        "minimum_ms": 1000 * min(seconds),
        "spread": (quarters[2] - quarters[0]) / statistics.median(seconds),
        "runs": len(seconds),
    }


def badge(spread: float) -> str:
    return "very noisy" if spread > VERY_NOISY else "noisy" if spread > NOISY else ""


def plot(rows: dict[str, dict], path: Path) -> None:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    names = sorted(rows, key=lambda name: -rows[name]["median_ms"])
    figure, axes = pyplot.subplots(figsize=(9, 0.42 * len(names) + 1.2))
    colours = ["#1f77b4" if name.startswith("Sightline") else "#b0b0b0" for name in names]
    axes.barh(names, [rows[name]["median_ms"] for name in names], color=colours)
    axes.errorbar([rows[name]["median_ms"] for name in names], names,
                  xerr=[[rows[n]["median_ms"] - rows[n]["minimum_ms"] for n in names],
                        [rows[n]["p95_ms"] - rows[n]["median_ms"] for n in names]], fmt="none", ecolor="black", capsize=2)  # fmt: skip
    axes.set_xscale("log")
    axes.set_xlabel("milliseconds a caption: median, with minimum and 95th percentile (logarithmic)")
    figure.tight_layout()
    figure.savefig(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=Path, required=True)
    parser.add_argument("--bundle", type=Path, default=network.ROOT / "models/sightline-base.pt")
    parser.add_argument("--photographs", type=Path, help="default: parts of scikit-image's free photographs")
    parser.add_argument("--pictures", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--work", type=Path, default=Path("build/engine"))
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(arguments.threads)
    cv2.setNumThreads(1)

    encoder, decoder, bundle = network.float_network(arguments.bundle)
    size = bundle.manifest["input"]["size"]
    rules = contenders.Rules(bundle.manifest["max_tokens"], Words.of(bundle.tokens))
    pictures = photographs(arguments.photographs, arguments.pictures, size)
    calibration, pictures = pictures[: -arguments.pictures], pictures[-arguments.pictures :]
    files = []
    for i, picture in enumerate(pictures):
        files.append(arguments.work / f"picture{i}.png")
        cv2.imwrite(str(files[-1]), cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))

    onnx = network.export_onnx(encoder, decoder, size, arguments.work)
    onnx_int8 = contenders.onnx_int8(*onnx, arguments.work, calibration)
    others: dict[str, contenders.Caption] = {
        "PyTorch eager, fp32": contenders.eager(encoder, decoder, rules),
        "TorchScript, fp32": contenders.traced(encoder, decoder, rules, size),
        "TorchScript, int8 (the bundle, from Python)": contenders.bundle_in_python(arguments.bundle),
        "ONNX Runtime, fp32": contenders.onnx_runtime(*onnx, rules, arguments.threads),
        "ONNX Runtime, int8 QDQ": contenders.onnx_runtime(*onnx_int8, rules, arguments.threads),
        "OpenVINO, fp32": contenders.openvino(*onnx, rules, arguments.threads),
        "OpenVINO, int8": contenders.openvino(*contenders.openvino_int8(*onnx, calibration), rules, arguments.threads),
    }
    others["ncnn, fp32"] = contenders.ncnn(*network.export_ncnn(encoder, decoder, size, arguments.work), rules,
                                           len(decoder.blocks), arguments.threads)  # fmt: skip
    recipe = published.published()
    programs = {"Sightline, int8": contenders.Program(arguments.program, arguments.threads)}
    passes = {"published recipe, one forward pass": published.one_pass, "published recipe, 12 tokens": published.caption}

    times: dict[str, list[float]] = defaultdict(list)
    stages: dict[str, list[float]] = defaultdict(list)
    tokens: dict[str, dict[int, list[int]]] = defaultdict(dict)
    shuffle = random.Random(7)
    gc.disable()
    for round_ in range(-1, arguments.rounds):  # the first one warms up
        for i, picture in enumerate(pictures):
            order = [*programs, *others, *(passes if i % 4 == 0 else ())]  # the recipe is slow, and as long each time
            shuffle.shuffle(order)
            for name in order:
                time.sleep(PAUSE)
                if name in programs:
                    tokens[name][i], spent = programs[name].caption(files[i].resolve())
                elif name in passes:
                    spent = passes[name](recipe, picture)
                else:
                    tokens[name][i], spent = others[name](picture)
                if round_ >= 0:
                    times[name].append(spent)
                    if name in programs:
                        for stage, milliseconds in programs[name].times.items():
                            stages[stage].append(milliseconds)
    for program in programs.values():
        program.close()

    ours = "Sightline, int8"
    rows = {name: summary(seconds) for name, seconds in times.items()}
    for name, captions in tokens.items():
        rows[name]["same_tokens"] = sum(captions[i] == tokens[ours][i] for i in captions) / len(captions)
    report = {
        "machine": machine(), "threads": arguments.threads, "pictures": len(pictures), "rounds": arguments.rounds,
        "tokens_median": statistics.median(len(found) for found in tokens[ours].values()), "bundle_sha256": bundle.manifest["sha256"],
        "versions": {name: __import__(name).__version__ for name in ("torch", "onnxruntime", "openvino", "nncf", "ncnn")},
        "contenders": rows, "stages_ms": {name: statistics.median(found) for name, found in stages.items()},
    }  # fmt: skip
    cost = roofline.costs(encoder, decoder, size)
    limits = roofline.machine_limits(int(cost["step"][1]))
    report["limits"] = limits
    report["costs"] = {name: dict(zip(("macs", "weight_bytes"), found, strict=True)) for name, found in cost.items()}
    (arguments.work / "report.json").write_text(json.dumps(report, indent=1))
    plot(rows, arguments.work / "report.svg")
    print(f"{report['machine']}; {arguments.threads} threads; {len(pictures)} pictures, {arguments.rounds} rounds; "
          f"captions of {report['tokens_median']:.0f} tokens\n")  # fmt: skip
    print("| | median ms | 95 % | minimum | times ours | same tokens | |\n|---|---:|---:|---:|---:|---:|---|")
    for name, row in sorted(rows.items(), key=lambda item: item[1]["median_ms"]):
        same = f"{100 * row['same_tokens']:.0f} %" if "same_tokens" in row else "-"
        print(f"| {name} | {row['median_ms']:.2f} | {row['p95_ms']:.2f} | {row['minimum_ms']:.2f} "
              f"| {row['median_ms'] / rows[ours]['median_ms']:.2f} | {same} | {badge(row['spread'])} |")  # fmt: skip
    print("\n" + roofline.table(cost, limits, report["stages_ms"], report["tokens_median"]))


if __name__ == "__main__":
    main()
