"""The configuration of one captioner, read from a TOML file."""

from __future__ import annotations

import dataclasses
import tomllib
from pathlib import Path


@dataclasses.dataclass(frozen=True)
class Vocabulary:
    size: int
    min_frequency: int


@dataclasses.dataclass(frozen=True)
class Encoder:
    input_size: int


@dataclasses.dataclass(frozen=True)
class Decoder:
    layers: int
    width: int
    heads: int
    max_tokens: int
    dropout: float


@dataclasses.dataclass(frozen=True)
class Stage:
    """Hyperparameters of one training stage; fields a stage does not use keep their defaults."""

    epochs: int
    batch: int
    learning_rate: float
    warmup_steps: int
    weight_decay: float
    label_smoothing: float
    views: int = 1
    encoder_learning_rate: float = 0.0
    ema_decay: float = 0.0


@dataclasses.dataclass(frozen=True)
class Config:
    name: str
    seed: int
    vocabulary: Vocabulary
    encoder: Encoder
    decoder: Decoder
    language: Stage
    frozen: Stage
    joint: Stage

    @staticmethod
    def load(path: Path) -> "Config":
        with open(path, "rb") as file:
            table = tomllib.load(file)
        try:
            return Config(
                name=table["name"],
                seed=table["seed"],
                vocabulary=Vocabulary(**table["vocabulary"]),
                encoder=Encoder(**table["encoder"]),
                decoder=Decoder(**table["decoder"]),
                language=Stage(**table["language"]),
                frozen=Stage(**table["frozen"]),
                joint=Stage(**table["joint"]),
            )
        except (KeyError, TypeError) as error:
            raise SystemExit(f"{path}: not a model configuration: {error}. Compare it with configs/base.toml.")
