"""Times imported captioners of the published sizes beside Transformers, ONNX Runtime and OpenVINO.

    python measure.py --program ../../../build/release/bin/sightline [--kinds vit-gpt2 git blip] [--rounds 5]

Weights are random (time does not depend on them), the same for all. Each picture is captioned greedily by every contender in
turn, in another order each time. What is timed is pixels of the model's size to token ids; in ONNX Runtime and OpenVINO only
what the runtime itself takes. The program's rows also say how much memory its process took at most.
"""

from __future__ import annotations

import argparse
import gc
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

ROOT = Path(__file__).resolve().parents[3]
sys.path += [str(ROOT / "models"), str(ROOT / "tests/models"), str(ROOT / "tests/benchmark/engine")]

import foreign_models
from benchmark import machine, summary
from contenders import Program, to_planes
from published_sizes import WORDS
from sightline_models import dataset, pictures
from sightline_models.imported import architectures
from sightline_models.imported.command import import_folder
from sightline_models.imported.folder import Folder
from sightline_models.imported.text import TextBlock
from sightline_models.imported.vision import attend
from test_import import PICTURE_NAMES, PICTURES, arguments_of

TOKENS = 12  # of a caption
Caption = Callable[[np.ndarray], tuple[list[int], float]]  # u8 [1,3,S,S] -> tokens, seconds


class Prepare(nn.Module):
    """u8 [1,3,S,S] -> keys and values of the picture, [L,2,1,H,P,D]."""

    def __init__(self, parts: architectures.Parts):
        super().__init__()
        self.vision, self.text = parts.vision, parts.text

    def forward(self, pixels: Tensor) -> Tensor:
        return self.text.prefill(self.vision.encode(pixels))


