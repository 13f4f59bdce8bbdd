"""Imports captioners of the published sizes with random weights and compares them with Transformers; slow, not in the tests.

    PYTHONPATH=models python tests/models/published_sizes.py FOLDER build/dev/tests/caption_tokens [vit-gpt2 blip git smolvlm]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

import torch

import foreign_models
from sightline_models import bundle
from sightline_models.imported.command import import_folder
from sightline_models.search import logits_along
from test_import import PICTURE_NAMES, PICTURES, arguments_of, logits_of_transformers, pixel_values, pixels_of, said_by_transformers

WORDS = {"vit-gpt2": 50257, "blip": 30524, "git": 30522, "smolvlm": 49280}


def tokens_of(program: str, path: Path, beams: int) -> list[list[int]]:
    command = [program, path, str(beams), *(PICTURES / name for name in PICTURE_NAMES)]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    return [json.loads(line) for line in lines]


def compare(kind: str, work: Path, program: str) -> bool:
    folder = work / kind
    model = foreign_models.make(kind, folder, foreign_models.PUBLISHED[kind], WORDS[kind])
    paths = {precision: work / f"{kind}-{precision}.pt" for precision in ("fp32", "int8")}
    for precision, path in paths.items():
        import_folder(arguments_of(folder, path, precision))
    loaded = bundle.load(paths["fp32"])
    alike = True
    worst = 0.0
    for beams in (1, 3):
        started = time.perf_counter()
        wanted = [said_by_transformers(kind, model, folder, pixel_values(folder, name), beams) for name in PICTURE_NAMES]
        theirs = time.perf_counter() - started
        started = time.perf_counter()
        found = tokens_of(program, paths["fp32"], beams)
        ours = time.perf_counter() - started
        alike &= found == wanted
        print(f"{kind}, {beams} beams: {'the same tokens' if found == wanted else f'{found} instead of {wanted}'}; "
              f"{theirs:.1f} s by Transformers, {ours:.1f} s by the program with loading")  # fmt: skip
        int8 = tokens_of(program, paths["int8"], beams)
        print(f"  int8: {sum(a == b for a, b in zip(int8, wanted, strict=True))} of {len(wanted)} captions the same")
    for name, caption in zip(PICTURE_NAMES, wanted, strict=True):
        theirs = logits_of_transformers(kind, model, folder, pixel_values(folder, name), [*loaded.start, *caption])
        worst = max(worst, (logits_along(loaded, pixels_of(loaded, name), caption) - theirs).abs().max().item())
    print(f"  logits differ by {worst:.1e} at most; int8 cosine {bundle.read_manifest(paths['int8'])['metrics']['logit_cosine']}")
    return alike and worst < 1e-3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path)
    parser.add_argument("program")
    parser.add_argument("kinds", nargs="*", default=list(WORDS))
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(2)
    alike = [compare(kind, arguments.work, arguments.program) for kind in arguments.kinds]
    sys.exit(0 if all(alike) else 1)


if __name__ == "__main__":
    main()
