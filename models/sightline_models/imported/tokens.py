"""A folder's vocabulary: the bytes that each token adds to a caption, and ids of a prompt.

Byte-level BPE adds bytes as they are. A WordPiece adds a space and itself, one that begins with ## itself alone; commas and
the like stand without the space, as the tokenizers library's own decoder has it.
"""

from __future__ import annotations

import dataclasses
import json

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers

from ..tokenizer import bytes_of_symbols
from .folder import Folder

BYTES, PIECES = "byte-level BPE", "WordPiece"
CONTINUES = "##"
# In this order; core/inference/vocabulary.cpp has the same.
CLEAN_UPS = ((" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"), (" 's", "'s"),
             (" 've", "'ve"), (" 're", "'re"))  # fmt: skip
CLOSE = (".", "?", "!", ",")  # written without a space before them


@dataclasses.dataclass
class Vocabulary:
    kind: str
    tokens: list[bytes]
    cleans_up: bool  # whether spaces inside "it ' s" are taken out of the whole caption
    tokenizer: Tokenizer

    def text(self, ids: list[int]) -> str:
        """As the program writes a caption, but for its capital letter."""
        found = b"".join(self.tokens[i] for i in ids).decode("utf-8", "replace").strip(" ")
        for spaced, close in CLEAN_UPS if self.cleans_up else ():
            found = found.replace(spaced, close)
        return found

    def prompt(self, text: str) -> list[int]:
        return self.tokenizer.encode(text, add_special_tokens=False).ids


def read(folder: Folder, size: int) -> Vocabulary:
    """Of a model with so many logits; tokens that the files lack add nothing."""
    tokenizer, special = _tokenizer(folder)
    description = json.loads(tokenizer.to_str())
    kind = _kind(description, folder)
    special |= {entry["id"] for entry in description.get("added_tokens") or [] if entry.get("special")}
    close = CLOSE if (description.get("decoder") or {}).get("cleanup", True) else ()
    entries = tokenizer.get_vocab(with_added_tokens=True)
    if max(entries.values()) >= size:
        raise SystemExit(f"{folder.path}: the tokenizer has {max(entries.values()) + 1} tokens, the model {size}: they do not belong "
                         "together. Copy both from one model.")  # fmt: skip
    tokens = [b""] * size
    for text, i in entries.items():
        if i not in special:
            tokens[i] = bytes_of_symbols(text) if kind == BYTES else _piece(text, close)
    settings = folder.json("tokenizer_config.json") or {}
    return Vocabulary(kind, tokens, kind == PIECES and bool(settings.get("clean_up_tokenization_spaces", False)), tokenizer)


def _piece(text: str, close: tuple[str, ...]) -> bytes:
    joins = text.startswith(CONTINUES) or text in close
    return text.removeprefix(CONTINUES).encode() if joins else f" {text}".encode()


def _kind(description: dict, folder: Folder) -> str:
    model, decoder = description["model"]["type"], (description.get("decoder") or {}).get("type")
    if model == "BPE" and decoder == "ByteLevel":
        return BYTES
    if model == "WordPiece" and description["model"].get("continuing_subword_prefix") == CONTINUES:
        return PIECES
    raise SystemExit(f"{folder.path}: the tokenizer is {model} with the decoder {decoder}; those known here are {BYTES} and {PIECES}.")


def _tokenizer(folder: Folder) -> tuple[Tokenizer, set[int]]:
    """With the ids of special tokens that older files name apart."""
    try:
        if text := folder.text("tokenizer.json"):
            return Tokenizer.from_str(text), set()
        if (folder.path / "vocab.json").exists() and (folder.path / "merges.txt").exists():
            made = Tokenizer(models.BPE.from_file(str(folder.path / "vocab.json"), str(folder.path / "merges.txt")))
            made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
            made.decoder = decoders.ByteLevel()
        elif (folder.path / "vocab.txt").exists():
            made = _word_pieces(folder)
        else:
            raise SystemExit(f"{folder.path} holds no tokenizer.json, no vocab.json with merges.txt and no vocab.txt: captions cannot be "
                             "written without. Copy the tokenizer's files there.")  # fmt: skip
    except SystemExit:
        raise
    except Exception as error:
        raise SystemExit(f"{folder.path}: the tokenizer's files cannot be read: {error}. Copy them again.") from error
    return made, _special(folder, made)


def _word_pieces(folder: Folder) -> Tokenizer:
    made = Tokenizer(models.WordPiece.from_file(str(folder.path / "vocab.txt"), unk_token="[UNK]"))
    made.normalizer = normalizers.BertNormalizer(lowercase=(folder.json("tokenizer_config.json") or {}).get("do_lower_case", True))
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return made


def _special(folder: Folder, tokenizer: Tokenizer) -> set[int]:
    named: set[str] = set()
    for file in ("special_tokens_map.json", "tokenizer_config.json"):
        for key, value in (folder.json(file) or {}).items():
            text = value.get("content") if isinstance(value, dict) else value
            if key.endswith("_token") and isinstance(text, str):
                named.add(text)
    named |= {"[UNK]", "[CLS]", "[SEP]", "[PAD]", "[MASK]"} if isinstance(tokenizer.model, models.WordPiece) else {"<|endoftext|>"}
    added = folder.json("added_tokens.json") or {}
    tokenizer.add_special_tokens([text for text, _ in sorted(added.items(), key=lambda entry: entry[1])])
    return {i for i in map(tokenizer.token_to_id, named) if i is not None}
