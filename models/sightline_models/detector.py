"""What a detection network sees in photographs: grid features, and which of COCO's 80 classes are where.

YOLOX-nano (Ge et al. 2021, arXiv:2107.08430; Apache-2.0) from its ONNX file. It knows scenes of many things, where ImageNet's
networks know one thing a picture.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F
from tqdm import tqdm

SIZE = 416  # pixels, square
STRIDES = (8, 16, 32)
CLASSES = 80
CHANNELS = 256
FEATURES = "input.591"  # the last map of its neck, a cell 32 x 32 pixels


class YoloxNano:
    def __init__(self, path: Path):
        try:
            import onnx
            import onnxruntime
        except ImportError:
            raise SystemExit("YOLOX needs ONNX Runtime: pip install -r requirements.txt.") from None
        model = onnx.load(path)
        if FEATURES not in {name for node in model.graph.node for name in node.output}:
            raise SystemExit(f"{path} is no YOLOX-nano as its authors exported it: it has no tensor {FEATURES}.")
        side = SIZE // STRIDES[-1]
        shape = [1, CHANNELS, side, side]
        model.graph.output.append(onnx.helper.make_tensor_value_info(FEATURES, onnx.TensorProto.FLOAT, shape))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = torch.get_num_threads()
        self.session = onnxruntime.InferenceSession(model.SerializeToString(), options)
        self.input = self.session.get_inputs()[0].name

    def __call__(self, pixels: np.ndarray, grid: int) -> tuple[Tensor, Tensor]:
        """RGB u8 [S,S,3] -> features [P,CHANNELS] and the classes' likeliest scores [P,CLASSES], cell by cell."""
        image = torch.from_numpy(pixels[:, :, ::-1].copy()).permute(2, 0, 1)[None].float()
        image = F.interpolate(image, (SIZE, SIZE), mode="bilinear", align_corners=False)
        found, features = self.session.run(None, {self.input: image.numpy()})
        scores = torch.from_numpy(found[0, :, 4:5] * found[0, :, 5:])  # an object, and of this class
        classes = torch.zeros(CLASSES, grid, grid)
        start = 0
        for side in (SIZE // stride for stride in STRIDES):
            level = scores[start : start + side * side].T.view(1, CLASSES, side, side)
            classes = torch.maximum(classes, F.adaptive_max_pool2d(level, grid)[0])
            start += side * side
        return F.adaptive_avg_pool2d(torch.from_numpy(features), grid)[0].flatten(1).T, classes.flatten(1).T


def write_detections(network: YoloxNano, pixels: np.ndarray, grid: int, path: Path) -> None:
    """Half-precision [N,P,CHANNELS + CLASSES]: features, then scores."""
    temporary = path.with_suffix(".tmp.npy")
    shape = (len(pixels), grid * grid, CHANNELS + CLASSES)
    result = np.lib.format.open_memmap(temporary, "w+", np.float16, shape)
    for i, image in enumerate(tqdm(pixels, desc=path.stem, unit="photo", leave=False)):
        result[i] = torch.cat(network(image, grid), 1).numpy()
    result.flush()
    temporary.replace(path)
