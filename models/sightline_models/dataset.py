"""Photographs and captions: rows, splits, decoded pixels, augmentation.

Nothing here lets a held-out caption reach training: `load_rows` is the only reader of captions.jsonl, the text files come
without the sentences of Flickr8k's dev and test photographs, and `_unseen_captions` leaves out those of dev-everyday.

dev and test are Flickr8k's, people and dogs outdoors. dev-everyday is 400 photographs of everyday scenes from COCO and
Visual7W, so that a captioner is not chosen by one kind of picture alone.
"""

from __future__ import annotations

import dataclasses
import gzip
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import cv2
import numpy as np
from tqdm import tqdm

TRAIN_SPLITS = ("train", "none")  # "none": Flickr8k photographs in no official split count as train
EVERYDAY = "dev-everyday"
EVERYDAY_PHOTOGRAPHS, EVERYDAY_SEED = 400, 20261129
EVERYDAY_SOURCES = ("coco", "v7w")  # whose captions no captioner released before this split has learnt from
# Photographs of dev-everyday that lie here once more without captions, by another name (thumbnails of 16 x 16 pixels correlate
# above 0.999; the next likest pair, at 0.95, is of two pictures).
EVERYDAY_AGAIN = frozenset(f"v7w/v7w_{n}.webp" for n in (2317868, 2343533, 2374492, 2380063, 2389393, 2414118))
SAME_PHOTOGRAPH = 2  # captions in common that tell two records are about one photograph
_COCO = re.compile(r"coco\w*/(?:\w+_)?(\d{12})\.")
_DROP = re.compile(r"[^a-z0-9 '&,-]")
_SIDES = re.compile(r"\b(left|right)\b")


@dataclasses.dataclass(frozen=True)
class Row:
    """One photograph with its captions."""

    image: str  # relative to photos/
    split: str  # train, dev, dev-everyday or test
    captions: tuple[str, ...]
    source: str = ""  # the collection it is from


def clean_caption(text: str) -> str:
    """The form the language side learns: lower case, no sentence mark, single spaces."""
    text = _DROP.sub(" ", text.lower().replace("’", "'"))
    text = re.sub(r"\s+", " ", text).replace(" ,", ",")
    return text.strip(" ,-'&")


def clean_captions(captions: Iterable[str]) -> list[str]:
    """Those of which something is left."""
    return [text for text in map(clean_caption, captions) if text]


def load_rows(data: Path) -> list[Row]:
    rows = []
    with (data / "captions.jsonl").open(encoding="utf-8") as file:
        for line in file:
            record = json.loads(line)
            split = "train" if record["split"] in TRAIN_SPLITS else record["split"]
            rows.append(Row(record["image"], split, tuple(record["captions"]), record.get("source", "")))
    return _with_everyday(rows)


