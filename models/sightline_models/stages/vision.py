"""Vision: the encoder learns to predict teachers' grid features on all photographs but those held out, captioned or not.

The teachers, side by side: ImageNet networks, a CLIP vision model from a local folder, a detection network (and which classes
it finds where), and the encoder itself as it is before, so that it forgets nothing. Linear heads map the encoder's channels to
theirs and are thrown away at the end.
"""

from __future__ import annotations

import copy
import functools
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..captioner import Captioner
from ..detector import CHANNELS, CLASSES, YoloxNano, write_detections
from ..encoder import (
    LAYOUTS,
    STRIDE,
    VisionEncoder,
    channels_last,
    convolutions,
    fill_folded,
    fix_batch_norms,
    fix_first_blocks,
    has_imagenet_weights,
    normalize,
)
from ..precision import reduced_precision
from ..quantize import fold_batch_norm
from ..training import Trainer
from ..workspace import DEV_SPLITS, ConcatenatedFeatures, Features, Workspace, read_features, to_tensor, write_features
from .lessons import batches
from .validation import AT_ONCE

if TYPE_CHECKING:
    from transformers import CLIPVisionModel

IMAGENET, CLIP, YOLOX, ITSELF = "imagenet:", "clip:", "yolox:", "itself"
SEPARATOR = "+"  # between teachers
MOMENTUM = 0.1  # of their batch norm; at the encoders' 0.01 a short run's statistics lag far behind its weights
SAMPLE = 512  # photographs behind the mean and deviation of the teacher's channels
LEAST_DEVIATION = 1e-3  # so that a channel that is all but constant is not blown up
DISTANCE_WEIGHT = 0.5  # of the smooth L1 distance beside the cosine
CLASS_WEIGHT = 0.3  # of the classes' cross-entropy, summed over the classes of a cell
RARE = -5.0  # logit that the heads of the classes begin with: most classes are in no cell
CLIP_MEAN, CLIP_DEVIATION = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)


class Teacher:
    """A frozen network's grid features of the plain photographs, row by row from the top left, and scores of `classes`."""

    def __init__(self, channels: int, load: Callable[[str], Features], classes: int = 0):
        self.channels, self.classes = channels, classes
        self._load = functools.cache(load)

    def features(self, split: str, indices: np.ndarray) -> Tensor:
        """Float [B,P,channels] of photographs of a split."""
        return self._load(split)[torch.from_numpy(indices)][..., : self.channels].float()

    def scores(self, split: str, indices: np.ndarray) -> Tensor:
        """Float [B,P,classes], 0 to 1."""
        return self._load(split)[torch.from_numpy(indices)][..., self.channels :].float()


class Teachers:
    """Several, side by side."""

    def __init__(self, teachers: list[Teacher]):
        self.teachers = teachers
        self.channels = sum(teacher.channels for teacher in teachers)
        self.classes = sum(teacher.classes for teacher in teachers)

    def features(self, split: str, indices: np.ndarray) -> Tensor:
        return torch.cat([teacher.features(split, indices) for teacher in self.teachers], -1)

    def scores(self, split: str, indices: np.ndarray) -> Tensor:
        return torch.cat([teacher.scores(split, indices) for teacher in self.teachers], -1)


def load_teachers(space: Workspace, names: str, encoder: VisionEncoder) -> Teachers:
    return Teachers([load_teacher(space, name, encoder) for name in names.split(SEPARATOR)])


def load_teacher(space: Workspace, name: str, encoder: VisionEncoder) -> Teacher:
    if name.startswith(IMAGENET):
        return imagenet_teacher(space, name.removeprefix(IMAGENET).split(","))
    if name.startswith(CLIP):
        return clip_teacher(space, Path(name.removeprefix(CLIP)))
    if name.startswith(YOLOX):
        return yolox_teacher(space, Path(name.removeprefix(YOLOX)))
    if name == ITSELF:
        return Teacher(encoder.channels, lambda split: space.encoder_features(encoder, split))
    raise SystemExit(f"Unknown vision teacher {name!r}: write imagenet:NETWORK,NETWORK, clip:FOLDER, yolox:FILE or itself, "
                     f"several with {SEPARATOR} between them.")  # fmt: skip


