"""The bundle file: both parts of a captioner in one TorchScript archive, read by core/inference/bundle.cpp.

A bundle is the zip file that torch.jit.save writes for the decoder. Its extra files are the encoder (a TorchScript
archive of its own), the vocabulary and manifest.json. The manifest's `sha256` covers every record but the manifest: the
digest of, for each record in name order, name, NUL, and content digest. `.data/serialization_id` is left out, PyTorch
derives it while writing. `parts` gives the digest of each part's own content in the same way.
"""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import torch

from .fused import FusedDecoder, FusedEncoder

FORMAT = "sightline-bundle"
VERSION = 2  # 1 had no families, one way to resize and one to search
OWN, IMPORTED = "sightline", "imported"  # families: layers that the program has kernels for, any others
CAPTIONS, TRANSFORMERS = "captions", "transformers"  # rules of the search: search.py's own, those of Transformers' generate
MANIFEST = "manifest.json"
VOCABULARY = "vocabulary.json"
ENCODER = "encoder.pt"


@dataclasses.dataclass
class Bundle:
    encoder: Any  # with encode(pixels): a module, scripted or not, or a FusedEncoder
    decoder: Any  # with prefill(features) and step(tokens, length, cache): as above, or a FusedDecoder
    manifest: dict
    tokens: list[bytes]

    @property
    def start(self) -> list[int]:
        """Tokens that every caption begins with and that are not part of it."""
        return [self.manifest["special_tokens"]["bos"], *self.manifest.get("prompt", [])]


def content_sha256(archive_file: Path | io.BytesIO, without_extra: bool = False) -> str:
    total = hashlib.sha256()
    with zipfile.ZipFile(archive_file) as opened:
        records = {}
        for name in opened.namelist():
            record = name.split("/", 1)[1]  # the archive's own top folder is not part of the name
            if record in (f"extra/{MANIFEST}", ".data/serialization_id") or (without_extra and record.startswith("extra/")):
                continue
            records[record] = hashlib.sha256(opened.read(name)).digest()
    for record in sorted(records):
        total.update(record.encode() + b"\0" + records[record])
    return total.hexdigest()


def archive(module: torch.jit.ScriptModule, extra: dict[str, bytes]) -> bytes:
    """What torch.jit.save writes, without the debug records: they hold the paths of the machine that exported."""
    written = io.BytesIO()
    torch.jit.save(module, written)
    stripped = io.BytesIO()
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(stripped, "w") as target:
        names = source.namelist()
        for name in names:
            if not name.endswith(".debug_pkl"):
                target.writestr(zipfile.ZipInfo(name), source.read(name))  # ZipInfo's own date, so that bytes repeat
        for name, content in extra.items():
            target.writestr(zipfile.ZipInfo(f"{names[0].split('/')[0]}/extra/{name}"), content)
    return stripped.getvalue()


def save(encoder: torch.jit.ScriptModule, decoder: torch.jit.ScriptModule, manifest: dict, tokens: list[bytes],
         path: Path) -> None:  # fmt: skip
    """Writes the bundle and adds its digests to `manifest`."""
    vocabulary = json.dumps({"tokens": [base64.b64encode(token).decode() for token in tokens]}).encode()
    parts = {ENCODER: archive(encoder, {}), VOCABULARY: vocabulary}
    content = io.BytesIO(archive(decoder, parts))
    manifest["sha256"] = content_sha256(content)
    manifest["parts"] = {
        "encoder": {"sha256": content_sha256(io.BytesIO(parts[ENCODER]))},
        "decoder": {"sha256": content_sha256(content, without_extra=True)},
        "vocabulary": {"sha256": hashlib.sha256(vocabulary).hexdigest()},
    }
    temporary = path.with_suffix(".tmp")
    temporary.write_bytes(archive(decoder, {**parts, MANIFEST: json.dumps(manifest, indent=1).encode()}))
    if content_sha256(temporary) != manifest["sha256"]:
        raise SystemExit("torch.jit.save wrote two different archives of one module; the bundle cannot be hashed.")
    temporary.replace(path)


def write_manifest(path: Path, manifest: dict) -> None:
    """Replaces a bundle's manifest, which no digest covers; every other record stays byte for byte."""
    temporary = path.with_suffix(".tmp")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(temporary, "w") as target:
        for entry in source.infolist():
            changed = entry.filename.endswith(f"/extra/{MANIFEST}")
            target.writestr(entry, json.dumps(manifest, indent=1).encode() if changed else source.read(entry))
    temporary.replace(path)


def read_extra(path: Path, name: str) -> bytes:
    with zipfile.ZipFile(path) as bundle_file:
        return next(bundle_file.read(entry) for entry in bundle_file.namelist() if entry.endswith(f"/extra/{name}"))


def read_tokens(path: Path) -> list[bytes]:
    """The bytes that each token id adds."""
    return [base64.b64decode(token) for token in json.loads(read_extra(path, VOCABULARY))["tokens"]]


def read_manifest(path: Path) -> dict:
    return json.loads(read_extra(path, MANIFEST))


def load_archives(path: Path) -> tuple[torch.jit.ScriptModule, torch.jit.ScriptModule, dict]:
    """Encoder, decoder and manifest as they are in the file."""
    manifest = read_manifest(path)
    if manifest["engines"]["encoder"]:
        torch.backends.quantized.engine = manifest["engines"]["encoder"]
    encoder = torch.jit.load(io.BytesIO(read_extra(path, ENCODER)), map_location="cpu").eval()
    if manifest["engines"]["decoder"]:
        torch.backends.quantized.engine = manifest["engines"]["decoder"]
    return encoder, torch.jit.load(str(path), map_location="cpu").eval(), manifest


def load(path: Path) -> Bundle:
    """Quantized parts stand for themselves as the program computes them."""
    encoder: Any
    decoder: Any
    encoder, decoder, manifest = load_archives(path)
    own = manifest.get("family", OWN) == OWN
    if own and manifest["engines"]["encoder"] and FusedEncoder.fits(encoder):
        encoder = FusedEncoder(encoder)
    if own and manifest["engines"]["decoder"]:
        decoder = FusedDecoder(decoder, manifest["cache"]["heads"])
    return Bundle(encoder, decoder, manifest, read_tokens(path))
