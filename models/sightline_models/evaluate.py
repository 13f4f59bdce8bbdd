"""Scores a bundle on a split: captions by the Python reference or by the C++ program, metrics by pycocoevalcap."""

from __future__ import annotations

import argparse
import json
import subprocess
from pathlib import Path

import numpy as np
import torch
from tqdm import tqdm

from . import bundle, dataset
from .metrics import score
from .search import generate

SHOWN_SEED = 20
PROGRAM_BATCH = 250  # photographs per call of the program, well below the limit of a command line


def caption_with_python(path: Path, data: Path, rows: list[dataset.Row], beams: int) -> list[str]:
    loaded = bundle.load(path)
    captions = []
    for row in tqdm(rows, desc="captions", unit="photo"):
        rgb = dataset.resize(dataset.read_image(data / "photos" / row.image), loaded.manifest["input"]["size"])
        pixels = torch.from_numpy(np.ascontiguousarray(rgb)[None]).permute(0, 3, 1, 2)
        found = generate(loaded, pixels, beams)
        captions.append(b"".join(loaded.tokens[i] for i in found.tokens).decode("utf-8", "replace").strip())
    return captions


def caption_with_program(program: Path, path: Path, data: Path, rows: list[dataset.Row], beams: int,
                         threads: int) -> list[str]:  # fmt: skip
    captions = []
    for start in tqdm(range(0, len(rows), PROGRAM_BATCH), desc="captions", unit="batch"):
        images = [str(data / "photos" / row.image) for row in rows[start : start + PROGRAM_BATCH]]
        command = [str(program), "caption", "--json", "--model", str(path), "--threads", str(threads), "--beam",
                   str(beams), *images]  # fmt: skip
        output = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout.decode()
        lines = [json.loads(line) for line in output.splitlines()]
        if [line["source"] for line in lines] != images:
            raise SystemExit("The program did not return one caption per photograph.")
        captions += [line["caption"] for line in lines]
    return captions


def diversity(captions: list[str]) -> dict[str, float]:
    words = [caption.lower().split() for caption in captions]
    lengths = [len(w) for w in words]
    repeated = sum(any(a == b for a, b in zip(w, w[1:])) for w in words)
    return {
        "distinct captions": len(set(captions)),
        "words used": len({word for w in words for word in w}),
        "mean length": round(float(np.mean(lengths)), 2),
        "captions with a word twice in a row": repeated,
    }


def evaluate(arguments: argparse.Namespace) -> None:
    torch.set_num_threads(arguments.threads)
    rows = [row for row in dataset.load_rows(arguments.data) if row.split == arguments.split]
    if arguments.limit:
        rows = rows[: arguments.limit]
    if arguments.program:
        captions = caption_with_program(arguments.program, arguments.bundle, arguments.data, rows, arguments.beams,
                                        arguments.threads)  # fmt: skip
    else:
        captions = caption_with_python(arguments.bundle, arguments.data, rows, arguments.beams)
    figures = {name: round(value, 4) for name, value in score([row.captions for row in rows], captions).items()}
    figures = {"split": arguments.split, "photographs": len(rows), **figures, **diversity(captions)}
    print(json.dumps(figures, indent=1))
    if arguments.output:
        record = {"figures": figures, "captions": dict(zip((row.image for row in rows), captions))}
        arguments.output.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    if arguments.show:
        for i in np.random.default_rng(SHOWN_SEED).choice(len(rows), arguments.show, replace=False):
            print(f"\n{rows[i].image}\n  caption: {captions[i]}")
            for reference in rows[i].captions:
                print(f"  reference: {reference}")
