"""What all stages share: rows, texts, tokenizer and caches of pixels and of encoder features.

Caches lie in `work/shared`, results of one configuration in `work/NAME`.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor
from tqdm import tqdm

from . import dataset
from . import tokenizer as vocabulary
from .config import Config
from .encoder import Backbone, channels_last, load_imagenet_weights, normalize
from .precision import reduced_precision
from .quantize import fold_batch_norm
from .search import Words
from .sentences import EmbeddedTexts, embedded_texts

FEATURE_BATCH = 32
SPLITS = ("train", "dev", dataset.EVERYDAY, "test")
DEV_SPLITS = ("dev", dataset.EVERYDAY)  # what a captioner is chosen by, their mean
INITIAL = "initial"  # the captioner that training goes on from, where it starts from a bundle
ENCODER_STAGES = (INITIAL, "vision", "joint")  # results that hold an encoder of the captioner's own, in their order


class Workspace:
    def __init__(self, config: Config, data: Path, work: Path):
        self.config, self.data = config, data
        self.work, self.shared = work / config.name, work / "shared"
        self.own_tokenizer = self.work / "tokenizer.json"
        self.work.mkdir(parents=True, exist_ok=True)
        self.shared.mkdir(parents=True, exist_ok=True)
        rows = dataset.load_rows(data)
        self._rows = {split: [row for row in rows if row.split == split] for split in SPLITS}
        self._rows["extra"] = dataset.load_uncaptioned(data, rows)
        self.tokenizer = self._tokenizer()
        self.max_tokens = config.decoder.max_tokens
        self.captions = [self.ids(row.captions) for row in self.train]

    @property
    def train(self) -> list[dataset.Row]:
        return self._rows["train"]

    @property
    def extra(self) -> list[dataset.Row]:
        """The photographs without captions, for distillation."""
        return self._rows["extra"]

    @functools.cached_property
    def texts(self) -> list[str]:
        """The caption texts of the language side: a quarter of a million, read when they are first asked for."""
        return dataset.load_texts(self.data, self._captioned)

    @functools.cached_property
    def embedded_texts(self) -> EmbeddedTexts:
        """The caption texts photograph by photograph, train's first in the order of its rows."""
        return embedded_texts(dataset.load_text_groups(self.data, self._captioned), self.shared, "texts")

    def embedded_captions(self, split: str) -> EmbeddedTexts:
        groups = [dataset.clean_captions(row.captions) for row in self.rows(split)]
        return embedded_texts(groups, self.shared, split)

    @property
    def _captioned(self) -> list[dataset.Row]:
        return [row for split in SPLITS for row in self._rows[split]]

    @functools.cached_property
    def words(self) -> Words:
        return Words.of(vocabulary.token_bytes(self.tokenizer))

    def _tokenizer(self) -> Tokenizer:
        if self.own_tokenizer.exists():  # an imported language model's
            return vocabulary.load_tokenizer(self.own_tokenizer)
        settings = self.config.vocabulary
        path = self.shared / f"tokenizer_{settings.size}.json"
        if path.exists():
            return vocabulary.load_tokenizer(path)
        return vocabulary.train_tokenizer(self.texts, settings.size, settings.min_frequency, path)

    def ids(self, captions: Iterable[str]) -> list[list[int]]:
        """Token ids of captions as people wrote them; empty ones are left out."""
        return [vocabulary.encode(self.tokenizer, c, self.max_tokens) for c in dataset.clean_captions(captions)]

    def question_ids(self) -> list[list[list[int]]]:
        """Token ids, from ASK on, of what was asked and answered about each photograph of "extra"."""
        asked = dataset.load_questions(self.data)
        return [[vocabulary.encode(self.tokenizer, text, self.max_tokens, vocabulary.ASK) for text in asked.get(row.image, ())]
                for row in self.extra]  # fmt: skip

    def rows(self, split: str) -> list[dataset.Row]:
        """Of one of SPLITS, or of "extra"."""
        return self._rows[split]

    def generator(self, *key: int) -> np.random.Generator:
        return np.random.default_rng([self.config.seed, *key])

    def pixels(self, split: str) -> np.ndarray:
        """u8 [N,S,S,3] of a split's photographs, memory-mapped."""
        size = self.config.encoder.input_size
        names = [row.image for row in self.rows(split)]
        return dataset.load_pixels(self.data, names, size, self.shared / f"pixels_{split}_{size}.npy")

    def features(self, split: str, view: int = 0) -> ConcatenatedFeatures:
        """Features of the frozen ImageNet encoder, bfloat16 [N,P,channels], memory-mapped. View 0 is the plain
        photograph, the others are fixed augmentations of it."""
        parts = [self.network_features(name, split, view) for name in self.config.encoder.networks]
        return ConcatenatedFeatures(parts)

    def encoder_features(self, encoder: torch.nn.Module, split: str, view: int = 0) -> Features:
        """Features of the encoder as the last stage that trained it left it; `encoder` holds those weights."""
        trained = [stage for stage in ENCODER_STAGES if (self.work / f"{stage}.pt").exists()]
        if not trained:
            return self.features(split, view)
        path = self.work / f"features_{trained[-1]}_{split}_{view}.npy"
        if not path.exists():
            network = channels_last(fold_batch_norm(encoder))
            write_features(network, self.pixels(split), path, self.rows(split), view, self.config.seed)
        return read_features(path)

    def network_features(self, name: str, split: str, view: int = 0) -> Tensor:
        """Features of one ImageNet network, bfloat16 [N,P,channels]."""
        path = self.shared / f"features_{name}_{self.config.encoder.input_size}_{split}_{view}.npy"
        rows = self.rows(split)
        if not path.exists():
            network = channels_last(Backbone(name).eval())
            load_imagenet_weights(network)
            write_features(network, self.pixels(split), path, rows, view, self.config.seed)
        return read_features(path)

    def captions_of(self, tokens: list[list[int]]) -> list[str]:
        return [vocabulary.decode(self.tokenizer, row) for row in tokens]


