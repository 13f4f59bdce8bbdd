"""Caption metrics: the published ones with bootstrap intervals (Java runs the PTB tokenizer and METEOR), diversity and
calibration. `quick_cider` serves validation."""

from __future__ import annotations

import dataclasses
import itertools
import json
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import pycocoevalcap.spice
from pycocoevalcap.bleu.bleu_scorer import cook_refs, cook_test
from pycocoevalcap.cider.cider import Cider

from .dataset import clean_caption
from .objects import gender_said
from .reward import END, defects, repeats_around_and, words_of

RESAMPLES = 1000
RESAMPLING_SEED = 17
BLEU_ORDERS = 4
SPICE_FOLDER = Path(pycocoevalcap.spice.__file__).parent
SPICE_JARS = ("stanford-corenlp-3.6.0.jar", "stanford-corenlp-3.6.0-models.jar", "nashorn-core-15.4.jar")  # spice-pom.xml
SPICE_SECONDS = 3600  # it parses every reference: minutes a thousand photographs
CONFIDENCE_BINS = 10
# From here on a caption counts as right. Of 45 captions of dev-everyday, read beside what people wrote, all below 0.2 named
# the wrong main thing, half of those between 0.2 and 0.3, and none above 0.33.
RIGHT_CIDER = 0.3

Tokenized = dict[int, list[str]]


class MetricUnavailable(Exception):
    """A metric whose tools are missing or failed."""


@dataclasses.dataclass(frozen=True)
class Estimate:
    """A figure of a set of photographs and its 95 % bootstrap interval over them."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


@dataclasses.dataclass
class Scores:
    estimates: dict[str, Estimate]
    cider: np.ndarray  # of each photograph, document frequencies of the whole set
    absent: dict[str, str] = dataclasses.field(default_factory=dict)  # metrics that could not be had, and why


def resamples(count: int) -> np.ndarray:
    """How often each bootstrap resample holds each photograph, float [RESAMPLES,count]."""
    rng = np.random.default_rng(RESAMPLING_SEED)
    return rng.multinomial(count, np.full(count, 1.0 / count), RESAMPLES).astype(np.float64)


def estimate(value: float, resampled: np.ndarray) -> Estimate:
    low, high = np.percentile(resampled, (2.5, 97.5))
    return Estimate(float(value), float(low), float(high))


def mean_estimate(values: np.ndarray) -> Estimate:
    return estimate(np.mean(values), resamples(len(values)) @ values / len(values))


def _plain(text: str) -> str:
    return clean_caption(text).replace(",", "").replace("'", " '")


def quick_cider(references: list[tuple[str, ...]], captions: list[str]) -> float:
    """CIDEr-D with a light tokenizer instead of the PTB one: within about 0.01 of `score`, and fast."""
    truth = {i: [_plain(r) for r in row] for i, row in enumerate(references)}
    found = {i: [_plain(c)] for i, c in enumerate(captions)}
    return float(Cider().compute_score(truth, found)[0])


def tokenize(captions: list[tuple[str, ...]]) -> Tokenized:
    """The captions of each photograph as the metrics compare them, by the PTB tokenizer."""
    from pycocoevalcap.tokenizer.ptbtokenizer import PTBTokenizer

    return PTBTokenizer().tokenize({i: [{"caption": c} for c in row] for i, row in enumerate(captions)})


def bleu_statistics(truth: Tokenized, found: Tokenized) -> np.ndarray:
    """Of each photograph: clipped matches and n-grams of the caption (n = 1..4), caption length, closest reference
    length. BLEU of a set depends on their sums alone. [N,10]"""
    rows = []
    for i in truth:
        counts = cook_test(found[i][0], cook_refs(truth[i]), eff="closest")
        rows.append([*counts["correct"], *counts["guess"], counts["testlen"], counts["reflen"]])
    return np.array(rows, np.float64)


def bleu(sums: np.ndarray) -> np.ndarray:
    """BLEU-1..4 of summed statistics [...,10], with pycocoevalcap's guards against division by zero. [...,4]"""
    tiny, small = 1e-15, 1e-9
    precisions = (sums[..., :BLEU_ORDERS] + tiny) / (sums[..., BLEU_ORDERS : 2 * BLEU_ORDERS] + small)
    means = np.exp(np.cumsum(np.log(precisions), -1) / np.arange(1, BLEU_ORDERS + 1))
    ratio = (sums[..., -2:-1] + tiny) / (sums[..., -1:] + small)
    return means * np.exp(np.minimum(0.0, 1.0 - 1.0 / ratio))


