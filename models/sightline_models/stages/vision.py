"""Vision: the encoder learns to predict a teacher's grid features on all photographs but dev's, captioned or not.

The teacher is one or more ImageNet networks side by side, or a CLIP vision model from a local folder. A linear head
maps the encoder's channels to the teacher's and is thrown away at the end.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..captioner import Captioner
from ..encoder import LAYOUTS, STRIDE, VisionEncoder, fix_batch_norms, fix_first_blocks, has_imagenet_weights, normalize
from ..training import Trainer
from ..workspace import ConcatenatedFeatures, Workspace, read_features, to_tensor, write_features
from .lessons import batches
from .validation import AT_ONCE

IMAGENET, CLIP = "imagenet:", "clip:"
MOMENTUM = 0.1  # of their batch norm; at the encoders' 0.01 a short run's statistics lag far behind its weights
SAMPLE = 512  # photographs behind the mean and deviation of the teacher's channels
LEAST_DEVIATION = 1e-3  # so that a channel that is all but constant is not blown up
DISTANCE_WEIGHT = 0.5  # of the smooth L1 distance beside the cosine
CLIP_MEAN, CLIP_DEVIATION = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)


class Teacher:
    """A frozen network's grid features of the plain photographs, row by row from the top left."""

    def __init__(self, channels: int, load: Callable[[str], Tensor | ConcatenatedFeatures]):
        self.channels = channels
        self._load = functools.cache(load)

    def features(self, split: str, indices: np.ndarray) -> Tensor:
        """Float [B,P,channels] of photographs of a split."""
        return self._load(split)[torch.from_numpy(indices)].float()


def load_teacher(space: Workspace, name: str) -> Teacher:
    if name.startswith(IMAGENET):
        return imagenet_teacher(space, name.removeprefix(IMAGENET).split(","))
    if name.startswith(CLIP):
        return clip_teacher(space, Path(name.removeprefix(CLIP)))
    raise SystemExit(f"Unknown vision teacher {name!r}: write imagenet:NETWORK,NETWORK or clip:FOLDER.")


def imagenet_teacher(space: Workspace, networks: list[str]) -> Teacher:
    known = [name for name in LAYOUTS if has_imagenet_weights(name)]
    unknown = [name for name in networks if name not in known]
    if unknown:
        raise SystemExit(f"No ImageNet weights for {', '.join(unknown)}: choose the teacher from {', '.join(known)}.")

    def load(split: str) -> ConcatenatedFeatures:
        return ConcatenatedFeatures([space.network_features(name, split) for name in networks])

    return Teacher(sum(LAYOUTS[name].channels for name in networks), load)


class ClipGrid(nn.Module):
    """A CLIP vision model behind the encoders' interface: their input [B,3,S,S] -> features [B,channels,grid,grid]."""

    def __init__(self, model: nn.Module, mean: list[float], deviation: list[float], grid: int):
        super().__init__()
        self.model, self.grid = model, grid
        self.size = model.config.image_size
        self.register_buffer("mean", torch.tensor(mean)[:, None, None])
        self.register_buffer("deviation", torch.tensor(deviation)[:, None, None])

    def forward(self, x: Tensor) -> Tensor:
        x = ((x * 128.0 + 127.0) / 255.0 - self.mean) / self.deviation
        if x.shape[-1] != self.size:
            x = F.interpolate(x, (self.size, self.size), mode="bicubic", antialias=True)
        cells = self.model(pixel_values=x).last_hidden_state[:, 1:].transpose(1, 2)  # without the class token
        side = self.size // self.model.config.patch_size
        cells = cells.unflatten(2, (side, side))
        if side >= self.grid:
            return F.adaptive_avg_pool2d(cells, self.grid)
        return F.interpolate(cells, (self.grid, self.grid), mode="bilinear")


