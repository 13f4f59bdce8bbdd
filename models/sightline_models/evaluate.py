"""Scores a bundle on a split: captions by the Python reference or by the C++ program, metrics by pycocoevalcap."""

from __future__ import annotations

import argparse
import dataclasses
import functools
import json
import math
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor
from tqdm import tqdm

from . import bundle, clips, dataset, metrics, objects, pictures, robustness
from .confidence import curve_of
from .robustness import Transform
from .search import Candidate, generate, logits_along

SHOWN_SEED = 20
PROGRAM_BATCH = 250  # photographs per call of the program, well below the limit of a command line
WARM_UP = 5  # photographs left out of the timing

# BLEU-1..4 and METEOR on Flickr8k's test split, from table 1 of Xu et al. 2015 (arXiv:1502.03044).
PUBLISHED = [
    ("Show and Tell (Vinyals et al. 2015, arXiv:1411.4555)", 0.63, 0.41, 0.27, None, None),
    ("Show, Attend and Tell, soft attention", 0.67, 0.448, 0.299, 0.195, 0.1893),
    ("Show, Attend and Tell, hard attention", 0.67, 0.457, 0.314, 0.213, 0.203),
]


@dataclasses.dataclass
class Captioned:
    captions: list[str]
    confidences: np.ndarray  # the chance that each is right, see `confidence`


def to_pixels(image: np.ndarray, loaded: bundle.Bundle) -> Tensor:
    rgb = pictures.prepare(image, loaded.manifest["input"])
    return torch.from_numpy(np.ascontiguousarray(rgb)[None]).permute(0, 3, 1, 2)


def text_of(loaded: bundle.Bundle, found: Candidate) -> str:
    return b"".join(loaded.tokens[i] for i in found.tokens).decode("utf-8", "replace").strip()


def confidence_of(loaded: bundle.Bundle, found: Candidate) -> float:
    """As core/inference/manifest.h has it."""
    probability = math.exp(found.log_probability / len(found.tokens)) if found.tokens else 0.0
    return float(curve_of(loaded.manifest).of(np.array(probability)))


def caption_with_python(loaded: bundle.Bundle, data: Path, rows: list[dataset.Row], beams: int,
                        transform: Transform | None = None) -> Captioned:  # fmt: skip
    found = []
    for row in tqdm(rows, desc="captions", unit="photo"):
        image = dataset.read_image(data / "photos" / row.image)
        found.append(generate(loaded, to_pixels(transform(image) if transform else image, loaded), beams))
    return Captioned([text_of(loaded, f) for f in found], np.array([confidence_of(loaded, f) for f in found]))


def write_pictures(pictures: Iterable[np.ndarray], folder: Path) -> list[str]:
    """Of RGB pictures."""
    paths = []
    for i, picture in enumerate(pictures):
        path = str(folder / f"{i}.png")
        if not cv2.imwrite(path, cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)):
            raise SystemExit(f"Cannot write {path}: is the disk full?")
        paths.append(path)
    return paths


def run_program(program: Path, path: Path, images: list[str], beams: int, threads: int) -> list[dict]:
    command = [str(program), "caption", "--json", "--trust-model", "--model", str(path), "--threads", str(threads), "--beam", str(beams),
               *images]  # fmt: skip
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout.decode()
    lines = [json.loads(line) for line in output.splitlines()]
    if [line["source"] for line in lines] != images:
        raise SystemExit("The program did not return one caption per photograph.")
    return lines


def caption_with_program(program: Path, path: Path, data: Path, rows: list[dataset.Row], beams: int, threads: int,
                         transform: Transform | None = None) -> Captioned:  # fmt: skip
    lines = []
    for start in tqdm(range(0, len(rows), PROGRAM_BATCH), desc="captions", unit="batch"):
        images = [str(data / "photos" / row.image) for row in rows[start : start + PROGRAM_BATCH]]
        with tempfile.TemporaryDirectory() as folder:
            if transform:
                images = write_pictures((transform(dataset.read_image(Path(image))) for image in images), Path(folder))
            lines += run_program(program, path, images, beams, threads)
    return Captioned([line["caption"] for line in lines], np.array([line["confidence"] for line in lines]))


def caption_pictures(arguments: argparse.Namespace, pictures: list[np.ndarray]) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        lines = run_program(arguments.program, arguments.bundle, write_pictures(pictures, Path(folder)), arguments.beams, arguments.threads)
    return [line["caption"] for line in lines]


@torch.no_grad()
def first_logits(loaded: bundle.Bundle, pixels: Tensor) -> Tensor:
    """Logits [V] of a caption's first token."""
    return logits_along(loaded, pixels, [])[0]