def meteor(truth: Tokenized, found: Tokenized) -> Estimate:
    """METEOR of the whole set, as published: a function of the sums of each caption's match statistics. METEOR scores
    the resamples' sums too, so that the interval is that of the same figure."""
    from pycocoevalcap.meteor.meteor import Meteor

    scorer = Meteor()  # ends its Java process when it is deleted
    statistics = np.array([scorer._stat(found[i][0], truth[i]).split() for i in truth], np.float64)
    sums = np.vstack([statistics.sum(0), resamples(len(statistics)) @ statistics])
    lines = " ||| ".join(" ".join(map(str, row)) for row in sums)
    scorer.meteor_p.stdin.write(f"EVAL ||| {lines}\n".encode())
    scorer.meteor_p.stdin.flush()
    values = [float(scorer.meteor_p.stdout.readline()) for _ in range(len(sums) + 1)]  # the last is their aggregate
    return estimate(values[0], np.array(values[1:-1]))


def rouge(truth: Tokenized, found: Tokenized) -> Estimate:
    from pycocoevalcap.rouge.rouge import Rouge

    return mean_estimate(Rouge().compute_score(truth, found)[1])


def spice(truth: Tokenized, found: Tokenized) -> Estimate:
    """Mean SPICE, by pycocoevalcap's program run directly: its own wrapper downloads and knows no time limit."""
    missing = [name for name in SPICE_JARS if not (SPICE_FOLDER / "lib" / name).exists()]
    if missing:
        raise MetricUnavailable(f"pycocoevalcap's spice/lib lacks {', '.join(missing)}: README, set-up")
    with tempfile.TemporaryDirectory() as folder:
        captions, scores = Path(folder) / "captions.json", Path(folder) / "scores.json"
        captions.write_text(json.dumps([{"image_id": i, "test": found[i][0], "refs": truth[i]} for i in truth]))
        command = ["java", "-Xmx8G", "-cp", "spice-1.0.jar:lib/*", "edu.anu.spice.SpiceScorer", str(captions), "-out",
                   str(scores), "-silent"]  # fmt: skip
        try:
            subprocess.run(command, cwd=SPICE_FOLDER, check=True, timeout=SPICE_SECONDS, stdin=subprocess.DEVNULL,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
            values = [float(item["scores"]["All"]["f"]) for item in json.loads(scores.read_text())]
        except (OSError, subprocess.SubprocessError, ValueError, LookupError, TypeError) as error:
            raise MetricUnavailable(f"SPICE's program failed: {type(error).__name__}") from error
    if len(values) != len(truth):
        raise MetricUnavailable(f"SPICE's program scored {len(values)} of {len(truth)} captions")
    return mean_estimate(np.array(values))


def cider_and_bleu(truth: Tokenized, found: Tokenized) -> Scores:
    cider = Cider().compute_score(truth, found)[1]
    statistics = bleu_statistics(truth, found)
    values, resampled = bleu(statistics.sum(0)), bleu(resamples(len(statistics)) @ statistics)
    estimates = {f"BLEU-{n + 1}": estimate(values[n], resampled[:, n]) for n in range(BLEU_ORDERS)}
    return Scores({"CIDEr": mean_estimate(cider), **estimates}, cider)


def score(truth: Tokenized, found: Tokenized) -> Scores:
    """CIDEr, BLEU-1..4, METEOR, ROUGE-L and, where its tools run, SPICE; each as a fraction, CIDEr as is."""
    scores = cider_and_bleu(truth, found)
    scores.estimates["METEOR"] = meteor(truth, found)
    scores.estimates["ROUGE-L"] = rouge(truth, found)
    try:
        scores.estimates["SPICE"] = spice(truth, found)
    except MetricUnavailable as reason:
        scores.absent["SPICE"] = str(reason)
    return scores


def repeats_a_word(words: list[str]) -> bool:
    """ "a dog dog" """
    return any(a == b for a, b in itertools.pairwise(words))


def repeats_a_coordinated_word(words: list[str]) -> bool:
    """ "white and white", "a man and a man" """
    return any(repeats_around_and(words, i) for i in range(len(words)))


def breaks_off(words: list[str]) -> bool:
    """Empty, or the last word needs another."""
    return defects([*words[-1:], END]) > 0


def diversity(captions: list[str], training_captions: list[str]) -> dict[str, float]:
    words = [words_of(clean_caption(caption), ended=False) for caption in captions]
    used = {word for row in words for word in row}
    known = {word for caption in training_captions for word in words_of(clean_caption(caption), ended=False)}
    distinct = len(set(captions))
    twice = sum(map(repeats_a_word, words))
    coordinated = sum(map(repeats_a_coordinated_word, words))
    return {
        "distinct captions": distinct,
        "share of distinct captions": round(distinct / len(captions), 4),
        "words used": len(used),
        "share of the training captions' words": round(len(used & known) / max(1, len(known)), 4),
        "mean length": round(float(np.mean([len(row) for row in words])), 2),
        "captions with a word twice in a row": twice,
        "share with a word twice in a row": round(twice / len(captions), 4),
        "captions with a repeated coordinated word": coordinated,
        "share with a repeated coordinated word": round(coordinated / len(captions), 4),
        "captions that break off": sum(map(breaks_off, words)),
    }


AGREED = 2  # captions of a photograph that name a gender, and no other, before it counts as known


def genders(references: list[tuple[str, ...]], captions: list[str]) -> list[dict]:
    """Of the photographs whose people are men, or women, by those who described them: what the captions call them."""
    said = [[gender_said(r) for r in row] for row in references]
    rows = []
    for known, other in ("men", "women"), ("women", "men"):
        chosen = [gender_said(c) for row, c in zip(said, captions, strict=True)
                  if row.count(known) >= AGREED and other not in row and "both" not in row]  # fmt: skip
        shares = {f"said {name}": round(chosen.count(name) / max(1, len(chosen)), 3)
                  for name in ("men", "women", "both", "neither")}  # fmt: skip
        rows.append({"known as": known, "photographs": len(chosen), **shares})
    return rows


def ranks(values: np.ndarray) -> np.ndarray:
    """From 1; equal values share the mean of their ranks."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[inverse]


def spearman(a: np.ndarray, b: np.ndarray) -> float:
    """Rank correlation, 0 where one side is constant."""
    a, b = ranks(a), ranks(b)
    return float(np.corrcoef(a, b)[0, 1]) if np.ptp(a) > 0 and np.ptp(b) > 0 else 0.0


def calibration_error(confidence: np.ndarray, right: np.ndarray) -> float:
    """Expected calibration error (Guo et al. 2017, arXiv:1706.04599) over bins of equally many captions."""
    order = np.argsort(confidence, kind="stable")
    bins = [part for part in np.array_split(order, CONFIDENCE_BINS) if len(part)]
    gaps = [len(part) * abs(confidence[part].mean() - right[part].mean()) for part in bins]
    return float(sum(gaps) / len(confidence))


def calibration(confidence: np.ndarray, cider: np.ndarray) -> dict:
    right = cider >= RIGHT_CIDER
    terciles = np.array_split(np.argsort(confidence, kind="stable"), 3)
    return {
        "expected calibration error": round(calibration_error(confidence, right), 4),
        "mean confidence": round(float(confidence.mean()), 4),
        "share right": round(float(right.mean()), 4),
        "Spearman correlation of confidence and CIDEr": round(spearman(confidence, cider), 4),
        "terciles": [
            {"confidence": name, "photographs": len(part), "mean confidence": round(float(confidence[part].mean()), 4),
             "mean CIDEr": round(float(cider[part].mean()), 4)}
            for name, part in zip(("low", "middle", "high"), terciles, strict=True) if len(part)
        ],
    }  # fmt: skip