class Step(nn.Module):
    """One token, its position, the picture and what was said, [T,L,2,H,D] -> logits [1,V] and the token's own keys and
    values [1,L,2,H,D]. Nothing is written in place, which ONNX does not know."""

    def __init__(self, parts: architectures.Parts):
        super().__init__()
        self.text = parts.text

    def forward(self, token: Tensor, position: Tensor, picture: Tensor, said: Tensor) -> tuple[Tensor, Tensor]:
        text = self.text
        x = text.norm_embedding(text.token(token) + text.position[position])
        own = []
        for i, block in enumerate(text.blocks):
            x, made = self.step(block, x, picture[i], said[:, i])
            own.append(made)
        return text.head(x), torch.stack(own)[None]

    @staticmethod
    def step(block: TextBlock, x: Tensor, picture: Tensor, said: Tensor) -> tuple[Tensor, Tensor]:
        c = x.shape[1]
        qkv = block.qkv(block.norm1(x) if block.pre_norm else x).view(3, block.heads, c // block.heads)
        seen = torch.cat([said, qkv[None, 1:]]).permute(1, 2, 0, 3).unsqueeze(1)  # [2,1,H,T+1,D]
        if not block.crosses:
            seen = torch.cat([picture, seen], 3)
        x = block.add(x, block.project(attend(qkv[0].view(1, block.heads, 1, -1), seen[0], seen[1]).squeeze(1)))
        if block.crosses:
            query = block.cross_query(block.cross_norm(x) if block.pre_norm else x).view(1, block.heads, 1, -1)
            y = block.cross_project(attend(query, picture[0], picture[1]).squeeze(1))
            x = x + y if block.pre_norm else block.cross_norm(x + y)
        return block.feed(x), qkv[1:]


@torch.no_grad()
def export(parts: architectures.Parts, size: int, folder: Path) -> tuple[Path, Path]:
    prepare, step = Prepare(parts).eval(), Step(parts).eval()
    pixels = torch.zeros(1, 3, size, size, dtype=torch.uint8)
    picture = prepare(pixels)
    layers, _, _, heads, _, width = picture.shape
    paths = folder / "prepare.onnx", folder / "step.onnx"
    torch.onnx.export(prepare, (pixels,), paths[0], input_names=["pixels"], output_names=["picture"], dynamo=False,
                      opset_version=17)  # fmt: skip
    torch.onnx.export(step, (torch.tensor([1]), torch.tensor([1]), picture, torch.zeros(1, layers, 2, heads, width)), paths[1],
                      input_names=["token", "position", "picture", "said"], output_names=["logits", "own"],
                      dynamic_axes={"said": {0: "time"}}, dynamo=False, opset_version=17)  # fmt: skip
    return paths


def greedy(prepare: Callable, step: Callable, start: int, end: int, pixels: np.ndarray) -> tuple[list[int], float]:
    began = time.perf_counter()
    picture = prepare(pixels)
    spent = time.perf_counter() - began
    layers, _, _, heads, _, width = picture.shape
    said = np.empty((TOKENS, layers, 2, heads, width), np.float32)
    tokens: list[int] = []
    for t in range(TOKENS):
        inputs = {"token": np.array([tokens[-1] if tokens else start]), "position": np.array([t]), "picture": picture, "said": said[:t]}
        began = time.perf_counter()
        logits, own = step(inputs)
        spent += time.perf_counter() - began
        said[t] = own[0]
        tokens.append(int(logits.argmax()))
        if tokens[-1] == end:
            break
    return tokens, spent


def onnx_runtime(paths: tuple[Path, Path], start: int, end: int, threads: int) -> Caption:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    prepare, step = (onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"]) for path in paths)
    return lambda pixels: greedy(lambda p: prepare.run(None, {"pixels": p})[0], lambda inputs: step.run(None, inputs), start, end, pixels)


def onnx_int8(paths: tuple[Path, Path], folder: Path) -> tuple[Path, Path]:
    """Dynamic, as ONNX Runtime recommends for transformers."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    made = folder / "prepare_int8.onnx", folder / "step_int8.onnx"
    for path, smaller in zip(paths, made, strict=True):
        quantize_dynamic(path, smaller, per_channel=True, weight_type=QuantType.QInt8)
    return made


def openvino(models: tuple, start: int, end: int, threads: int) -> Caption:
    import openvino

    settings = {"INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY", "NUM_STREAMS": "1", "INFERENCE_PRECISION_HINT": "f32"}
    prepare, step = (openvino.Core().compile_model(model, "CPU", settings).create_infer_request() for model in models)

    def run_step(inputs: dict) -> tuple:
        found = step.infer(inputs, share_inputs=True)
        return found["logits"], found["own"]

    return lambda pixels: greedy(lambda p: np.array(prepare.infer({"pixels": p})["picture"]), run_step, start, end, pixels)


def openvino_int8(paths: tuple[Path, Path], calibration: list[np.ndarray]) -> tuple:
    """NNCF's post-training quantization of the vision tower, as of a transformer; weights of the text's part in int8."""
    import nncf
    import openvino

    core = openvino.Core()
    data = nncf.Dataset([{"pixels": pixels} for pixels in calibration])
    tower = nncf.quantize(core.read_model(paths[0]), data, model_type=nncf.ModelType.TRANSFORMER, subset_size=len(calibration))
    return tower, nncf.compress_weights(core.read_model(paths[1]), mode=nncf.CompressWeightsMode.INT8_SYM)


def transformers_eager(model: nn.Module, parts: architectures.Parts) -> Caption:
    mean, deviation = parts.vision.mean, parts.vision.deviation

    @torch.inference_mode()
    def caption(pixels: np.ndarray) -> tuple[list[int], float]:
        values = (torch.from_numpy(pixels).float() - mean) / deviation
        began = time.perf_counter()
        found = model.generate(pixel_values=values, num_beams=1, do_sample=False, max_new_tokens=TOKENS)
        return found[0].tolist()[1:], time.perf_counter() - began

    return caption


class MeasuredProgram(Program):
    def peak_megabytes(self) -> float:
        for line in Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8").splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) / 1000
        raise RuntimeError("the kernel tells no VmHWM")


def compare(kind: str, arguments: argparse.Namespace) -> None:
    folder = arguments.work / kind
    folder.mkdir(parents=True, exist_ok=True)
    model = foreign_models.make(kind, folder / "model", foreign_models.PUBLISHED[kind], WORDS[kind])
    bundle = folder / "int8.pt"
    import_folder(arguments_of(folder / "model", bundle, "int8"))
    opened = Folder(folder / "model")
    parts = architectures.build(opened.architecture, opened.config, opened.tensors())
    read = pictures_of(opened, parts, folder)
    parts.vision.eval()
    parts.text.eval()

    paths = export(parts, parts.image_size, folder)
    ids = parts.start, parts.end, arguments.threads
    contenders: dict[str, Caption] = {
        "Transformers eager, fp32": transformers_eager(model, parts),
        "ONNX Runtime, fp32": onnx_runtime(paths, *ids),
        "ONNX Runtime, int8": onnx_runtime(onnx_int8(paths, folder), *ids),
        "OpenVINO, fp32": openvino(paths, *ids),
        "OpenVINO, int8": openvino(openvino_int8(paths, list(read.values())), *ids),
    }
    ours = "Sightline, int8"
    program = MeasuredProgram(arguments.program, arguments.threads, 1, ["--trust-model", "--model", str(bundle)])
    times: dict[str, list[float]] = {name: [] for name in (ours, *contenders)}
    tokens: dict[str, dict[Path, list[int]]] = {name: {} for name in times}
    gc.disable()
    for round_ in range(-1, arguments.rounds):  # the first one warms up
        for file, pixels in read.items():
            for name in random.sample(list(times), len(times)):
                time.sleep(0.05)  # for threads that still spin
                tokens[name][file], spent = program.caption(file) if name == ours else contenders[name](pixels)
                if round_ >= 0:
                    times[name].append(spent)
    peak = program.peak_megabytes()
    program.close()
    rows = {name: summary(seconds) for name, seconds in times.items()}
    print(f"\n{kind}, {arguments.threads} threads, {len(read)} pictures, {arguments.rounds} rounds, captions of {TOKENS} tokens\n")
    print("| | median ms | minimum | times ours | tokens | as fp32 |\n|---|---:|---:|---:|---:|---:|")
    right = tokens["Transformers eager, fp32"]
    for name, row in sorted(rows.items(), key=lambda item: item[1]["median_ms"]):
        same = sum(found == right[file] for file, found in tokens[name].items())
        length = statistics.mean(len(found) for found in tokens[name].values())
        print(f"| {name} | {row['median_ms']:.0f} | {row['minimum_ms']:.0f} | {row['median_ms'] / rows[ours]['median_ms']:.2f} "
              f"| {length:.1f} | {same} of {len(right)} |")  # fmt: skip
    size = bundle.stat().st_size / 1e6
    print(f"\nThe program's stages, last picture, ms: { {name: round(ms) for name, ms in program.times.items()} }")
    print(f"Bundle {size:.0f} MB, the program's memory at most {peak:.0f} MB, {peak / size:.2f} times\n", flush=True)


def pictures_of(opened: Folder, parts: architectures.Parts, folder: Path) -> dict[Path, np.ndarray]:
    """Files of the model's own size, so that nobody resizes, and their pixels u8 [1,3,S,S]."""
    from PIL import Image

    from sightline_models.imported import pictures as settings

    seen = settings.read(opened, parts.image_size)
    parts.vision.normalize_by(seen.mean, seen.deviation)
    read: dict[Path, np.ndarray] = {}
    for name in PICTURE_NAMES:
        rgb = np.array(pictures.prepare(dataset.read_image(PICTURES / name), seen.manifest()))
        file = folder / f"{Path(name).stem}.png"
        Image.fromarray(rgb).save(file)
        read[file] = to_planes(rgb)
    return read


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=Path, required=True)
    parser.add_argument("--kinds", nargs="*", choices=list(WORDS), default=list(WORDS))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--work", type=Path, default=Path("build/imported"))
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    random.seed(7)
    print(f"{machine()}; load {os.getloadavg()[0]:.2f}; "
          + subprocess.run([arguments.program, "--version"], capture_output=True, text=True, check=True).stdout.splitlines()[0])  # fmt: skip
    for kind in arguments.kinds:
        compare(kind, arguments)


if __name__ == "__main__":
    main()
