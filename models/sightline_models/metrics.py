"""Caption metrics. `score` is the published one (PTB tokenizer, needs Java); `quick_cider` serves validation."""

from __future__ import annotations

import contextlib
import os

from pycocoevalcap.cider.cider import Cider

from .dataset import clean_caption


def _plain(text: str) -> str:
    return clean_caption(text).replace(",", "").replace("'", " '")


def quick_cider(references: list[tuple[str, ...]], captions: list[str]) -> float:
    """CIDEr-D with a light tokenizer instead of the PTB one: within about 0.01 of `score`, and fast."""
    truth = {i: [_plain(r) for r in row] for i, row in enumerate(references)}
    found = {i: [_plain(c)] for i, c in enumerate(captions)}
    return float(Cider().compute_score(truth, found)[0])


def score(references: list[tuple[str, ...]], captions: list[str]) -> dict[str, float]:
    """CIDEr, BLEU-1..4, METEOR and ROUGE-L by pycocoevalcap; each as a fraction, CIDEr as is."""
    from pycocoevalcap.bleu.bleu import Bleu
    from pycocoevalcap.meteor.meteor import Meteor
    from pycocoevalcap.rouge.rouge import Rouge
    from pycocoevalcap.tokenizer.ptbtokenizer import PTBTokenizer

    tokenizer = PTBTokenizer()
    with open(os.devnull, "w") as quiet, contextlib.redirect_stderr(quiet):
        truth = tokenizer.tokenize({i: [{"caption": r} for r in row] for i, row in enumerate(references)})
        found = tokenizer.tokenize({i: [{"caption": c}] for i, c in enumerate(captions)})
    figures = {"CIDEr": float(Cider().compute_score(truth, found)[0])}
    bleu = Bleu(4).compute_score(truth, found, verbose=0)[0]
    figures.update({f"BLEU-{n + 1}": float(value) for n, value in enumerate(bleu)})
    figures["METEOR"] = float(Meteor().compute_score(truth, found)[0])
    figures["ROUGE-L"] = float(Rouge().compute_score(truth, found)[0])
    return figures