def clip_teacher(space: Workspace, folder: Path) -> Teacher:
    """Features are computed once a split and kept in the shared folder, under a digest of the model's files."""
    config, weights = folder / "config.json", _weights(folder)
    kind = json.loads(config.read_text(encoding="utf-8")).get("model_type")
    if kind not in ("clip", "clip_vision_model"):
        raise SystemExit(f"{folder} holds a {kind} model, no CLIP: give a folder of CLIPModel or CLIPVisionModel.")
    try:
        from transformers import CLIPVisionConfig, CLIPVisionModel
    except ImportError:
        raise SystemExit("A CLIP teacher needs Transformers, which is not installed: pip install -r requirements.txt.")
    preprocessor = folder / "preprocessor_config.json"
    digest = hashlib.sha256()
    for path in (config, preprocessor, *weights):
        if path.exists():
            with open(path, "rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
    size = space.config.encoder.input_size
    stem = f"features_clip_{digest.hexdigest()[:12]}_{size}"

    def load(split: str) -> Tensor:
        path = space.shared / f"{stem}_{split}_0.npy"
        if not path.exists():
            model, found = CLIPVisionModel.from_pretrained(
                folder, local_files_only=True, dtype=torch.float32, output_loading_info=True
            )
            if found["missing_keys"]:
                raise SystemExit(f"{folder} lacks the vision model's weights, {min(found['missing_keys'])} for one: "
                                 "save it again with save_pretrained.")  # fmt: skip
            colours = json.loads(preprocessor.read_text(encoding="utf-8")) if preprocessor.exists() else {}
            mean, deviation = colours.get("image_mean", CLIP_MEAN), colours.get("image_std", CLIP_DEVIATION)
            network = ClipGrid(model, mean, deviation, size // STRIDE).eval()
            write_features(network, space.pixels(split), path, space.rows(split), 0, space.config.seed)
        return read_features(path)

    return Teacher(CLIPVisionConfig.from_pretrained(folder, local_files_only=True).hidden_size, load)


def _weights(folder: Path) -> list[Path]:
    found = [path for kind in ("model*.safetensors", "pytorch_model*.bin") for path in sorted(folder.glob(kind))]
    for there, what in ((folder / "config.json").exists(), "config.json"), (bool(found), "model.safetensors"):
        if not there:
            raise SystemExit(f"{folder} is no CLIP teacher: it holds no {what}. Save a CLIPVisionModel there with "
                             "save_pretrained, or correct the path after clip:.")  # fmt: skip
    return found


class Student(nn.Module):
    """The encoder and its linear head. Batch-norm statistics learn only where ImageNet gave none."""

    def __init__(self, encoder: VisionEncoder, channels: int, fixed_blocks: int):
        super().__init__()
        self.encoder = encoder
        fix_first_blocks(encoder, fixed_blocks)
        self.head = nn.Conv2d(encoder.channels, channels, 1)
        for network in encoder.networks:
            for module in () if has_imagenet_weights(network.name) else network.modules():
                if isinstance(module, nn.BatchNorm2d):
                    module.momentum = MOMENTUM

    def train(self, mode: bool = True) -> "Student":
        super().train(mode)
        for network in self.encoder.networks:
            if has_imagenet_weights(network.name):
                fix_batch_norms(network)
        return self

    def forward(self, pixels: Tensor) -> Tensor:
        """u8 RGB [B,3,S,S] -> predicted teacher features, float [B,P,channels]."""
        return self.head(self.encoder(normalize(pixels))).flatten(2).transpose(1, 2).float()


class EncoderTrainer(Trainer):
    """Checkpoints hold the student, the result holds the encoder alone, which keeps the averaged weights."""

    def _finish(self) -> None:
        if self.average:
            self.average.swap(self.module)
            self.average = None
        self.module = self.module.encoder
        super()._finish()


def mirrored(features: Tensor) -> Tensor:
    """Features [B,P,C] of a square grid with its columns in reverse."""
    side = round(features.shape[1] ** 0.5)
    return features.unflatten(1, (side, side)).flip(2).flatten(1, 2)


def run(space: Workspace, captioner: Captioner) -> None:
    stage = space.config.vision
    if stage.encoder_learning_rate <= 0:
        raise SystemExit("[vision] has no encoder_learning_rate: without one the encoder would learn nothing.")
    teacher = load_teacher(space, stage.teacher)
    student = Student(captioner.encoder, teacher.channels, stage.fixed_blocks).to(memory_format=torch.channels_last)
    pixels = {split: space.pixels(split) for split in ("train", "extra", "dev")}
    photographs = [(split, i) for split in ("train", "extra") for i in range(len(pixels[split]))]

    def taught(chosen: list[tuple[str, int]]) -> Tensor:
        return torch.cat([teacher.features(split, np.array([i])) for split, i in chosen])

    sample = taught([photographs[i] for i in np.linspace(0, len(photographs) - 1, SAMPLE).astype(int)])
    deviation, mean = torch.std_mean(sample, (0, 1))
    deviation = deviation.clamp_min(LEAST_DEVIATION)

    def loss(item: tuple[int, np.ndarray]) -> Tensor:
        epoch, batch = item
        flips = space.generator(12, epoch, int(batch[0])).random(len(batch)) < 0.5
        chosen = [photographs[i] for i in batch]
        images = np.stack([pixels[split][i][:, ::-1] if flip else pixels[split][i]
                           for flip, (split, i) in zip(flips, chosen)])  # fmt: skip
        target = (taught(chosen) - mean) / deviation
        target = torch.where(torch.from_numpy(flips)[:, None, None], mirrored(target), target)
        predicted = student(to_tensor(images))
        cosine = F.cosine_similarity(predicted, target, -1).mean()
        return 1.0 - cosine + DISTANCE_WEIGHT * F.smooth_l1_loss(predicted, target)

    @torch.no_grad()
    def validate() -> dict[str, float]:
        total = 0.0
        for indices in np.array_split(np.arange(len(pixels["dev"])), -(-len(pixels["dev"]) // AT_ONCE)):
            target = (teacher.features("dev", indices) - mean) / deviation
            with torch.autocast("cpu", torch.bfloat16):
                predicted = student(to_tensor(pixels["dev"][indices]))
            total += float(F.cosine_similarity(predicted, target, -1).mean(1).sum())
        return {"dev_cosine": round(total / len(pixels["dev"]), 4)}

    def epoch_batches(epoch: int) -> list[tuple[int, np.ndarray]]:
        return [(epoch, batch) for batch in batches(space, len(photographs), stage.batch, 11, epoch)]

    trainer = EncoderTrainer("vision", student, stage, space.work, space.config.seed, len(photographs) // stage.batch,
                             epoch_batches, loss, validate)  # fmt: skip
    if not trainer.checkpoint.exists():
        student.eval()
        trainer.history.append({"epoch": 0, **validate()})
    trainer.run()
