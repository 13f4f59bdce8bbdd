"""A teacher's lessons: captions for the photographs that have none, and next-token probabilities for all captions.

The teacher is a captioner trained here, several whose probabilities are averaged, or another one that writes captions only,
since its vocabulary is another: a Hugging Face captioner in a local folder, or a bundle that the program runs. Of each
photograph's beam the captions are kept that agree most with the others, weighted by probability (minimum Bayes risk with
CIDEr-D as the gain, Kumar & Byrne 2004).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from tqdm import tqdm

from . import tokenizer as vocabulary
from .captioner import next_token_logits
from .config import Config
from .metrics import score, tokenize
from .network import DecoderNetwork
from .precision import reduced_precision
from .reward import CiderD, defects, reference_words, words_of
from .search import LENGTH_PENALTY, Candidate, beams
from .stages.lessons import SoftTargets, pad
from .train import first_captioner, load_results
from .workspace import Features, Workspace

BEAMS = 3
# How far the likeliest candidates outweigh the others; at 1 a beam's dull ones win (README, "What each stage did").
CONSENSUS_TEMPERATURE = 0.1
CAPTIONS = 2  # kept for each photograph
LIKELIEST = 12  # tokens of each next-token distribution
PHOTOGRAPHS = 24  # at once
HUGGING_FACE = "hf:"
BUNDLE = "bundle:"
REQUEST = [{"role": "user", "content": [{"type": "image"}, {"type": "text", "text": "Describe it in one sentence."}]}]


class Member:
    """One trained captioner of the teacher with the features it sees."""

    def __init__(self, config: Config, data: Path, work: Path):
        self.space = Workspace(config, data, work)
        self.captioner = first_captioner(config, self.space)
        load_results(self.captioner, self.space.work, config)
        self.captioner.eval()
        self.network = DecoderNetwork(self.captioner.decoder).eval()

    def features(self, split: str) -> Features:
        return self.space.encoder_features(self.captioner.encoder, split)


def consensus(candidates: list[Candidate], texts: list[str], scorer: CiderD) -> list[int]:
    """Indices of the candidates, the one that agrees most with the others first."""
    words = [words_of(text, c.ended) for text, c in zip(texts, candidates, strict=True)]
    vectors = [scorer.vector(w) for w in words]
    scores = [c.score(LENGTH_PENALTY) for c in candidates]
    shares = np.exp((np.array(scores) - max(scores)) / CONSENSUS_TEMPERATURE)
    shares /= shares.sum()
    gains = []
    for w, found in zip(words, vectors, strict=True):
        gain = sum(share * scorer.similarity(found, other) for share, other in zip(shares, vectors, strict=True))
        gains.append(gain - 2.0 * defects(w))
    return sorted(range(len(gains)), key=lambda i: -gains[i])


def ensemble_captions(members: list[Member], split: str, keep: int, first: int = 0) -> Iterator[list[list[int]]]:
    """Token ids, from BOS on, of the best captions of each photograph of a split, in order from the `first` one."""
    space = members[0].space
    scorer = CiderD(reference_words(space.train))
    features = [member.features(split) for member in members]
    for start in tqdm(range(first, len(features[0]), PHOTOGRAPHS), desc=f"captions of {split}", unit="batch"):
        parts = [f[start : start + PHOTOGRAPHS].float() for f in features]
        with reduced_precision():
            found = beams([m.network for m in members], parts, BEAMS, space.max_tokens, LENGTH_PENALTY, space.words)
        for candidates in (every[:BEAMS] for every in found):
            texts = space.captions_of([c.tokens for c in candidates])
            order = consensus(candidates, texts, scorer)
            yield [[vocabulary.BOS, *candidates[i].tokens] for i in order[:keep]]


@torch.no_grad()
def soft_targets(members: list[Member], split: str, captions: list[list[list[int]]]) -> SoftTargets:
    """The members' mean next-token probabilities for every caption (ids from BOS on) of a split."""
    features = [member.features(split) for member in members]
    tokens_out, probabilities_out = [], []
    for start in tqdm(range(0, len(captions), PHOTOGRAPHS), desc=f"probabilities of {split}", unit="batch"):
        rows = [c for photo in captions[start : start + PHOTOGRAPHS] for c in photo]
        owner = torch.tensor([k for k, photo in enumerate(captions[start : start + PHOTOGRAPHS]) for _ in photo])
        if not rows:
            continue
        tokens = pad(rows)
        mean: Tensor | None = None
        for member, part in zip(members, features, strict=True):
            decoder = member.captioner.decoder
            with reduced_precision():
                hidden = decoder(tokens, decoder.prefix(part[start : start + PHOTOGRAPHS].float()), owner)
                share = torch.softmax(next_token_logits(decoder, hidden, tokens)[0], -1) / len(members)
            mean = share if mean is None else mean + share
        assert mean is not None
        top = mean.topk(LIKELIEST, -1)
        tokens_out.append(top.indices.numpy().astype(np.uint16))
        probabilities_out.append((top.values / top.values.sum(-1, keepdim=True)).numpy().astype(np.float16))
    return SoftTargets(np.concatenate(tokens_out), np.concatenate(probabilities_out))