def _with_everyday(rows: list[Row]) -> list[Row]:
    """The same rows, some of the train split moved to dev-everyday."""
    found = sorted(row.image for row in rows if row.split == "train" and row.source in EVERYDAY_SOURCES)
    count = min(EVERYDAY_PHOTOGRAPHS, len(found) * 2 // 3)
    held_out = set(np.random.default_rng(EVERYDAY_SEED).permutation(found)[:count].tolist())
    return [dataclasses.replace(row, split=EVERYDAY) if row.image in held_out else row for row in rows]


def is_everyday(row: Row) -> bool:
    """Whether a photograph is of the kind that dev-everyday holds."""
    return row.source not in ("flickr8k", "flickr30k")


def load_uncaptioned(data: Path, rows: list[Row]) -> list[Row]:
    """The photographs that no row names, in name order: for distillation, where a teacher looks at them."""
    named = {row.image for row in rows}
    photos = data / "photos"
    found = sorted(str(path.relative_to(photos)) for path in photos.rglob("*.webp"))
    return [Row(name, "extra", ()) for name in found if name not in named and name not in EVERYDAY_AGAIN]


def clean_question(text: str) -> str:
    """A question and its answer, "Who is on the beach? A man.", in the form the language side learns."""
    question, _, answer = text.partition("? ")
    return f"{clean_caption(question)}? {clean_caption(answer)}"


def load_questions(data: Path) -> dict[str, tuple[str, ...]]:
    """Questions with their answers about photographs of no held-out split, by the photograph's name. Some have captions too."""
    with (data / "questions.jsonl").open(encoding="utf-8") as file:
        records = map(json.loads, file)
        return {record["image"]: tuple(map(clean_question, record["qa"])) for record in records}


def _unseen_captions(data: Path, rows: list[Row]) -> Iterator[list[str]]:
    """Cleaned captions of each photograph that is not here; nothing that is said of one of dev-everyday."""
    everyday = [row for row in rows if row.split == EVERYDAY]
    ids = {int(found[1]) for row in everyday if (found := _COCO.match(row.image))}
    said = {text for row in everyday for text in clean_captions(row.captions)}
    for name in ("caption_text.jsonl.gz", "flickr30k_text.jsonl.gz"):
        with gzip.open(data / name, "rt", encoding="utf-8") as file:
            for record in map(json.loads, file):
                captions = clean_captions(record["captions"])
                common = sum(text in said for text in captions)
                if record.get("in_flickr8k") or record.get("coco_id") in ids or common >= SAME_PHOTOGRAPH:
                    continue
                if kept := [text for text in captions if text not in said]:
                    yield kept


def load_texts(data: Path, rows: list[Row]) -> list[str]:
    """Every caption the language side may see, cleaned, without exact duplicates, in a fixed order."""
    texts: dict[str, None] = {}
    for captions in _unseen_captions(data, rows):
        texts.update(dict.fromkeys(captions))
    for row in rows:
        if row.split == "train":
            texts.update(dict.fromkeys(clean_captions(row.captions)))
    return list(texts)


def load_text_groups(data: Path, rows: list[Row]) -> list[list[str]]:
    """The same captions, cleaned, photograph by photograph: first the train rows in their order, then the photographs
    that are not here."""
    return [clean_captions(row.captions) for row in rows if row.split == "train"] + list(_unseen_captions(data, rows))


def cover(source: int, target: int) -> np.ndarray:
    """[target,source]: how much of each source cell each target cell covers, in whole units (a source cell is `target`
    long)."""
    edges, cells = np.arange(target)[:, None] * source, np.arange(source)[None] * target
    return np.clip(np.minimum(edges + source, cells + target) - np.maximum(edges, cells), 0, None).astype(np.float64)


def resize(image: np.ndarray, size: int) -> np.ndarray:
    """RGB u8 [H,W,3] squashed to [size,size,3], exactly as core/inference/preprocess.cpp does it."""
    height, width = image.shape[:2]
    if (height, width) == (size, size):
        return image
    if height < size or width < size:
        return cv2.resize(image, (size, size), interpolation=cv2.INTER_LINEAR)
    rows = np.tensordot(cover(height, size), image.astype(np.float64), 1)
    sums = np.tensordot(rows, cover(width, size), (1, 1))  # [size,3,size], whole numbers
    return np.floor(sums / (height * width) + 0.5).astype(np.uint8).transpose(0, 2, 1)


def read_image(path: Path) -> np.ndarray:
    """RGB u8 [H,W,3]."""
    image = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if image is None:
        raise SystemExit(f"Cannot read {path}: not a picture, or it is damaged.")
    return cv2.cvtColor(image, cv2.COLOR_BGR2RGB)


def load_pixels(data: Path, images: list[str], size: int, cache: Path) -> np.ndarray:
    """All pictures at the model's size, u8 [N,size,size,3], memory-mapped from `cache` (made when absent)."""
    index = cache.with_suffix(".json")
    key = json.dumps({"size": size, "images": images})
    if cache.exists() and index.exists() and index.read_text(encoding="utf-8") == key:
        return np.load(cache, mmap_mode="r")
    pixels = np.empty((len(images), size, size, 3), np.uint8)
    for i, name in enumerate(tqdm(images, desc="decode photographs", unit="photo")):
        pixels[i] = resize(read_image(data / "photos" / name), size)
    cache.parent.mkdir(parents=True, exist_ok=True)
    np.save(cache, pixels)
    index.write_text(key, encoding="utf-8")
    return np.load(cache, mmap_mode="r")


def may_flip(row: Row) -> bool:
    """A mirrored photograph would make a caption that names a side wrong."""
    return not any(_SIDES.search(caption.lower()) for caption in row.captions)


def augment(image: np.ndarray, rng: np.random.Generator, flip: bool) -> np.ndarray:
    """Random crop stretched back to the square (scale and aspect jitter), mirror, brightness and contrast.

    The photographs are squashed squares while live frames are 16:9 or 4:3; the independent width and height of
    the crop make the network see both stretches.
    """
    size = image.shape[0]
    width = round(size * rng.uniform(0.72, 1.0))
    height = round(size * rng.uniform(0.72, 1.0))
    x = int(rng.integers(0, size - width + 1))
    y = int(rng.integers(0, size - height + 1))
    image = cv2.resize(image[y : y + height, x : x + width], (size, size), interpolation=cv2.INTER_LINEAR)
    if flip and rng.random() < 0.5:
        image = image[:, ::-1]
    contrast = rng.uniform(0.8, 1.2)
    brightness = rng.uniform(-20, 20)
    return np.clip((image.astype(np.float32) - 127.0) * contrast + 127.0 + brightness, 0, 255).astype(np.uint8)
