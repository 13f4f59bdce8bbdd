"""python -m sightline_models import: a Hugging Face folder becomes a bundle."""

from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path

import torch
from torch import nn

from .. import bundle
from ..quantize import DECODER_ENGINE
from ..search import logits_along
from . import architectures, int8, pictures, samples, tokens
from .architectures import Parts
from .folder import Folder
from .llama import LlamaDecoder
from .pictures import Pictures
from .tokens import Vocabulary

ENGINE = DECODER_ENGINE  # of both parts: their layers are of one kind
LONGEST = 20  # tokens, with those it begins with, where the folder does not say; so Transformers
SHOWN = 8  # layers whose errors are printed
# What a file of another hand raises that is read as if it were sound.
DAMAGE = (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)
UNSUPPORTED = {"no_repeat_ngram_size": 0, "repetition_penalty": 1.0, "min_length": 0, "num_beam_groups": 1, "do_sample": False,
               "bad_words_ids": None, "forced_eos_token_id": None}  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Search:
    beams: int
    length_penalty: float
    early_stopping: bool
    longest: int  # tokens of a caption, its end included


def read_folder(path: Path) -> tuple[Folder, Parts, Vocabulary, Pictures]:
    """All that a folder holds. Everything wrong with it ends in a SystemExit."""
    try:
        folder = Folder(path)
        architectures.refuse_unknown(folder.architecture)
        parts = architectures.build(folder.architecture, folder.config, folder.tensors())
        return folder, parts, tokens.read(folder, parts.vocabulary_size), pictures.read(folder, parts.image_size)
    except DAMAGE as error:  # what nobody looked for
        raise SystemExit(f"{path} holds something that its architecture cannot have ({type(error).__name__}: {error}). Copy the model's "
                         "own files.") from error  # fmt: skip


def import_folder(arguments: argparse.Namespace) -> None:
    torch.set_num_threads(arguments.threads)
    folder, parts, vocabulary, seen = read_folder(arguments.folder)
    parts.vision.normalize_by(seen.mean, seen.deviation)
    prompt = _prompt(parts, vocabulary, arguments.prompt)
    longest = parts.question.longest if parts.question else LONGEST - 1 - len(prompt)
    search = _search(folder, arguments, 1 + len(prompt), longest, parts.positions)
    manifest = _manifest(folder, arguments.precision, parts, vocabulary, seen, search, prompt)
    vision: nn.Module = parts.vision.eval()
    text: nn.Module = parts.text.eval()
    if arguments.precision == "int8":
        vision, text = _int8(parts, manifest, vocabulary, arguments.bf16_layers)
    elif arguments.precision == "bf16":
        vision, text = int8.halve(vision), int8.halve(text)
    output = arguments.output or Path(f"{folder.name}-{arguments.precision}.pt")
    bundle.save(_scripted(vision), _scripted(text), manifest, vocabulary.tokens, output)
    print(f"{output}: {output.stat().st_size / 1e6:.1f} MB, {folder.architecture}, {arguments.precision}")


def _scripted(module: nn.Module) -> torch.jit.ScriptModule:
    return torch.jit.script(module.eval())


def _prompt(parts: Parts, vocabulary: Vocabulary, words: str) -> list[int]:
    """What captions begin with; a model that converses is asked with these words instead."""
    if parts.question and isinstance(parts.text, LlamaDecoder):
        parts.start, parts.end = parts.question.tell(parts.text, vocabulary, words)
        return []
    return vocabulary.prompt(words) if words else []


def _search(folder: Folder, arguments: argparse.Namespace, prompt: int, usual: int, positions: int) -> Search:
    """What the folder's own generation settings say, else the defaults of Transformers and `usual` tokens."""
    said = folder.json("generation_config.json") or {}
    told = {**{key: value for key, value in folder.config.items() if value is not None},
            **{key: value for key, value in said.items() if value is not None}}  # fmt: skip
    for name, neutral in UNSUPPORTED.items():
        if told.get(name, neutral) != neutral:
            print(f"Left out: {name} {told[name]}, which the search here does not have.")
    longest = arguments.longest or told.get("max_new_tokens") or (told["max_length"] - prompt if "max_length" in told else usual)
    if longest < 1 or prompt + longest > positions:
        raise SystemExit(f"Captions of {longest} tokens after a beginning of {prompt} do not fit: the model knows {positions} positions. "
                         "Choose another --longest.")  # fmt: skip
    early = told.get("early_stopping", False)
    if early not in (False, True):
        print(f"Left out: early_stopping {early!r}, which the search here does not have.")
        early = False
    beams = arguments.beams or told.get("num_beams", 1)
    return Search(beams, float(told.get("length_penalty", 1.0)), early, longest)


def _manifest(folder: Folder, precision: str, parts: Parts, vocabulary: Vocabulary, seen: Pictures, search: Search,
              prompt: list[int]) -> dict:  # fmt: skip
    engine = ENGINE if precision == "int8" else ""
    return {
        "format": bundle.FORMAT,
        "version": bundle.VERSION,
        "name": folder.name,
        "family": bundle.IMPORTED,
        "architecture": folder.architecture,
        "precision": precision,
        "engines": {"encoder": engine, "decoder": engine},
        "input": seen.manifest(),
        "cache": {
            "layers": len(parts.text.blocks),
            "heads": parts.text.heads,
            "prefix": parts.text.prefix_length,
            "width": parts.text.head_width,
            "prefix_rows": "first" if parts.text.crosses else "all",
        },
        "vocabulary_size": parts.vocabulary_size,
        "special_tokens": {"bos": parts.start, "eos": parts.end},
        "prompt": prompt,
        "tokenizer": {"kind": vocabulary.kind, "cleans_up": vocabulary.cleans_up},
        "max_tokens": search.longest,
        "search": {
            "rules": bundle.TRANSFORMERS,
            "beams": search.beams,
            "length_penalty": search.length_penalty,
            "early_stopping": search.early_stopping,
        },
        "licence": folder.licence(),
        "training_data": f"Not known: imported from the folder {folder.name}, a {folder.architecture}.",
        "metrics": {},
    }


def _int8(parts: Parts, manifest: dict, vocabulary: Vocabulary, halves: int) -> tuple[nn.Module, nn.Module]:
    torch.backends.quantized.engine = ENGINE
    photographs = samples.photographs(manifest)
    whole = bundle.Bundle(parts.vision, parts.text, manifest, vocabulary.tokens)
    said = samples.captions(whole, photographs)

    def run() -> None:
        for pixels, caption in zip(photographs, said, strict=True):
            logits_along(whole, pixels, caption)

    with torch.no_grad():
        errors = int8.measured({"vision": parts.vision, "text": parts.text}, run)
        kept = set(list(errors)[:halves])
        vision, text = int8.quantize(parts.vision, "vision", kept), int8.quantize(parts.text, "text", kept)
    cosine = samples.cosine(whole, bundle.Bundle(vision, text, manifest, vocabulary.tokens), photographs, said)
    print("Relative error of each layer's int8 output, the worst first:")
    for name, error in list(errors.items())[:SHOWN]:
        print(f"  {name:<40} {100 * error:6.2f} %{'  kept in bf16' if name in kept else ''}")
    print(f"Cosine of int8 and fp32 logits over {len(photographs)} photographs' captions: {cosine:.5f}")
    manifest["metrics"] = {
        "logit_cosine": round(cosine, 6),
        "layer_errors": {name: round(error, 5) for name, error in errors.items()},
        "bf16_layers": sorted(kept),
    }
    return vision, text