def yolox_teacher(space: Workspace, path: Path) -> Teacher:
    if not path.exists():
        raise SystemExit(f"{path} is missing: name YOLOX-nano's ONNX file after yolox:.")
    size = space.config.encoder.input_size

    def load(split: str) -> Tensor:
        cache = space.shared / f"detections_yolox_{size}_{split}.npy"
        if not cache.exists():
            write_detections(YoloxNano(path), space.pixels(split), size // STRIDE, cache)
        return torch.from_numpy(np.load(cache, mmap_mode="c"))

    return Teacher(CHANNELS, load, CLASSES)


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

    def __init__(self, model: CLIPVisionModel, mean: list[float], deviation: list[float], grid: int):
        super().__init__()
        self.model, self.grid = model, grid
        self.size = cast("int", model.config.image_size)
        self.mean: Tensor
        self.deviation: Tensor
        self.register_buffer("mean", torch.tensor(mean)[:, None, None])
        self.register_buffer("deviation", torch.tensor(deviation)[:, None, None])

    def forward(self, x: Tensor) -> Tensor:
        x = ((x * 128.0 + 127.0) / 255.0 - self.mean) / self.deviation
        if x.shape[-1] != self.size:
            x = F.interpolate(x, (self.size, self.size), mode="bicubic", antialias=True)
        cells = self.model(pixel_values=x).last_hidden_state[:, 1:].transpose(1, 2)  # without the class token
        side = self.size // cast("int", self.model.config.patch_size)
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
        raise SystemExit("A CLIP teacher needs Transformers, which is not installed: pip install -r requirements.txt.") from None
    preprocessor = folder / "preprocessor_config.json"
    digest = hashlib.sha256()
    for path in (config, preprocessor, *weights):
        if path.exists():
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
    size = space.config.encoder.input_size
    stem = f"features_clip_{digest.hexdigest()[:12]}_{size}"

    def load(split: str) -> Tensor:
        path = space.shared / f"{stem}_{split}_0.npy"
        if not path.exists():
            loaded: Any = CLIPVisionModel.from_pretrained(
                folder, local_files_only=True, dtype=torch.float32, output_loading_info=True
            )
            model, found = loaded
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
    """The encoder and its linear heads. Batch-norm statistics learn only where ImageNet gave none; where they stay as they
    are, they are folded into the convolutions, which takes a third of the time away."""

    def __init__(self, encoder: VisionEncoder, channels: int, classes: int, fixed_blocks: int):
        super().__init__()
        self.folded = all(has_imagenet_weights(network.name) for network in encoder.networks)
        self.encoder = fold_batch_norm(encoder).requires_grad_(True) if self.folded else encoder
        fix_first_blocks(self.encoder, fixed_blocks)
        self.channels = channels
        self.head = nn.Conv2d(encoder.channels, channels + classes, 1)
        assert self.head.bias is not None
        nn.init.constant_(self.head.bias[channels:], RARE)
        for network in encoder.networks:
            for module in () if has_imagenet_weights(network.name) else network.modules():
                if isinstance(module, nn.BatchNorm2d):
                    module.momentum = MOMENTUM

    def train(self, mode: bool = True) -> Student:
        super().train(mode)
        for network in self.encoder.networks:
            if has_imagenet_weights(network.name):
                fix_batch_norms(network)
        return self

    def class_head(self) -> dict[str, Tensor]:
        """Weight [classes,channels] and bias of the linear map from a cell to its classes."""
        assert self.head.bias is not None
        return {"weight": self.head.weight[self.channels :, :, 0, 0], "bias": self.head.bias[self.channels :]}

    def unfold(self, encoder: VisionEncoder) -> None:
        """Puts what was learnt into the encoder that this student was made of."""
        if self.folded:
            for target, learnt in zip(convolutions(encoder), convolutions(self.encoder), strict=True):
                folded = cast("nn.Conv2d", learnt[0])
                assert folded.bias is not None
                fill_folded(target, folded.weight, folded.bias)

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """u8 RGB [B,3,S,S] -> predicted teacher features, float [B,P,channels], and logits of the classes [B,P,classes]."""
        found = self.head(self.encoder(normalize(pixels))).flatten(2).transpose(1, 2).float()
        return found[..., : self.channels], found[..., self.channels :]


class EncoderTrainer(Trainer):
    """Checkpoints hold the student, the result holds the encoder, which keeps the averaged weights, and
    the classes' head."""

    encoder: VisionEncoder

    def _finish(self) -> None:
        if self.average:
            self.average.swap(self.module)
            self.average = None
        student = cast("Student", self.module)
        student.unfold(self.encoder)
        self.more = {"classes": {name: value.detach().clone() for name, value in student.class_head().items()}}
        self.module = self.encoder
        super()._finish()


def class_loss(logits: Tensor, scores: Tensor) -> Tensor:
    """Cross-entropy of a cell, over all classes; both [B,P,classes]."""
    return F.binary_cross_entropy_with_logits(logits, scores, reduction="none").sum(-1).mean()


def mirrored(features: Tensor) -> Tensor:
    """Features [B,P,C] of a square grid with its columns in reverse."""
    side = round(features.shape[1] ** 0.5)
    return features.unflatten(1, (side, side)).flip(2).flatten(1, 2)


def run(space: Workspace, captioner: Captioner) -> None:
    stage = space.config.vision
    assert stage is not None  # `train` runs the stages that the configuration has
    if stage.encoder_learning_rate <= 0:
        raise SystemExit("[vision] has no encoder_learning_rate: without one the encoder would learn nothing.")
    teacher = load_teachers(space, stage.teacher, copy.deepcopy(captioner.encoder))
    student = Student(captioner.encoder, teacher.channels, teacher.classes, stage.fixed_blocks)
    channels_last(student)
    dev_splits = [split for split in DEV_SPLITS if space.rows(split)]
    pixels = {split: space.pixels(split) for split in ("train", "extra", *dev_splits)}
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
                           for flip, (split, i) in zip(flips, chosen, strict=True)])  # fmt: skip
        target = (taught(chosen) - mean) / deviation
        target = torch.where(torch.from_numpy(flips)[:, None, None], mirrored(target), target)
        predicted, logits = student(to_tensor(images))
        cosine = F.cosine_similarity(predicted, target, -1).mean()
        total = 1.0 - cosine + DISTANCE_WEIGHT * F.smooth_l1_loss(predicted, target)
        if teacher.classes:
            scores = torch.cat([teacher.scores(split, np.array([i])) for split, i in chosen])
            scores = torch.where(torch.from_numpy(flips)[:, None, None], mirrored(scores), scores)
            total = total + CLASS_WEIGHT * class_loss(logits, scores)
        return total

    @torch.no_grad()
    def validate() -> dict[str, float]:
        figures = {}
        for split in dev_splits:
            cosine = classes = 0.0
            count = len(pixels[split])
            for indices in np.array_split(np.arange(count), -(-count // AT_ONCE)):
                target = (teacher.features(split, indices) - mean) / deviation
                with reduced_precision():
                    predicted, logits = student(to_tensor(pixels[split][indices]))
                cosine += float(F.cosine_similarity(predicted, target, -1).mean(1).sum())
                if teacher.classes:
                    classes += float(class_loss(logits, teacher.scores(split, indices))) * len(indices)
            figures[f"{split}_cosine"] = round(cosine / count, 4)
            if teacher.classes:
                figures[f"{split}_classes"] = round(classes / count, 4)
        return figures

    def epoch_batches(epoch: int) -> list[tuple[int, np.ndarray]]:
        return [(epoch, batch) for batch in batches(space, len(photographs), stage.batch, 11, epoch)]

    trainer = EncoderTrainer("vision", student, stage, space.work, space.config.seed, len(photographs) // stage.batch,
                             epoch_batches, loss, validate)  # fmt: skip
    trainer.encoder = captioner.encoder
    if not trainer.checkpoint.exists():
        student.eval()
        trainer.history.append({"epoch": 0, **validate()})
    trainer.run()