class HuggingFaceCaptioner:
    """A vision-language captioner (BLIP, LLaVA and others that Transformers loads) from a local folder. One that holds
    conversations, known by its chat template, is asked for a caption."""

    def __init__(self, folder: Path):
        try:
            from transformers import AutoModelForImageTextToText, AutoProcessor
        except ImportError:
            raise SystemExit("A Hugging Face teacher needs Transformers: pip install -r requirements.txt.") from None
        if not (folder / "config.json").exists():
            raise SystemExit(f"{folder} is no Hugging Face model: it holds no config.json. Use save_pretrained.")
        try:
            self.processor = AutoProcessor.from_pretrained(folder, local_files_only=True)
            self.model: Any = AutoModelForImageTextToText.from_pretrained(folder, local_files_only=True, dtype=torch.float32)
        except (OSError, ValueError) as error:
            raise SystemExit(f"{folder} is no captioner: {error} Save model and processor there by save_pretrained.") from error
        self.model.eval()
        self.prompt = None
        if getattr(self.processor, "chat_template", None):
            self.prompt = self.processor.apply_chat_template(REQUEST, add_generation_prompt=True)

    @torch.no_grad()
    def captions(self, pictures: list[np.ndarray], longest: int) -> list[str]:
        """One caption of each RGB picture."""
        text = [self.prompt] * len(pictures) if self.prompt else None
        inputs = self.processor(images=list(pictures), text=text, return_tensors="pt")
        found = self.model.generate(**inputs, num_beams=3, do_sample=False, max_new_tokens=longest)
        if self.prompt:
            found = found[:, inputs["input_ids"].shape[1] :]  # the request comes first
        return self.processor.batch_decode(found, skip_special_tokens=True)


def program_captions(program: Path, teacher: Path, threads: int, space: Workspace, first: int) -> Iterator[list[list[int]]]:
    """By the program, which reads the photographs' names and answers each with a line."""
    with tempfile.NamedTemporaryFile("w", encoding="utf-8") as names:
        names.writelines(f"{space.data / 'photos' / row.image}\n" for row in space.extra[first:])
        names.flush()
        command: list[str | Path] = [program, "caption", "--json", "--trust-model", "--model", teacher, "--threads", str(threads), "-"]
        with Path(names.name).open(encoding="utf-8") as asked, subprocess.Popen(command, stdin=asked, stdout=subprocess.PIPE) as run:
            lines = tqdm(run.stdout, total=len(space.extra) - first, unit="photo")
            for row, line in zip(space.extra[first:], lines, strict=False):  # it may end early, and its code then says why
                said = json.loads(line)
                if Path(said["source"]).name != row.image or "caption" not in said:
                    run.terminate()
                    raise SystemExit(f"The program has no caption for {row.image}: {said.get('error', 'it answered another name')}")
                yield space.ids((said["caption"],))
        if run.returncode != 0:
            raise SystemExit(f"The program ended with {run.returncode}; the same command again goes on from here.")


