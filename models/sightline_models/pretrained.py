"""The weights of an int8 bundle as float ones again, so that training can go on from a release whose work folder is gone.

Rounding a weight to int8 moves it by less than one step of training does, and batch norms were folded into the
convolutions before: those of the captioner are made to change nothing.
"""

from __future__ import annotations

import itertools
import math
from pathlib import Path
from typing import cast

import torch
from tokenizers import Tokenizer, models
from torch import Tensor, nn
from torch.nn import functional as F

from . import bundle
from . import tokenizer as vocabulary
from .captioner import Captioner
from .encoder import Backbone, fill_folded, residuals

POSITIONS = "visual_position"
FITTED = "sentence.predict."  # by a stage of its own, on what a configuration's encoder sees


def tokenizer_of(tokens: list[bytes]) -> Tokenizer:
    """The tokenizer with these tokens. A bundle keeps no merges: each token is the merge of the two parts that the tokens
    before it leave of it."""
    symbols = [vocabulary.symbols_of(token) for token in tokens]
    names = [*vocabulary.SPECIAL_TOKENS, *symbols[len(vocabulary.SPECIAL_TOKENS) :]]
    ids = {name: i for i, name in enumerate(names)}
    ranks: dict[tuple[str, str], int] = {}
    for name in names[len(vocabulary.SPECIAL_TOKENS) :]:
        parts = list(name)
        while len(parts) > 2:
            pairs = list(itertools.pairwise(parts))
            at = min(range(len(pairs)), key=lambda i: ranks.get(pairs[i], len(names)))
            if pairs[at] not in ranks:
                raise SystemExit(f"Token {name!r} is no merge of two others: the vocabulary is no byte-level BPE.")
            parts[at : at + 2] = ["".join(pairs[at])]
        if len(parts) == 2:
            ranks[(parts[0], parts[1])] = len(ranks)
    return vocabulary.byte_level(models.BPE(ids, list(ranks)))


def load_bundle(captioner: Captioner, path: Path) -> None:
    """Fills encoder and decoder; the bundle has to be of the same configuration, but for the size of its pictures."""
    encoder, decoder, manifest = bundle.load_archives(path)
    if manifest["precision"] != "int8":
        raise SystemExit(f"{path} is no int8 bundle: name one that `export` wrote as sightline-NAME.pt.")
    for network, exported in zip(captioner.encoder.networks, encoder.encoder.layers.networks.children(), strict=True):
        _fill_backbone(network, exported)
    state = {name: value for name, value in decoder.state_dict().items() if not name.startswith("token.")}
    state["token.weight"] = decoder.token.rows.float() * decoder.token.scale.unsqueeze(1)
    for name, module in decoder.named_modules():
        if module.original_name == "Linear" and hasattr(module, "_packed_params"):
            weight, bias = torch.ops.quantized.linear_unpack(module._packed_params._packed_params)
            state[f"{name}.weight"] = weight.dequantize()
            if bias is not None:
                state[f"{name}.bias"] = bias
    state[POSITIONS] = on_grid(state[POSITIONS], len(captioner.decoder.visual_position))
    state["head.weight"] = state["token.weight"]  # tied; the table is rounded row by row like the head
    state = {name: value for name, value in state.items() if not name.startswith(FITTED)}
    _, unexpected = captioner.decoder.load_state_dict(state, strict=False)
    if unexpected:
        raise SystemExit(f"{path} is of another configuration: it holds {', '.join(sorted(unexpected)[:3])} ...")


def on_grid(positions: Tensor, cells: int) -> Tensor:
    """Embeddings [P,C] of the cells of a square grid, interpolated for one of `cells`: pictures of another size."""
    if len(positions) == cells:
        return positions
    sides = math.isqrt(len(positions)), math.isqrt(cells)
    grid = positions.T.reshape(1, -1, sides[0], sides[0])
    return F.interpolate(grid, size=(sides[1], sides[1]), mode="bilinear")[0].flatten(1).T.contiguous()


def _fill_backbone(network: Backbone, exported: nn.Module) -> None:
    stem, *blocks, head = exported.children()
    _fill(network.stem, stem)
    _fill(network.head, head)
    for block, source in zip(residuals(network), blocks, strict=True):
        targets = [part for part in (block.expand, block.depthwise, block.project) if isinstance(part, nn.Sequential)]
        for target, layer in zip(targets, cast("nn.Module", source.layers).children(), strict=True):
            _fill(target, layer)


def _fill(target: nn.Sequential, exported: nn.Module) -> None:
    weight, bias = torch.ops.quantized.conv2d_unpack(exported._packed_params)
    fill_folded(target, weight.dequantize(), bias)
