"""Byte-level BPE vocabulary learnt from the caption texts.

Ids 0, 1 and 2 are the special tokens. Decoding is concatenation of each token's bytes, which is all the C++ engine
needs: `token_bytes` gives that table.
"""

from __future__ import annotations

import functools
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

PAD, BOS, EOS = 0, 1, 2
ASK = EOS  # stands before a question and its answer as BOS does before a caption; nothing else follows an end
SPECIAL_TOKENS = ["<pad>", "<bos>", "<eos>"]


def train_tokenizer(texts: list[str], size: int, min_frequency: int, path: Path) -> Tokenizer:
    tokenizer = byte_level(models.BPE())
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        min_frequency=min_frequency,
        special_tokens=SPECIAL_TOKENS,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    path.parent.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(path))
    return tokenizer


def byte_level(model: models.BPE) -> Tokenizer:
    tokenizer = Tokenizer(model)
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def load_tokenizer(path: Path) -> Tokenizer:
    return Tokenizer.from_file(str(path))


def encode(tokenizer: Tokenizer, text: str, max_tokens: int, start: int = BOS) -> list[int]:
    """`start` and at most max_tokens tokens, the last of them EOS unless the text was cut: it did not end there."""
    ids = tokenizer.encode(text).ids
    if len(ids) < max_tokens:
        return [start, *ids, EOS]
    return [start, *ids[:max_tokens]]


def decode(tokenizer: Tokenizer, ids: list[int]) -> str:
    return tokenizer.decode([i for i in ids if i > EOS]).strip()


@functools.cache
def _byte_of_symbol() -> dict[str, int]:
    """GPT-2's byte-level alphabet: printable bytes stand for themselves, the others for U+0100 onwards."""
    printable = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    table = {chr(b): b for b in printable}
    extra = 0
    for b in range(256):
        if b not in printable:
            table[chr(256 + extra)] = b
            extra += 1
    return table


def symbols_of(token: bytes) -> str:
    """Bytes in GPT-2's alphabet."""
    table = {byte: symbol for symbol, byte in _byte_of_symbol().items()}
    return "".join(table[byte] for byte in token)


def bytes_of_symbols(text: str) -> bytes:
    """A token in GPT-2's alphabet; what is not of it, as added tokens are, as UTF-8."""
    table = _byte_of_symbol()
    return bytes(table[c] for c in text) if all(c in table for c in text) else text.encode()


def token_bytes(tokenizer: Tokenizer) -> list[bytes]:
    """For each id the bytes it adds to the caption; special tokens add none."""
    table = _byte_of_symbol()
    result = []
    for i in range(tokenizer.get_vocab_size()):
        symbol = tokenizer.id_to_token(i)
        result.append(b"" if i <= EOS else bytes(table[c] for c in symbol))
    return result