def cider_of(truth: metrics.Tokenized, captions: list[str]) -> metrics.Estimate:
    return metrics.cider_and_bleu(truth, metrics.tokenize([(c,) for c in captions])).estimates["CIDEr"]


def compare_bundles(paths: list[Path], data: Path, rows: list[dataset.Row], beams: int,
                    truth: metrics.Tokenized) -> dict:  # fmt: skip
    """Two bundles in turn on each photograph: size, time, CIDEr, and how alike their first logits are."""
    bundles = [bundle.load(path) for path in paths]
    if bundles[0].tokens != bundles[1].tokens:
        raise SystemExit("The two bundles have different vocabularies; their logits cannot be compared.")
    seconds: list[list[float]] = [[], []]
    captions: list[list[str]] = [[], []]
    cosines = []
    for row in tqdm(rows, desc="two bundles", unit="photo"):
        image = dataset.read_image(data / "photos" / row.image)
        logits = []
        for k, loaded in enumerate(bundles):
            pixels = to_pixels(image, loaded)
            started = time.perf_counter()
            captions[k].append(text_of(loaded, generate(loaded, pixels, beams)))
            seconds[k].append(time.perf_counter() - started)
            logits.append(first_logits(loaded, pixels))
        cosines.append(torch.nn.functional.cosine_similarity(logits[0], logits[1], dim=0).item())
    return {
        "bundles": [
            {"file": str(path), "precision": loaded.manifest["precision"], "MB": round(path.stat().st_size / 1e6, 1),
             "median ms": round(1000 * float(np.median(times[WARM_UP:] or times)), 1),
             "CIDEr": dataclasses.asdict(cider_of(truth, texts))}
            for path, loaded, times, texts in zip(paths, bundles, seconds, captions, strict=True)
        ],
        "mean cosine of the first logits": round(float(np.mean(cosines)), 5),
    }  # fmt: skip


def print_table(title: str, header: tuple[str, ...], rows: list[tuple]) -> None:
    cells = [header, *(tuple("-" if cell is None else str(cell) for cell in row) for row in rows)]
    widths = [max(len(line[i]) for line in cells) for i in range(len(header))]
    print(f"\n{title}")
    for line in cells:
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def print_scores(scores: metrics.Scores, diversity: dict[str, float], named: dict[str, float], calibration: dict,
                 genders: list[dict]) -> None:  # fmt: skip
    rows = [(name, str(value)) for name, value in scores.estimates.items()]
    print_table("Metrics, 95 % bootstrap intervals over the photographs", ("metric", "value"), rows)
    for name, reason in scores.absent.items():
        print(f"  {name} is absent: {reason}")
    print_table("Diversity", ("figure", "value"), list(diversity.items()))
    print_table("Objects of COCO's 80 classes; false: no reference names them", ("figure", "value"), list(named.items()))
    plain = [(name, value) for name, value in calibration.items() if name != "terciles"]
    print_table(f"Confidence; right: CIDEr of {metrics.RIGHT_CIDER} or more", ("figure", "value"), plain)
    for title, table in ("Terciles of confidence", calibration["terciles"]), ("People, by their descriptions", genders):
        print_table(title, tuple(table[0]), [tuple(row.values()) for row in table])


def print_published() -> None:
    header = ("system", "BLEU-1", "BLEU-2", "BLEU-3", "BLEU-4", "METEOR")
    print_table("Published, Flickr8k test (Xu et al. 2015, arXiv:1502.03044, table 1; BLEU without brevity penalty)",
                header, PUBLISHED)  # fmt: skip


def print_robustness(rows: list[robustness.Row]) -> None:
    header = ("transform", "CIDEr", "BLEU-4", "distinct", "CIDEr difference")
    body = [(r.transform, r.cider, f"{r.bleu4.value:.3f}", r.distinct, r.difference) for r in rows]
    print_table("Robustness; the photographs' true aspect is lost, 4:3 stands in", header, body)


def print_clips(rows: list[clips.Row]) -> None:
    print_table("A video of the photographs, each a shot with a pan or a zoom", ("captions", "CIDEr", "difference to one frame"),
                [(r.captions, r.cider, r.difference) for r in rows])  # fmt: skip


def print_bundles(comparison: dict) -> None:
    rows = [(b["precision"], Path(b["file"]).name, b["MB"], b["median ms"], metrics.Estimate(**b["CIDEr"]))
            for b in comparison["bundles"]]  # fmt: skip
    header = ("precision", "file", "MB", "median ms", "CIDEr")
    print_table("Two bundles, Python, one photograph at a time", header, rows)
    print(f"  mean cosine of the first logits: {comparison['mean cosine of the first logits']}")


