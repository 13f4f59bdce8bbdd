"""The three training stages: language (decoder on texts), frozen (decoder on cached features), joint (end to end)."""

from __future__ import annotations

import argparse
import math
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from tokenizers import Tokenizer
from tqdm import tqdm

from . import dataset, tokenizer as vocabulary
from .captioner import Captioner, greedy, next_token_loss
from .config import Config
from .encoder import load_imagenet_weights
from .metrics import quick_cider
from .training import Trainer

STAGES = ("language", "frozen", "joint")
FEATURE_BATCH = 32
LENGTH_GROUPS = 3
BUCKET_BATCHES = 50  # texts are sorted by length within this many batches, so that batches pad little


class Workspace:
    """The data, tokenizer and caches the stages share."""

    def __init__(self, config: Config, data: Path, work: Path):
        self.config, self.data, self.work = config, data, work
        work.mkdir(parents=True, exist_ok=True)
        rows = dataset.load_rows(data)
        self.train = [row for row in rows if row.split == "train"]
        self.dev = [row for row in rows if row.split == "dev"]
        self.texts = dataset.load_texts(data, rows)
        self.tokenizer = self._tokenizer()
        self.max_tokens = config.decoder.max_tokens
        self.captions = [[self._ids(c) for c in map(dataset.clean_caption, row.captions) if c] for row in self.train]

    def _tokenizer(self) -> Tokenizer:
        path = self.work / "tokenizer.json"
        if path.exists():
            return vocabulary.load_tokenizer(path)
        settings = self.config.vocabulary
        return vocabulary.train_tokenizer(self.texts, settings.size, settings.min_frequency, path)

    def _ids(self, caption: str) -> list[int]:
        return vocabulary.encode(self.tokenizer, caption, self.max_tokens)

    def pixels(self, split: str) -> np.ndarray:
        rows = self.train if split == "train" else self.dev
        names = [row.image for row in rows]
        return dataset.load_pixels(self.data, names, self.config.encoder.input_size, self.work / f"pixels_{split}.npy")

    def text_ids(self) -> list[list[int]]:
        return [self._ids(text) for text in self.texts]

    def generator(self, *key: int) -> np.random.Generator:
        return np.random.default_rng([self.config.seed, *key])

    def dev_cider(self, captioner: Captioner, features: Tensor) -> float:
        captions = []
        with torch.autocast("cpu", torch.bfloat16):
            for start in range(0, len(self.dev), 100):
                rows = greedy(captioner.decoder, features[start : start + 100])
                captions += [vocabulary.decode(self.tokenizer, row) for row in rows]
        return round(quick_cider([row.captions for row in self.dev], captions), 4)


def pad(rows: list[list[int]]) -> Tensor:
    width = max(map(len, rows))
    return torch.tensor([row + [vocabulary.PAD] * (width - len(row)) for row in rows])


def to_tensor(pixels: np.ndarray) -> Tensor:
    """u8 [B,S,S,3] -> u8 [B,3,S,S], channels last."""
    return torch.from_numpy(np.ascontiguousarray(pixels)).permute(0, 3, 1, 2)


@torch.no_grad()
def extract_features(captioner: Captioner, pixels: np.ndarray, label: str) -> Tensor:
    """Grid features of every picture, bfloat16 [N,P,channels]."""
    captioner.eval()
    parts = []
    for start in tqdm(range(0, len(pixels), FEATURE_BATCH), desc=label, unit="batch", leave=False):
        with torch.autocast("cpu", torch.bfloat16):
            parts.append(captioner.features(to_tensor(pixels[start : start + FEATURE_BATCH])).bfloat16())
    return torch.cat(parts)


def run_language(space: Workspace, captioner: Captioner) -> None:
    stage = space.config.language
    ids = space.text_ids()
    held_out = space.generator(1).choice(len(ids), 2000, replace=False)
    held = set(held_out.tolist())
    train = [row for i, row in enumerate(ids) if i not in held]
    steps = len(train) // stage.batch

    def batches(epoch: int) -> list[np.ndarray]:
        rng = space.generator(2, epoch)
        order = rng.permutation(len(train))[: steps * stage.batch]
        chunk = stage.batch * BUCKET_BATCHES
        parts = []
        for start in range(0, len(order), chunk):
            part = order[start : start + chunk]
            part = part[np.argsort([len(train[i]) for i in part], kind="stable")]
            parts += [part[i : i + stage.batch] for i in range(0, len(part), stage.batch)]
        return [parts[i] for i in rng.permutation(len(parts))]

    def loss(batch: np.ndarray) -> Tensor:
        tokens = pad([train[i] for i in batch])
        return next_token_loss(captioner.decoder, captioner.decoder(tokens), tokens, stage.label_smoothing)

    @torch.no_grad()
    def validate() -> dict[str, float]:
        total = count = 0.0
        for start in range(0, len(held_out), 250):
            tokens = pad([ids[i] for i in held_out[start : start + 250]])
            with torch.autocast("cpu", torch.bfloat16):
                value = next_token_loss(captioner.decoder, captioner.decoder(tokens), tokens, 0.0)
            kept = int((tokens[:, 1:] != vocabulary.PAD).sum())
            total, count = total + float(value) * kept, count + kept
        return {"perplexity": round(math.exp(total / count), 2)}

    Trainer("language", captioner.decoder, stage, space.work, space.config.seed, steps, batches, loss, validate).run()


