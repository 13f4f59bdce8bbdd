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
    networks: tuple[str, ...]  # names of encoder.LAYOUTS, side by side
    input_size: int


@dataclasses.dataclass(frozen=True)
class Decoder:
    layers: int
    width: int
    heads: int
    max_tokens: int
    dropout: float


@dataclasses.dataclass(frozen=True)
class Sentence:
    """Visual tokens made of the sentence embedding that a picture's captions are predicted to have."""

    tokens: int
    classes: int = 0  # of the vision stage's detection network, which the tokens see as well


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
    questions: bool = False  # whether questions about other photographs, with their answers, are learnt beside captions
    encoder_learning_rate: float = 0.0
    fixed_blocks: int = 0  # of each network, from the picture on: not trained
    ema_decay: float = 0.0
    steps: int = 0  # of an epoch at most, 0: as many as there are batches
    samples: int = 0  # captions drawn for each photograph
    imitation: float = 0.0  # weight of the next-token loss beside the reward
    falsehood: float = 0.0  # reward lost by each thing that a caption names and nobody who described the photograph does
    everyday: int = 1  # times that a captioned photograph of everyday scenes is learnt in an epoch
    teacher: str = ""  # of the vision stage, as vision.load_teachers takes it


@dataclasses.dataclass(frozen=True)
class Distillation:
    teacher: str  # configuration whose lessons are learnt
    soft_weight: float  # share of the teacher's next-token probabilities in the loss


@dataclasses.dataclass(frozen=True)
class Search:
    beams: int  # as many as the time for a caption allows


@dataclasses.dataclass(frozen=True)
class Config:
    name: str
    seed: int
    vocabulary: Vocabulary
    encoder: Encoder
    decoder: Decoder
    search: Search
    vision: Stage | None
    sentence: Sentence | None
    language: Stage | None
    frozen: Stage | None
    joint: Stage | None
    sequence: Stage | None
    distillation: Distillation | None

    @staticmethod
    def load(path: Path) -> Config:
        with path.open("rb") as file:
            table = tomllib.load(file)
        try:
            return Config(
                name=table["name"],
                seed=table["seed"],
                vocabulary=Vocabulary(**table["vocabulary"]),
                encoder=Encoder(tuple(table["encoder"].pop("networks")), **table["encoder"]),
                decoder=Decoder(**table["decoder"]),
                search=Search(**table["search"]),
                vision=Stage(**table["vision"]) if "vision" in table else None,
                sentence=Sentence(**table["sentence"]) if "sentence" in table else None,
                language=Stage(**table["language"]) if "language" in table else None,
                frozen=Stage(**table["frozen"]) if "frozen" in table else None,
                joint=Stage(**table["joint"]) if "joint" in table else None,
                sequence=Stage(**table["sequence"]) if "sequence" in table else None,
                distillation=Distillation(**table["distillation"]) if "distillation" in table else None,
            )
        except (KeyError, TypeError) as error:
            raise SystemExit(f"{path}: not a model configuration: {error}. Compare it with configs/base.toml.") from error
