"""A Hugging Face folder as plain data: JSON and safetensors. No pickle is opened and no code of the folder runs."""

from __future__ import annotations

import json
import math
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

WEIGHTS = "model.safetensors"
INDEX = "model.safetensors.index.json"
PICKLES = ("pytorch_model.bin", "pytorch_model.bin.index.json")
CODE = ("auto_map", "trust_remote_code", "custom_pipelines")
LICENCES = ("LICENSE", "LICENSE.txt", "LICENSE.md", "LICENCE", "LICENCE.txt", "COPYING")
CARD = "README.md"
# Weights, layers made of them, and the archives of which each part is written twice (bundle.save).
MEMORY_PER_BYTE = 5


class Folder:
    """The files of one model. Everything wrong with them ends in a SystemExit that names cause and fix."""

    def __init__(self, path: Path):
        if not path.is_dir():
            raise SystemExit(f"{path} is no folder: give the folder that holds the model's config.json and safetensors files.")
        self.path = path.resolve()
        config = self.json("config.json")
        if config is None:
            raise SystemExit(f"{path} is no Hugging Face model: it holds no config.json. Copy the whole model there.")
        self.config = config
        self._refuse_code()
        self.files = self._weight_files()

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def architecture(self) -> str:
        return (self.config.get("architectures") or ["nothing"])[0]

    def json(self, name: str) -> dict | None:
        """The object in this file; none where there is no such file."""
        try:
            found = json.loads((self.path / name).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, RecursionError, ValueError) as error:
            raise SystemExit(f"{self.path / name} cannot be read: {error}. Copy the file again.") from error
        if not isinstance(found, dict):
            raise SystemExit(f"{self.path / name} holds no JSON object. Copy the file again.")
        return found

    def text(self, name: str) -> str | None:
        try:
            return (self.path / name).read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise SystemExit(f"{self.path / name} cannot be read: {error}. Copy the file again.") from error

    def licence(self) -> str:
        """The folder's licence text, the name of one in its model card, or that there is none."""
        for name in LICENCES:
            if text := self.text(name):
                return text.strip()
        lines = (self.text(CARD) or "").splitlines()
        for line in lines[1:] if lines[:1] == ["---"] else []:
            if line.startswith("license:"):
                return f"{line.removeprefix('license:').strip()}, as the model card of {self.name} says."
            if line == "---":
                break
        return f"Not known: the folder {self.name} holds no licence. Its maker's terms apply."

    def tensors(self) -> dict[str, Tensor]:
        """All weights, as float32."""
        self._refuse_too_big()
        found: dict[str, Tensor] = {}
        for file in self.files:
            try:
                with safe_open(file, "pt") as opened:
                    for name in opened.keys():  # noqa: SIM118 - no dictionary: it has no other way to say its names
                        found[name] = opened.get_tensor(name).to(torch.float32)
            except (OSError, SafetensorError) as error:
                raise SystemExit(f"{file} is cut short or damaged: {error}. Copy the file again.") from error
        return found

    def _refuse_code(self) -> None:
        for part in (self.config, *(value for value in self.config.values() if isinstance(value, dict))):
            if found := [key for key in CODE if part.get(key)]:
                raise SystemExit(f"{self.path} brings code of its own ({found[0]} in config.json), which is never run. Choose a model "
                                 "whose architecture Transformers has itself.")  # fmt: skip

    def _weight_files(self) -> list[Path]:
        if (self.path / WEIGHTS).exists():
            return [self.path / WEIGHTS]
        if index := self.json(INDEX):
            parts = index.get("weight_map")
            if not isinstance(parts, dict) or not all(isinstance(name, str) and Path(name).name == name for name in parts.values()):
                raise SystemExit(f"{self.path / INDEX} does not name files of its folder. Copy the file again.")
            files = [self.path / name for name in sorted(set(parts.values()))]
            if missing := [file.name for file in files if not file.exists()]:
                raise SystemExit(f"{self.path} lacks {missing[0]}, which {INDEX} names. Copy the missing files there.")
            return files
        if any((self.path / name).exists() for name in PICKLES):
            raise SystemExit(f"{self.path} has its weights as a pickle only, which can run code and is not opened. Convert it to "
                             "safetensors first; IMPORT.md has the command.")  # fmt: skip
        raise SystemExit(f"{self.path} holds no {WEIGHTS}. Copy the model's safetensors files there.")

    def _refuse_too_big(self) -> None:
        needed = sum(file.stat().st_size for file in self.files) * MEMORY_PER_BYTE
        free = _free_memory()
        if needed > free:
            raise SystemExit(f"{self.path} needs about {needed / 1e9:.1f} GB of memory to be imported, {free / 1e9:.1f} GB are free. "
                             "Close other programs or use a machine with more memory.")  # fmt: skip


def _free_memory() -> float:
    """Bytes that a program can have now; no limit where the system does not say."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return math.inf
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")), math.inf)