def caption_batches(space: Workspace, batch: int, key: int, epoch: int) -> list[np.ndarray]:
    order = space.generator(key, epoch).permutation(len(space.train))
    return [order[i : i + batch] for i in range(0, len(order) // batch * batch, batch)]


def caption_loss(space: Workspace, captioner: Captioner, features: Tensor, batch: np.ndarray, smoothing: float) -> Tensor:
    """Loss over all captions of a batch of pictures. A picture's prefix is computed once; captions of like length go
    through the decoder together, because padding all to the longest would double the work."""
    decoder = captioner.decoder
    prefix = decoder.prefix(features)
    pairs = sorted(((c, k) for k, i in enumerate(batch) for c in space.captions[i]), key=lambda pair: len(pair[0]))
    total, count = torch.zeros(()), 0
    for group in range(LENGTH_GROUPS):
        part = pairs[group * len(pairs) // LENGTH_GROUPS : (group + 1) * len(pairs) // LENGTH_GROUPS]
        if not part:
            continue
        tokens = pad([caption for caption, _ in part])
        kept = int((tokens[:, 1:] != vocabulary.PAD).sum())
        hidden = decoder(tokens, prefix, torch.tensor([k for _, k in part]))
        total = total + next_token_loss(decoder, hidden, tokens, smoothing) * kept
        count += kept
    return total / count


def run_frozen(space: Workspace, captioner: Captioner) -> None:
    stage = space.config.frozen
    pixels = space.pixels("train")
    views = [extract_features(captioner, pixels, "features 1")]
    flips = [dataset.may_flip(row) for row in space.train]
    for view in range(1, stage.views):
        rng = space.generator(3, view)
        augmented = np.stack([dataset.augment(p, rng, f) for p, f in zip(pixels, flips)])
        views.append(extract_features(captioner, augmented, f"features {view + 1}"))
    dev = extract_features(captioner, space.pixels("dev"), "features dev")

    def loss(batch: np.ndarray) -> Tensor:
        chosen = space.generator(4, int(batch[0]), int(batch[1])).integers(0, stage.views, len(batch))
        features = torch.stack([views[v][i] for v, i in zip(chosen, batch)])
        return caption_loss(space, captioner, features, batch, stage.label_smoothing)

    Trainer("frozen", captioner.decoder, stage, space.work, space.config.seed, len(space.train) // stage.batch,
            lambda epoch: caption_batches(space, stage.batch, 5, epoch), loss,
            lambda: {"dev_cider": space.dev_cider(captioner, dev)}).run()  # fmt: skip


class JointCaptioner(nn.Module):
    """The captioner while it is trained end to end: batch-norm statistics stay ImageNet's, batches are too small."""

    def __init__(self, captioner: Captioner):
        super().__init__()
        self.encoder = captioner.encoder
        self.decoder = captioner.decoder

    def train(self, mode: bool = True) -> "JointCaptioner":
        super().train(mode)
        for module in self.encoder.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.eval()
        return self


def run_joint(space: Workspace, captioner: Captioner) -> None:
    stage = space.config.joint
    pixels = space.pixels("train")
    dev_pixels = space.pixels("dev")
    flips = [dataset.may_flip(row) for row in space.train]
    module = JointCaptioner(captioner)
    captioner.encoder.to(memory_format=torch.channels_last)

    def batches(epoch: int) -> list[tuple[int, np.ndarray]]:
        return [(epoch, batch) for batch in caption_batches(space, stage.batch, 6, epoch)]

    def loss(item: tuple[int, np.ndarray]) -> Tensor:
        epoch, batch = item
        rng = space.generator(7, epoch, int(batch[0]), int(batch[1]))
        images = np.stack([dataset.augment(pixels[i], rng, flips[i]) for i in batch])
        features = captioner.features(to_tensor(images))
        return caption_loss(space, captioner, features, batch, stage.label_smoothing)

    def validate() -> dict[str, float]:
        return {"dev_cider": space.dev_cider(captioner, extract_features(captioner, dev_pixels, "features dev"))}

    Trainer("joint", module, stage, space.work, space.config.seed, len(space.train) // stage.batch, batches, loss,
            validate).run()  # fmt: skip


def load_result(captioner: Captioner, work: Path, stage: str) -> None:
    path = work / f"{stage}.pt"
    if not path.exists():
        raise SystemExit(f"{path} is missing: run the {stage} stage first (train --stage {stage}).")
    module = captioner if stage == "joint" else captioner.decoder
    module.load_state_dict(torch.load(path, map_location="cpu", weights_only=True)["module"])


def train(arguments: argparse.Namespace) -> None:
    config = Config.load(arguments.config)
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(config.seed)
    space = Workspace(config, arguments.data, arguments.work / config.name)
    captioner = Captioner(config)
    load_imagenet_weights(captioner.encoder)
    wanted = STAGES if arguments.stage == "all" else (arguments.stage,)
    previous = None
    for stage in STAGES:
        done = (space.work / f"{stage}.pt").exists()
        if stage in wanted and not (done and arguments.stage == "all"):
            if previous:
                load_result(captioner, space.work, previous)
            {"language": run_language, "frozen": run_frozen, "joint": run_joint}[stage](space, captioner)
        previous = stage
