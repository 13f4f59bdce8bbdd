"""Export of a trained captioner to bundle files, fp32 and int8."""

from __future__ import annotations

import argparse
import dataclasses
import json
from pathlib import Path

import numpy as np
import torch

from . import bundle
from . import tokenizer as vocabulary
from .config import Config
from .network import DecoderNetwork, EncoderNetwork, FloatEncoder, Int8Encoder
from .quantize import (
    CALIBRATION_PHOTOGRAPHS,
    DECODER_ENGINE,
    ENCODER_ENGINE,
    fold_batch_norm,
    quantize_decoder,
    quantize_encoder,
)
from .search import LENGTH_PENALTY
from .stages.vision import CLIP, IMAGENET, ITSELF, SEPARATOR, YOLOX
from .train import first_captioner, load_results
from .workspace import INITIAL, Workspace

LICENCE = (
    "Research use. The code is MIT. The weights were trained on photographs and captions of Flickr8k (research use "
    "only) and COCO (captions CC BY 4.0, photographs under their owners' terms), from weights of "
    "{networks}{sentences}."
)
SENTENCES = ", and sentence embeddings by all-MiniLM-L6-v2 (Apache-2.0)"
NETWORKS = {
    "efficientnet_lite0": "EfficientNet-Lite0 (Apache-2.0)",
    "efficientnet_lite1": "EfficientNet-Lite1 (Apache-2.0)",
    "efficientnet_lite2": "EfficientNet-Lite2 (Apache-2.0)",
    "mobilenet_v2": "MobileNetV2 (MIT)",
    "yolox_nano": "YOLOX-nano (Apache-2.0)",
    "mobilenet_v3_small": "no network (MobileNetV3-Small, distilled)",
}
TRAINING_DATA = (
    "Flickr8k train split and captioned photographs of COCO 2014 and Visual7W; caption texts of COCO and Flickr30k for the language "
    "side, without the sentences of Flickr8k's dev and test photographs{distilled}{asked}{taught}."
)
DISTILLED = "; captions by a larger captioner for COCO and Visual7W photographs that have none"
ASKED = "; questions and answers of Visual7W (CC BY 4.0)"
FIRST = "First: "  # of what training went on from
TAUGHT = "; for the encoder the features of {teacher} on these and on photographs of COCO and Visual7W without captions"


def as_trained(config: Config, work: Path) -> Config:
    """The configuration with the teacher its encoder learnt from, which `train --teacher` may have named instead."""
    path = work / "vision.pt"
    if config.vision is None or not path.exists():
        return config
    stage = torch.load(path, map_location="cpu", weights_only=True)["stage"]
    return dataclasses.replace(config, vision=dataclasses.replace(config.vision, teacher=stage["teacher"]))


def vision_teachers(config: Config) -> list[str]:
    return config.vision.teacher.split(SEPARATOR) if config.vision else []


def networks_of(config: Config, start: dict) -> list[str]:
    """The networks whose weights went in, those of the encoder's teachers among them, and of what training started from."""
    names = [*config.encoder.networks]
    for teacher in vision_teachers(config):
        names += teacher.removeprefix(IMAGENET).split(",") if teacher.startswith(IMAGENET) else []
        names += ["yolox_nano"] if teacher.startswith(YOLOX) else []
    before = [text for text in NETWORKS.values() if text in start.get("licence", "")]
    return list(dict.fromkeys((*before, *(NETWORKS[name] for name in names))))


def training_data(config: Config, start: dict) -> str:
    teachers = []
    for teacher in vision_teachers(config):
        if teacher.startswith(CLIP):
            teachers.append("a CLIP model")  # not its folder, a path of the machine it was trained on
        elif teacher.startswith(YOLOX):
            teachers.append("YOLOX-nano, a detection network of COCO")
        else:
            teachers.append("itself as it was" if teacher == ITSELF else teacher)
    learnt = TRAINING_DATA.format(
        distilled=DISTILLED if config.distillation else "",
        asked=ASKED if config.frozen and config.frozen.questions else "",
        taught=TAUGHT.format(teacher=" and ".join(teachers)) if teachers else "",
    )
    if "training_data" not in start:
        return learnt
    before = start["training_data"]
    return f"{'' if before.startswith(FIRST) else FIRST}{before} Then: {learnt}"


