"""Figures on the dev photographs while a stage runs."""

from __future__ import annotations

from collections.abc import Mapping

from torch import nn

from ..decoder import Decoder
from ..metrics import quick_cider
from ..network import DecoderNetwork
from ..objects import false_rate
from ..precision import reduced_precision
from ..search import LENGTH_PENALTY, beams
from ..workspace import DEV_SPLITS, Features, Workspace

AT_ONCE = 50


def dev_figures(space: Workspace, decoder: Decoder, features: Mapping[str, Features]) -> dict[str, float]:
    """Greedy captions of each of `features`' splits, scored; how many of them differ; and the mean score, what counts."""
    network = DecoderNetwork(decoder)
    figures, scores = {}, []
    for split, cells in features.items():
        captions = []
        for start in range(0, len(cells), AT_ONCE):
            with reduced_precision():
                part = cells[start : start + AT_ONCE].float()
                found = beams([network], [part], 1, space.max_tokens, LENGTH_PENALTY, space.words)
            captions += space.captions_of([candidates[0].tokens for candidates in found])
        references = [row.captions for row in space.rows(split)]
        scores.append(quick_cider(references, captions))
        figures[f"{split}_cider"] = round(scores[-1], 4)
        figures[f"{split}_distinct"] = len(set(captions))
        figures[f"{split}_false"] = false_rate(captions, references)["false objects a caption"]
    return {**figures, "mean_cider": round(sum(scores) / len(scores), 4)}


def dev_features(space: Workspace, encoder: nn.Module) -> dict[str, Features]:
    """Of the splits that a captioner is chosen by."""
    return {split: space.encoder_features(encoder, split) for split in DEV_SPLITS if space.rows(split)}
