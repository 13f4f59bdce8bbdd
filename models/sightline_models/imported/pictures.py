"""What a folder's preprocessor does to a picture, in a bundle's words."""

from __future__ import annotations

import dataclasses

from .folder import Folder

FILTERS = {1: "lanczos", 2: "bilinear", 3: "bicubic"}  # Pillow's numbers
FILES = ("preprocessor_config.json", "processor_config.json")
SMOLVLM = ("Idefics3", "SmolVLM")  # begin the names of theirs, which cut large pictures in parts as well
CLIP = ("CLIPImageProcessor", "CLIPFeatureExtractor", "CLIPImageProcessorFast", "CLIPImageProcessorPil")


@dataclasses.dataclass(frozen=True)
class Pictures:
    size: int
    resizing: str  # "squash" or "shorter side"
    resized: int  # the side it is resized to before the centre is cut out
    filter: str
    mean: list[float]  # of colours from 0 to 255
    deviation: list[float]

    def manifest(self) -> dict:
        return {
            "size": self.size,
            "colour": "RGB",
            "dtype": "uint8",
            "resizing": self.resizing,
            "resized": self.resized,
            "filter": self.filter,
            "normalisation": {"mean": self.mean, "std": self.deviation, "where": "inside encode"},
        }


def read(folder: Folder, image_size: int) -> Pictures:
    found, file = None, FILES[0]
    for file in FILES:
        if (found := folder.json(file)) is not None:
            break
    if found is None:
        raise SystemExit(f"{folder.path} holds no {FILES[0]}, so nothing says how pictures are prepared. Copy it from the model.")
    found = found.get("image_processor", found)
    where = folder.path / file
    kind = found.get("image_processor_type", found.get("feature_extractor_type", ""))
    wanted = found.get("size", image_size)
    if kind.startswith(SMOLVLM):
        wanted, found = _whole_picture(found, where)
    resizing, resized = _resizing(wanted, kind in CLIP, where)
    size = resized
    if found.get("do_center_crop", kind in CLIP):
        crop = found.get("crop_size", image_size)
        size = crop if isinstance(crop, int) else crop.get("height")
        if isinstance(crop, dict) and crop.get("width") != size:
            raise SystemExit(f"{where} cuts out a rectangle; only squares can be imported.")
    elif resizing != "squash":
        raise SystemExit(f"{where} leaves pictures in their own shapes; only squares can be imported.")
    if size != image_size or not found.get("do_resize", True) or not isinstance(resized, int) or resized < size:
        raise SystemExit(f"{where} makes pictures of {size}, config.json has {image_size}: they do not belong together. Copy both from "
                         "one model.")  # fmt: skip
    resample = found.get("resample", 3 if kind in CLIP or kind.startswith("Blip") else 2)
    if resample not in FILTERS:
        raise SystemExit(f"{where} resizes by Pillow's filter {resample}; those known here are 1 (Lanczos), 2 (bilinear) and 3 (bicubic).")
    factor = found.get("rescale_factor", 1 / 255) if found.get("do_rescale", True) else 1.0
    mean, deviation = [0.0] * 3, [1.0] * 3
    if found.get("do_normalize", True):
        mean, deviation = _colours(found, "image_mean", where), _colours(found, "image_std", where)
    if not factor > 0 or min(deviation) <= 0:
        raise SystemExit(f"{where} divides colours by 0. Copy the file again.")
    return Pictures(size, resizing, resized, FILTERS[resample], [m / factor for m in mean], [d / factor for d in deviation])


def _whole_picture(found: dict, where: object) -> tuple[int, dict]:
    """The last of the parts, which is the whole, squashed."""
    largest = found.get("max_image_size")
    if not isinstance(largest, dict) or not isinstance(largest.get("longest_edge"), int):
        raise SystemExit(f"{where} has max_image_size {largest!r} where the longest_edge of a part is needed. Copy the file again.")
    return largest["longest_edge"], {"resample": 1, **found}


def _resizing(size: int | dict, keeps_shape: bool, where: object) -> tuple[str, int]:
    if isinstance(size, int):
        return ("shorter side" if keeps_shape else "squash"), size
    if isinstance(size, dict) and "shortest_edge" in size and "longest_edge" not in size:
        return "shorter side", size["shortest_edge"]
    if isinstance(size, dict) and "height" in size and size["height"] == size.get("width"):
        return "squash", size["height"]
    raise SystemExit(f"{where} resizes to {size}; only a square or a shorter side can be imported.")


def _colours(found: dict, name: str, where: object) -> list[float]:
    values = found.get(name)
    if not isinstance(values, list) or len(values) != 3 or not all(isinstance(v, (int, float)) for v in values):
        raise SystemExit(f"{where} has {name} {values!r} where three numbers are needed. Copy the file again.")
    return [float(v) for v in values]