def start_of(work: Path) -> dict:
    """What the manifest of the bundle that training started from says; nothing where it started from ImageNet."""
    path = work / f"{INITIAL}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def manifest(config: Config, precision: str, vocabulary_size: int, prefix_length: int, metrics: dict,
             start: dict) -> dict:  # fmt: skip
    decoder = config.decoder
    return {
        "format": bundle.FORMAT,
        "version": bundle.VERSION,
        "name": config.name,
        "family": bundle.OWN,
        "precision": precision,
        "engines": {
            "encoder": ENCODER_ENGINE if precision == "int8" else "",
            "decoder": DECODER_ENGINE if precision == "int8" else "",
        },
        "input": {
            "size": config.encoder.input_size,
            "colour": "RGB",
            "dtype": "uint8",
            "resizing": "squash",
            "resized": config.encoder.input_size,
            "filter": "area",
            "normalisation": {"mean": 127.0, "std": 128.0, "where": "inside encode"},
        },
        "cache": {
            "layers": decoder.layers,
            "heads": decoder.heads,
            "prefix": prefix_length,
            "width": decoder.width // decoder.heads,
            "prefix_rows": "all",
        },
        "vocabulary_size": vocabulary_size,
        "special_tokens": {"pad": vocabulary.PAD, "bos": vocabulary.BOS, "eos": vocabulary.EOS},
        "prompt": [],
        "tokenizer": {"kind": "byte-level BPE", "cleans_up": False},
        "max_tokens": decoder.max_tokens,
        "search": {
            "rules": bundle.CAPTIONS,
            "beams": config.search.beams,
            "length_penalty": LENGTH_PENALTY,
            "early_stopping": False,
        },
        "licence": LICENCE.format(
            networks=", ".join(networks_of(config, start)), sentences=SENTENCES if config.sentence else ""
        ),
        "training_data": training_data(config, start),
        "metrics": metrics,
    }


@torch.no_grad()
def export(arguments: argparse.Namespace) -> None:
    torch.set_num_threads(arguments.threads)
    config = Config.load(arguments.config)
    space = Workspace(config, arguments.data, arguments.work)
    captioner = first_captioner(config, space)
    stage = load_results(captioner, space.work, config, last=arguments.stage)
    config = as_trained(config, space.work)
    captioner.eval()
    tokens = vocabulary.token_bytes(space.tokenizer)
    metrics = json.loads(arguments.metrics.read_text(encoding="utf-8")) if arguments.metrics else {}
    start = start_of(space.work)
    encoder: FloatEncoder | Int8Encoder
    for precision in ("fp32", "int8"):
        if precision == "fp32":
            encoder, decoder = FloatEncoder(fold_batch_norm(captioner.encoder)), captioner.decoder
        else:
            pixels = space.pixels("train")
            chosen = np.sort(space.generator(8).choice(len(pixels), CALIBRATION_PHOTOGRAPHS, replace=False))
            encoder = Int8Encoder(quantize_encoder(captioner.encoder, pixels[chosen], arguments.observer))
            decoder = quantize_decoder(captioner.decoder)
        path = space.work / f"sightline-{config.name}{'-fp32' if precision == 'fp32' else ''}.pt"
        described = manifest(config, precision, len(tokens), captioner.decoder.prefix_length, metrics, start)
        bundle.save(torch.jit.script(EncoderNetwork(encoder).eval()), torch.jit.script(DecoderNetwork(decoder).eval()),
                    described, tokens, path)  # fmt: skip
        print(f"{path}: {path.stat().st_size / 1e6:.1f} MB, from stage {stage}")
        if precision == "int8" and arguments.release:
            target = Path(arguments.release) / path.name
            target.write_bytes(path.read_bytes())
            print(f"released as {target}")