class ConcatenatedFeatures:
    """Features of several networks of one set of photographs, joined channel by channel when they are read."""

    def __init__(self, parts: list[Tensor]):
        self.parts = parts

    def __len__(self) -> int:
        return len(self.parts[0])

    def __getitem__(self, index: int | slice | Tensor) -> Tensor:
        return torch.cat([part[index] for part in self.parts], -1)


Features = Tensor | ConcatenatedFeatures


def to_tensor(pixels: np.ndarray) -> Tensor:
    """u8 [B,S,S,3] -> u8 [B,3,S,S], channels last."""
    return torch.from_numpy(np.ascontiguousarray(pixels)).permute(0, 3, 1, 2)


@torch.no_grad()
def encode(network: torch.nn.Module, pixels: np.ndarray) -> Tensor:
    """Features of u8 [B,S,S,3], bfloat16 [B,P,channels]."""
    with reduced_precision():
        return network(normalize(to_tensor(pixels))).flatten(2).transpose(1, 2).bfloat16()


def read_features(path: Path) -> Tensor:
    return torch.from_numpy(np.load(path, mmap_mode="c").view(np.int16)).view(torch.bfloat16)


def write_features(network: torch.nn.Module, pixels: np.ndarray, path: Path, rows: list[dataset.Row], view: int,
                   seed: int) -> None:  # fmt: skip
    """Writes the features of every picture as 16-bit patterns of bfloat16."""
    result = None
    temporary = path.with_suffix(".tmp.npy")
    for start in tqdm(range(0, len(pixels), FEATURE_BATCH), desc=path.stem, unit="batch", leave=False):
        batch = np.asarray(pixels[start : start + FEATURE_BATCH])
        if view:
            rngs = (np.random.default_rng([seed, 3, view, start + i]) for i in range(len(batch)))
            flips = (dataset.may_flip(row) for row in rows[start : start + FEATURE_BATCH])
            batch = np.stack([dataset.augment(p, rng, flip) for p, rng, flip in zip(batch, rngs, flips, strict=True)])
        part = encode(network, batch).contiguous().view(torch.int16).numpy().view(np.uint16)
        if result is None:
            result = np.lib.format.open_memmap(temporary, "w+", np.uint16, (len(pixels), *part.shape[1:]))
        result[start : start + len(part)] = part
    if result is not None:
        result.flush()
        temporary.replace(path)