def print_examples(count: int, rows: list[dataset.Row], captions: list[str]) -> None:
    for i in np.random.default_rng(SHOWN_SEED).choice(len(rows), min(count, len(rows)), replace=False):
        print(f"\n{rows[i].image}\n  caption: {captions[i]}")
        for reference in rows[i].captions:
            print(f"  reference: {reference}")


def captioner(arguments: argparse.Namespace, rows: list[dataset.Row]) -> Callable[..., Captioned]:
    """Captions the photographs, transformed where it is called with a transform."""
    if arguments.program:
        return functools.partial(caption_with_program, arguments.program, arguments.bundle, arguments.data, rows,
                                 arguments.beams, arguments.threads)  # fmt: skip
    loaded = bundle.load(arguments.bundle)
    return functools.partial(caption_with_python, loaded, arguments.data, rows, arguments.beams)


def by_source(rows: list[dataset.Row], scores: metrics.Scores) -> list[dict]:
    """CIDEr of the photographs of each collection; the weights of words are those of the whole split."""
    sources = sorted({row.source for row in rows})
    chosen = {source: np.array([row.source == source for row in rows]) for source in sources}
    return [{"source": source, "photographs": int(mask.sum()), "CIDEr": round(float(scores.cider[mask].mean()), 4)}
            for source, mask in chosen.items()]  # fmt: skip


def record_of(split: str, rows: list[dataset.Row], found: Captioned, scores: metrics.Scores, diversity: dict,
              named: dict, calibration: dict, genders: list[dict]) -> dict:  # fmt: skip
    images = [row.image for row in rows]
    values = {name: round(e.value, 4) for name, e in scores.estimates.items()}
    return {
        "figures": {"split": split, "photographs": len(rows), **values, **diversity, **named},
        "sources": by_source(rows, scores),
        "intervals": {name: [round(e.low, 4), round(e.high, 4)] for name, e in scores.estimates.items()},
        "absent": scores.absent,
        "calibration": calibration,
        "people": genders,
        "captions": dict(zip(images, found.captions, strict=True)),
        "confidences": dict(zip(images, found.confidences.tolist(), strict=True)),
    }


def evaluate(arguments: argparse.Namespace) -> None:
    torch.set_num_threads(arguments.threads)
    if arguments.clips and not arguments.program:
        raise SystemExit("--clips annotates a video, which only the program can: name it with --program.")
    everything = dataset.load_rows(arguments.data)
    rows = [row for row in everything if row.split == arguments.split][: arguments.limit or None]
    training = [caption for row in everything if row.split == "train" for caption in row.captions]
    caption = captioner(arguments, rows)
    found = caption()
    truth = metrics.tokenize([row.captions for row in rows])
    scores = metrics.score(truth, metrics.tokenize([(c,) for c in found.captions]))
    diversity = metrics.diversity(found.captions, training)
    calibration = metrics.calibration(found.confidences, scores.cider)
    named = objects.false_rate(found.captions, [row.captions for row in rows])
    genders = metrics.genders([row.captions for row in rows], found.captions)
    record = record_of(arguments.split, rows, found, scores, diversity, named, calibration, genders)
    print(f"\n{arguments.bundle}, {arguments.split}, {len(rows)} photographs, by {arguments.program or 'Python'}")
    print_scores(scores, diversity, named, calibration, genders)
    if len(record["sources"]) > 1:
        table = record["sources"]
        print_table("Collections", tuple(table[0]), [tuple(row.values()) for row in table])
    print_published()
    if arguments.robustness:
        measured = robustness.measure(lambda transform: caption(transform).captions, truth, found.captions, scores)
        print_robustness(measured)
        record["robustness"] = [dataclasses.asdict(row) for row in measured]
    if arguments.clips:
        spoken = clips.measure(arguments.program, arguments.bundle, arguments.data, rows, truth,
                               functools.partial(caption_pictures, arguments))  # fmt: skip
        print_clips(spoken)
        record["clips"] = [dataclasses.asdict(row) for row in spoken]
    if arguments.reference_bundle:
        paths = [arguments.reference_bundle, arguments.bundle]
        record["bundles"] = compare_bundles(paths, arguments.data, rows, arguments.beams, truth)
        print_bundles(record["bundles"])
    if arguments.output:
        arguments.output.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    print_examples(arguments.show, rows, found.captions)
