"""Writes the reference files under tests/data that the C++ tests compare with: run after each release of a bundle."""

from __future__ import annotations

import argparse
import json
import struct
from pathlib import Path

import cv2
import numpy as np
import skimage.data
import torch
from torch import nn

from . import bundle, dataset, pictures
from .search import generate

PICTURES = ("cat.jpg", "coffee.png", "rocket.jpg", "astronaut.jpg")


def write_pictures(folder: Path) -> None:
    """Small copies of freely licensed photographs; tests/data/LICENCES.md names them."""
    for name, source, width in (("cat.jpg", "chelsea", 320), ("coffee.png", "coffee", 240),
                                ("rocket.jpg", "rocket", 320), ("astronaut.jpg", "astronaut", 256)):  # fmt: skip
        image = getattr(skimage.data, source)()
        height = round(image.shape[0] * width / image.shape[1])
        image = cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)
        cv2.imwrite(str(folder / name), cv2.cvtColor(image, cv2.COLOR_RGB2BGR))
    write_turned(folder / "turned.jpg")
    tiny = cv2.resize(skimage.data.coffee(), (24, 16), interpolation=cv2.INTER_AREA)
    cv2.imwrite(str(folder / "tiny.png"), cv2.cvtColor(tiny, cv2.COLOR_RGB2BGR))


def write_turned(path: Path) -> None:
    """Red left of blue, with the EXIF orientation that shows it turned clockwise: red above blue."""
    image = np.zeros((16, 32, 3), np.uint8)
    image[:, :16, 2] = image[:, 16:, 0] = 255  # BGR
    jpeg = cv2.imencode(".jpg", image)[1].tobytes()
    entry = struct.pack("<HHIHH", 0x0112, 3, 1, 6, 0)
    exif = b"Exif\0\0II*\0" + struct.pack("<IH", 8, 1) + entry + struct.pack("<I", 0)
    path.write_bytes(jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + jpeg[2:])


def write_preprocess(folder: Path) -> None:
    for name in ("coffee", "tiny"):
        rgb = dataset.resize(dataset.read_image(folder / f"{name}.png"), 40)
        (folder / "golden" / f"{name}_40.rgb").write_bytes(np.ascontiguousarray(rgb).tobytes())


# Ways that imported networks have their pictures resized.
RESIZINGS = (("coffee", {"size": 40, "resized": 48, "resizing": "shorter side", "filter": "bicubic"}),
             ("coffee", {"size": 40, "resized": 40, "resizing": "squash", "filter": "lanczos"}),
             ("tiny", {"size": 40, "resized": 40, "resizing": "squash", "filter": "bilinear"}))  # fmt: skip


def write_resampled(folder: Path) -> None:
    for name, wanted in RESIZINGS:
        rgb = pictures.prepare(dataset.read_image(folder / f"{name}.png"), wanted)
        (folder / "golden" / f"{name}_40_{wanted['filter']}.rgb").write_bytes(np.ascontiguousarray(rgb).tobytes())


def write_captions(folder: Path, path: Path) -> None:
    loaded = bundle.load(path)
    captions = []
    for name in PICTURES:
        rgb = pictures.prepare(dataset.read_image(folder / name), loaded.manifest["input"])
        pixels = torch.from_numpy(np.ascontiguousarray(rgb)[None]).permute(0, 3, 1, 2)
        for beams in (1, loaded.manifest["search"]["beams"]):
            found = generate(loaded, pixels, beams)
            captions.append({"image": f"tests/data/{name}", "beams": beams, "tokens": found.tokens,
                             "mean_log_probability": found.log_probability / len(found.tokens)})  # fmt: skip
    golden = {"bundle": loaded.manifest["sha256"], "captions": captions}
    (folder / "golden" / "captions.json").write_text(json.dumps(golden, indent=1) + "\n", encoding="utf-8")


class Nothing(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x


def write_malformed(folder: Path, path: Path) -> None:
    """Bundles that must be refused, each with one defect."""
    folder.mkdir(parents=True, exist_ok=True)
    sound = json.loads(bundle.read_extra(path, bundle.MANIFEST))
    sound = {**sound, "vocabulary_size": 4, "engines": {"encoder": "", "decoder": ""}}
    module = torch.jit.script(Nothing())
    tokens = [b"", b"", b"", b" a"]
    (folder / "plain_torchscript.pt").write_bytes(bundle.archive(module, {}))
    bundle.save(module, module, {**sound, "version": 99}, tokens, folder / "newer_version.pt")
    bundle.save(module, module, {k: v for k, v in sound.items() if k != "cache"}, tokens, folder / "missing_key.pt")
    bundle.save(module, module, dict(sound), tokens, folder / "no_methods.pt")
    extra = {bundle.MANIFEST: json.dumps({**sound, "sha256": "0" * 64}).encode(), bundle.ENCODER: b"",
             bundle.VOCABULARY: b'{"tokens": ["", "", "", "IGE="]}'}  # fmt: skip
    (folder / "wrong_digest.pt").write_bytes(bundle.archive(module, extra))


def golden(arguments: argparse.Namespace) -> None:
    torch.set_num_threads(arguments.threads)
    folder = arguments.output
    (folder / "golden").mkdir(parents=True, exist_ok=True)
    write_pictures(folder)
    write_preprocess(folder)
    write_resampled(folder)
    write_captions(folder, arguments.bundle)
    write_malformed(folder / "malformed", arguments.bundle)
    print(f"written under {folder}")