def foreign_captions(captioner: HuggingFaceCaptioner, space: Workspace, first: int) -> Iterator[list[list[int]]]:
    pixels = space.pixels("extra")
    for start in tqdm(range(first, len(pixels), PHOTOGRAPHS), desc="captions of extra", unit="batch"):
        for text in captioner.captions(list(pixels[start : start + PHOTOGRAPHS]), space.max_tokens):
            yield space.ids((text,))


def resumed(path: Path, count: int, make: Callable[[int], Iterator[list[list[int]]]]) -> list[list[list[int]]]:
    """The captions of `count` photographs, written to `path` line by line; `make` gives them from an index on. Whole
    lines that are there already are kept."""
    lines = path.read_text(encoding="utf-8").split("\n")[:-1] if path.exists() else []
    done = [json.loads(line) for line in lines]
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    with path.open("a", encoding="utf-8") as file:
        for captions in make(len(done)) if len(done) < count else ():
            file.write(json.dumps(captions) + "\n")
            done.append(captions)
    return done


def write_lessons(path: Path, pseudo: list[list[list[int]]], soft: list[SoftTargets]) -> None:
    tokens = np.concatenate([np.zeros((0, LIKELIEST), np.uint16), *(part.tokens for part in soft)])
    probabilities = np.concatenate([np.zeros((0, LIKELIEST), np.float16), *(part.probabilities for part in soft)])
    np.savez(path, tokens=tokens, probabilities=probabilities, pseudo_captions=json.dumps(pseudo))
    lengths = [len(row) - 2 for photo in pseudo for row in photo]
    print(f"{path}: {len(lengths)} captions of {len(pseudo)} photographs, mean length {np.mean(lengths):.1f} tokens, "
          f"{len(tokens)} soft targets.")  # fmt: skip


def teach(arguments: argparse.Namespace) -> None:
    torch.set_num_threads(arguments.threads)
    configs = [Config.load(path) for path in (arguments.config, *arguments.others)]
    folder = arguments.work / configs[0].name
    pseudo_path = folder / "pseudo_captions.jsonl"
    if arguments.teacher.startswith(BUNDLE):
        if arguments.program is None:
            raise SystemExit("A bundle teaches by the program: name it with --program, such as ../build/release/bin/sightline.")
        space = Workspace(configs[0], arguments.data, arguments.work)
        teacher = Path(arguments.teacher.removeprefix(BUNDLE))
        pseudo = resumed(pseudo_path, len(space.extra),
                         lambda first: program_captions(arguments.program, teacher, arguments.threads, space, first))  # fmt: skip
        write_lessons(folder / "lessons.npz", pseudo, [])
        return
    if arguments.teacher.startswith(HUGGING_FACE):
        space = Workspace(configs[0], arguments.data, arguments.work)
        captioner = HuggingFaceCaptioner(Path(arguments.teacher.removeprefix(HUGGING_FACE)))
        pseudo = resumed(pseudo_path, len(space.extra), lambda first: foreign_captions(captioner, space, first))
        write_lessons(folder / "lessons.npz", pseudo, [])
        return
    members = [Member(config, arguments.data, arguments.work) for config in configs]
    space = members[0].space
    if arguments.score:
        rows = space.rows(arguments.score)
        found = [space.captions_of(kept)[0] for kept in ensemble_captions(members, arguments.score, 1)]
        scores = score(tokenize([row.captions for row in rows]), tokenize([(caption,) for caption in found]))
        print(f"{arguments.score}, {' + '.join(config.name for config in configs)}, {len(set(found))} distinct captions")
        for name, estimate in scores.estimates.items():
            print(f"  {name}: {estimate}")
        return
    pseudo = resumed(pseudo_path, len(space.extra), lambda first: ensemble_captions(members, "extra", CAPTIONS, first))
    soft = [soft_targets(members, "train", space.captions), soft_targets(members, "extra", pseudo)]
    write_lessons(folder / "lessons.npz", pseudo, soft)
