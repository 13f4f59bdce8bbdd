"""GPT-2 and DistilGPT2 from a local Hugging Face folder, as weights and vocabulary of our decoder.

The vocabulary is cut to what the caption texts use: tokens that come often enough, all bytes, and the intermediate
parts that the merges need to build them, so that texts of kept tokens split exactly as they did.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import cast

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from torch import Tensor

from .config import Decoder
from .tokenizer import SPECIAL_TOKENS

END = "<|endoftext|>"
DROPOUT = 0.1  # GPT-2's own
ENCODE_AT_ONCE = 10000  # texts
EXPECTED = {  # what decoder.py computes, by the names of config.json; absent entries have these values
    "activation_function": ("gelu_new", "gelu_pytorch_tanh"),
    "layer_norm_epsilon": (1e-5,),
    "scale_attn_weights": (True,),
    "scale_attn_by_inverse_layer_idx": (False,),
    "tie_word_embeddings": (True,),
}
LAYERS = {"ln_1": "norm1", "attn.c_attn": "qkv", "attn.c_proj": "project", "ln_2": "norm2", "mlp.c_fc": "expand",
          "mlp.c_proj": "contract"}  # fmt: skip


def import_gpt2(folder: Path, texts: list[str], max_tokens: int,
                min_frequency: int) -> tuple[Tokenizer, dict[str, Tensor], Decoder]:  # fmt: skip
    """The cut tokenizer, weights for decoder.Decoder without those of the visual prefix, and its configuration."""
    config = _config(folder, max_tokens)
    vocabulary, merges = _vocabulary(folder)
    tokens, kept_merges = cut(vocabulary, merges, texts, min_frequency)
    tokenizer = _tokenizer({token: i for i, token in enumerate([*SPECIAL_TOKENS, *tokens])}, kept_merges)
    tokenizer.add_special_tokens(SPECIAL_TOKENS)
    source = _weights(folder)
    try:
        state = _state(source, config, [vocabulary[token] for token in tokens], vocabulary[END])
    except (KeyError, IndexError) as error:
        raise SystemExit(f"{folder}: the weights do not fit its config.json and vocab.json: {error}. Copy all files of "
                         "one model there.") from error  # fmt: skip
    return tokenizer, state, config


def cut(vocabulary: dict[str, int], merges: list[tuple[str, str]], texts: list[str],
        min_frequency: int) -> tuple[list[str], list[tuple[str, str]]]:  # fmt: skip
    """The tokens and merges to keep, both in their old order."""
    whole = _tokenizer(vocabulary, merges)
    counts: Counter[str] = Counter()
    for start in range(0, len(texts), ENCODE_AT_ONCE):
        for encoding in whole.encode_batch(texts[start : start + ENCODE_AT_ONCE]):
            counts.update(encoding.tokens)
    parts = {left + right: (left, right) for left, right in reversed(merges)}
    kept = set(pre_tokenizers.ByteLevel.alphabet())
    wanted = [token for token, count in counts.items() if count >= min_frequency]
    while wanted:
        token = wanted.pop()
        if token not in kept:
            kept.add(token)
            wanted += parts[token]
    tokens = sorted(kept, key=vocabulary.__getitem__)
    return tokens, [(left, right) for left, right in merges if {left, right, left + right} <= kept]


def _tokenizer(vocabulary: dict[str, int], merges: list[tuple[str, str]]) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE(vocabulary, merges))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def _read(folder: Path, name: str) -> str:
    try:
        return (folder / name).read_text(encoding="utf-8")
    except OSError as error:
        raise SystemExit(f"{folder} is no GPT-2: it holds no {name}. Copy config.json, vocab.json, merges.txt and "
                         "model.safetensors or pytorch_model.bin of one model there.") from error  # fmt: skip


def _config(folder: Path, max_tokens: int) -> Decoder:
    settings = json.loads(_read(folder, "config.json"))
    if settings.get("model_type") != "gpt2":
        raise SystemExit(f"{folder} holds a {settings.get('model_type')} model, no GPT-2: give a GPT-2 or DistilGPT2.")
    for name, allowed in EXPECTED.items():
        if settings.get(name, allowed[0]) not in allowed:
            raise SystemExit(f"{folder}: {name} {settings[name]!r} is not what the decoder computes ({allowed[0]!r}): "
                             "choose another GPT-2.")  # fmt: skip
    width, positions = settings["n_embd"], settings["n_positions"]
    if settings.get("n_inner") not in (None, 4 * width):
        raise SystemExit(f"{folder}: its feed-forward layers are not 4 x {width} wide: choose another GPT-2.")
    if positions < max_tokens + 1:
        raise SystemExit(f"{folder} knows {positions} positions, {max_tokens + 1} are needed: lower max_tokens.")
    return Decoder(settings["n_layer"], width, settings["n_head"], max_tokens, DROPOUT)


def _vocabulary(folder: Path) -> tuple[dict[str, int], list[tuple[str, str]]]:
    vocabulary = json.loads(_read(folder, "vocab.json"))
    lines = _read(folder, "merges.txt").splitlines()
    merges = [cast("tuple[str, str]", tuple(line.split(" "))) for line in lines if line and not line.startswith("#version")]
    missing = [token for token in (*pre_tokenizers.ByteLevel.alphabet(), END) if token not in vocabulary]
    if missing:
        raise SystemExit(f"{folder}: vocab.json lacks {len(missing)} of GPT-2's bytes and {END}: copy the model's own.")
    return vocabulary, merges


def _weights(folder: Path) -> dict[str, Tensor]:
    if (folder / "model.safetensors").exists():
        from safetensors.torch import load_file

        found = load_file(folder / "model.safetensors")
    elif (folder / "pytorch_model.bin").exists():
        found = torch.load(folder / "pytorch_model.bin", map_location="cpu", weights_only=True)
    else:
        raise SystemExit(f"{folder} holds neither model.safetensors nor pytorch_model.bin: copy one of them there.")
    return {name.removeprefix("transformer."): value.float() for name, value in found.items()}


def _state(source: dict[str, Tensor], config: Decoder, rows: list[int], end: int) -> dict[str, Tensor]:
    table = source["wte.weight"]
    kept = table[rows]
    # Padding is never a target: the mean row keeps its score average, where a row of zeros would outdo GPT-2's words.
    token = torch.cat([kept.mean(0, keepdim=True), table[end][None], table[end][None], kept])
    state = {
        "token.weight": token,
        "head.weight": token,
        "position.weight": source["wpe.weight"][: config.max_tokens + 1].clone(),
        "norm.weight": source["ln_f.weight"],
        "norm.bias": source["ln_f.bias"],
    }
    for i in range(config.layers):
        for theirs, ours in LAYERS.items():
            weight = source[f"h.{i}.{theirs}.weight"]
            state[f"blocks.{i}.{ours}.weight"] = weight.T.contiguous() if weight.ndim == 2 else weight
            state[f"blocks.{i}.{ours}.bias"] = source[f"h.{i}.{theirs}.bias"]
    return state
