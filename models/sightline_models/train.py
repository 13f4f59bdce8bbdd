"""Trains a captioner stage by stage; `stages` says what each stage does."""

from __future__ import annotations

import argparse
import dataclasses
import json
from pathlib import Path

import torch
from torch import nn

from . import bundle
from .captioner import Captioner
from .config import Config
from .encoder import load_imagenet_weights
from .gpt2 import import_gpt2
from .pretrained import load_bundle, tokenizer_of
from .stages import frozen, joint, language, sentence, sequence, vision
from .workspace import INITIAL, Workspace

STAGES = {
    "vision": vision.run,
    "sentence": sentence.run,
    "language": language.run,
    "frozen": frozen.run,
    "joint": joint.run,
    "sequence": sequence.run,
}
GPT2, BUNDLE = "gpt2:", "bundle:"
IMPORTED = "imported"  # first weights of the decoder alone; the encoder is the ImageNet one, whose features all share


def stages_of(config: Config) -> list[str]:
    return [name for name in STAGES if getattr(config, name) is not None]


def module_of(captioner: Captioner, stage: str) -> nn.Module:
    """What a stage trains and its result holds."""
    if stage == "vision":
        return captioner.encoder
    if stage == "sentence":
        assert captioner.decoder.sentence is not None
        return captioner.decoder.sentence.predict
    return captioner if stage == "joint" else captioner.decoder


def load_results(captioner: Captioner, work: Path, config: Config, last: str | None = None) -> str:
    """Fills the captioner with the results of every trained stage up to `last`; returns the name of the final one."""
    found = ""
    for name in stages_of(config):
        path = work / f"{name}.pt"
        if path.exists():
            result = torch.load(path, map_location="cpu", weights_only=True)
            module_of(captioner, name).load_state_dict(result["module"])
            sentence_tokens = captioner.decoder.sentence
            if "classes" in result and sentence_tokens is not None and sentence_tokens.classes is not None:
                sentence_tokens.classes.load_state_dict(result["classes"])
            found = name
        if name == last:
            break
    if not found or last not in (None, found):
        raise SystemExit(f"{work} holds no result of the {last or 'first'} stage: run it first (train --stage NAME).")
    return found


def imagenet_captioner(config: Config, vocabulary_size: int) -> Captioner:
    captioner = Captioner(config, vocabulary_size)
    for network in captioner.encoder.networks:
        load_imagenet_weights(network)
    return captioner


def first_captioner(config: Config, space: Workspace) -> Captioner:
    """Before any stage of this configuration: ImageNet's encoder, or what --initialize has written."""
    captioner = imagenet_captioner(config, space.tokenizer.get_vocab_size())
    for name, module in (INITIAL, captioner), (IMPORTED, captioner.decoder):
        if (first := space.work / f"{name}.pt").exists():
            module.load_state_dict(torch.load(first, map_location="cpu", weights_only=True), strict=False)
    return captioner


def initialize(source: str, config: Config, space: Workspace) -> None:
    """Writes the tokenizer and first weights of this configuration, of an imported language model or a released bundle."""
    if not source.startswith((GPT2, BUNDLE)):
        raise SystemExit(f"Unknown initial weights {source!r}: write gpt2:FOLDER or bundle:FILE.")
    trained = [name for name in STAGES if name not in ("vision", "sentence") and (space.work / f"{name}.pt").exists()]
    if trained:
        raise SystemExit(f"{space.work} already holds the {trained[-1]} stage, learnt on another vocabulary: remove it.")
    if source.startswith(BUNDLE):
        path = Path(source.removeprefix(BUNDLE))
        tokenizer = tokenizer_of(bundle.read_tokens(path))
        captioner = imagenet_captioner(config, tokenizer.get_vocab_size())
        load_bundle(captioner, path)
        tokenizer.save(str(space.own_tokenizer))
        torch.save(captioner.state_dict(), space.work / f"{INITIAL}.pt")
        start = {key: bundle.read_manifest(path)[key] for key in ("licence", "training_data")}
        (space.work / f"{INITIAL}.json").write_text(json.dumps(start, indent=1) + "\n", encoding="utf-8")
        return
    folder = Path(source.removeprefix(GPT2))
    tokenizer, state, found = import_gpt2(
        folder, space.texts, config.decoder.max_tokens, config.vocabulary.min_frequency
    )
    wanted = config.decoder
    if (found.layers, found.width, found.heads) != (wanted.layers, wanted.width, wanted.heads):
        raise SystemExit(f"{folder} is {found.layers} x {found.width} with {found.heads} heads; the configuration's "
                         f"decoder is {wanted.layers} x {wanted.width} with {wanted.heads}: make them equal.")  # fmt: skip
    tokenizer.save(str(space.own_tokenizer))
    torch.save(state, space.work / f"{IMPORTED}.pt")


def train(arguments: argparse.Namespace) -> None:
    config = Config.load(arguments.config)
    if arguments.teacher:
        if config.vision is None:
            raise SystemExit(f"{arguments.config} has no section [vision], which --teacher is for.")
        config = dataclasses.replace(config, vision=dataclasses.replace(config.vision, teacher=arguments.teacher))
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(config.seed)
    space = Workspace(config, arguments.data, arguments.work)
    if arguments.initialize:
        initialize(arguments.initialize, config, space)
        space = Workspace(config, arguments.data, arguments.work)
    captioner = first_captioner(config, space)
    available = stages_of(config)
    if arguments.stage not in ("all", *available):
        raise SystemExit(f"{arguments.config} has no section [{arguments.stage}].")
    if arguments.again and arguments.stage == "all":
        raise SystemExit("--again goes on from one stage's own result: name it with --stage.")
    for i, stage in enumerate(available):
        if arguments.stage not in ("all", stage) or (arguments.stage == "all" and (space.work / f"{stage}.pt").exists()):
            continue
        if arguments.again:
            load_results(captioner, space.work, config, stage)
        elif i > 0:
            load_results(captioner, space.work, config, available[i - 1])
        STAGES[stage](space, captioner)
