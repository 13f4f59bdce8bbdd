"""Runtimes that caption a picture, each as one callable: u8 RGB [S,S,3] -> token ids and seconds, greedy, one search for all.

Seconds are those inside the runtime's own calls: what Python adds between them is not held against a runtime.
"""

from __future__ import annotations

import dataclasses
import json
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch

from network import Prepare, Step, bundles
from sightline_models import search
from sightline_models.tokenizer import BOS, EOS

Caption = Callable[[np.ndarray], tuple[list[int], float]]


@dataclasses.dataclass(frozen=True)
class Rules:
    """Of the search that every runtime is asked for."""

    limit: int  # tokens of the longest caption
    words: search.Words


def to_planes(picture: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(picture.transpose(2, 0, 1)[None])


def extend(tokens: list[int], logits: np.ndarray, rules: Rules) -> bool:
    """Adds the likeliest token by the program's rules; whether it ends the caption."""
    logits = np.array(logits).reshape(-1)
    search.say_neutrally(torch.from_numpy(logits)[None], rules.words)
    logits[search.repeating_tokens(tokens, rules.words)] = -np.inf
    tokens.append(int(logits.argmax()))
    return tokens[-1] == EOS


def greedy(prepare: Callable[[np.ndarray], np.ndarray], step: Callable[[int, int, np.ndarray], tuple], rules: Rules,
           picture: np.ndarray) -> tuple[list[int], float]:  # fmt: skip
    """The program's own search with one beam, until the end token."""
    pixels = to_planes(picture)
    started = time.perf_counter()
    first = prepare(pixels)
    spent = time.perf_counter() - started
    seen = np.empty((len(first) + rules.limit, *first.shape[1:]), np.float32)
    seen[: len(first)] = first
    tokens: list[int] = []
    for t in range(rules.limit):
        length = len(first) + t
        started = time.perf_counter()
        logits, own = step(tokens[-1] if tokens else BOS, t, seen[:length])
        spent += time.perf_counter() - started
        seen[length : length + 1] = own
        if extend(tokens, logits, rules):
            break
    return tokens, spent


class Program:
    """This program, in a process of its own; `times` holds its own stage times of the last picture, in milliseconds."""

    def __init__(self, program: Path, threads: int, beams: int = 1, options: Sequence[str] = ()):
        command = [program, "caption", "--json", "--timings", "--beam", str(beams), "--threads", str(threads), *options, "-"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        self.times: dict[str, float] = {}

    def caption(self, path: Path) -> tuple[list[int], float]:
        self.process.stdin.write(f"{path}\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        self.times = answer["milliseconds"]
        return answer["tokens"], sum(self.times.values()) / 1000

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait()


def eager(encoder: torch.nn.Module, decoder: torch.nn.Module, rules: Rules) -> Caption:
    prepare, step = Prepare(encoder, decoder).eval(), Step(decoder).eval()
    return _pytorch(prepare, step, rules)


def _pytorch(prepare: Callable, step: Callable, rules: Rules) -> Caption:
    def run_step(token: int, position: int, seen: np.ndarray) -> tuple:
        with torch.inference_mode():
            logits, own = step(torch.tensor([token]), torch.tensor([position]), torch.from_numpy(seen))
        return logits.numpy(), own.numpy()

    def run_prepare(pixels: np.ndarray) -> np.ndarray:
        with torch.inference_mode():
            return prepare(torch.from_numpy(pixels)).numpy()

    return lambda picture: greedy(run_prepare, run_step, rules, picture)


def traced(encoder: torch.nn.Module, decoder: torch.nn.Module, rules: Rules, size: int) -> Caption:
    """TorchScript of the float network, frozen and optimized for inference."""
    with torch.no_grad():
        prepare = Prepare(encoder, decoder).eval()
        pixels = torch.zeros(1, 3, size, size, dtype=torch.uint8)
        seen = prepare(pixels)
        scripted = torch.jit.optimize_for_inference(torch.jit.freeze(torch.jit.trace(prepare, pixels)))
        step = torch.jit.freeze(torch.jit.trace(Step(decoder).eval(), (torch.tensor([1]), torch.tensor([0]), seen)))
    return _pytorch(scripted, step, rules)


def bundle_in_python(path: Path) -> Caption:
    """The shipped bundle as it is: LibTorch's int8 kernels for encoder and decoder, driven from Python."""
    loaded = bundles.Bundle(*bundles.load_archives(path), bundles.read_tokens(path))

    def caption(picture: np.ndarray) -> tuple[list[int], float]:
        engines = loaded.manifest["engines"]
        torch.backends.quantized.engine = engines["encoder"] or "onednn"
        pixels = torch.from_numpy(to_planes(picture))
        started = time.perf_counter()
        tokens = search.generate(loaded, pixels, 1).tokens
        return tokens, time.perf_counter() - started

    return caption


def onnx_runtime(prepare: Path, step: Path, rules: Rules, threads: int) -> Caption:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    sessions = [onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"]) for path in (prepare, step)]

    def run_step(token: int, position: int, seen: np.ndarray) -> tuple:
        inputs = {"token": np.array([token]), "position": np.array([position]), "seen": seen}
        return tuple(sessions[1].run(None, inputs))

    return lambda picture: greedy(lambda pixels: sessions[0].run(None, {"pixels": pixels})[0], run_step, rules, picture)


def openvino(prepare: object, step: object, rules: Rules, threads: int) -> Caption:
    """Paths or models of OpenVINO's own."""
    import openvino

    core = openvino.Core()
    settings = {"INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY", "NUM_STREAMS": "1"}
    compiled = [core.compile_model(str(model) if isinstance(model, Path) else model, "CPU", settings) for model in (prepare, step)]
    requests = [model.create_infer_request() for model in compiled]

    def run_step(token: int, position: int, seen: np.ndarray) -> tuple:
        found = requests[1].infer({"token": np.array([token]), "position": np.array([position]), "seen": seen})
        return found["logits"], found["own"]

    return lambda picture: greedy(lambda pixels: requests[0].infer({"pixels": pixels})["seen"], run_step, rules, picture)


def ncnn(prepare: Path, step: Path, rules: Rules, layers: int, threads: int) -> Caption:
    """Single precision: the tools that quantize for ncnn are not in its Python package."""
    import ncnn

    nets = []
    for path in (prepare, step):
        net = ncnn.Net()
        net.opt.num_threads = threads
        net.load_param(f"{path}.ncnn.param")
        net.load_model(f"{path}.ncnn.bin")
        nets.append(net)

    def run(net: ncnn.Net, inputs: list[np.ndarray], outputs: int) -> list[np.ndarray]:
        extractor = net.create_extractor()
        for i, value in enumerate(inputs):
            extractor.input(f"in{i}", ncnn.Mat(value))
        return [np.array(extractor.extract(f"out{i}")[1]) for i in range(outputs)]

    def caption(picture: np.ndarray) -> tuple[list[int], float]:
        pixels = np.ascontiguousarray(((picture.astype(np.float32) - 127.0) / 128.0).transpose(2, 0, 1))
        started = time.perf_counter()
        parts = run(nets[0], [pixels], layers)
        spent = time.perf_counter() - started
        length, width = parts[0].shape[0], parts[0].shape[1] // 2
        seen = np.empty((2 * layers, length + rules.limit, width), np.float32)
        for i, part in enumerate(parts):
            seen[2 * i, :length], seen[2 * i + 1, :length] = part[:, :width], part[:, width:]
        tokens: list[int] = []
        for t in range(rules.limit):
            inputs = [np.array([tokens[-1] if tokens else BOS], np.int32), np.array([t], np.int32)]
            inputs += [np.ascontiguousarray(plane[: length + t]) for plane in seen]
            started = time.perf_counter()
            logits, *own = run(nets[1], inputs, 1 + 2 * layers)
            spent += time.perf_counter() - started
            seen[:, length + t] = np.reshape(own, (2 * layers, width))
            if extend(tokens, logits, rules):
                break
        return tokens, spent

    return caption


def onnx_int8(prepare: Path, step: Path, folder: Path, pictures: list[np.ndarray]) -> tuple[Path, Path]:
    """ONNX Runtime's own quantization: static QDQ for the encoder, calibrated on `pictures`; dynamic for the decoder."""
    from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_dynamic, quantize_static
    from onnxruntime.quantization.shape_inference import quant_pre_process

    class Reader(CalibrationDataReader):
        def __init__(self) -> None:
            self.left = iter([{"pixels": to_planes(picture)} for picture in pictures])

        def get_next(self) -> dict | None:
            return next(self.left, None)

    prepared, paths = folder / "prepare_shapes.onnx", (folder / "prepare_int8.onnx", folder / "step_int8.onnx")
    quant_pre_process(prepare, prepared)
    quantize_static(prepared, paths[0], Reader(), quant_format=QuantFormat.QDQ, per_channel=True,
                    activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8)  # fmt: skip
    quantize_dynamic(step, paths[1], per_channel=True, weight_type=QuantType.QInt8)
    return paths


def openvino_int8(prepare: Path, step: Path, pictures: list[np.ndarray]) -> tuple[object, object]:
    """NNCF's post-training quantization of the encoder; weights of the decoder in int8."""
    import nncf
    import openvino

    core = openvino.Core()
    data = nncf.Dataset([{"pixels": to_planes(picture)} for picture in pictures])
    encoder = nncf.quantize(core.read_model(prepare), data, preset=nncf.QuantizationPreset.MIXED, subset_size=len(pictures))
    return encoder, nncf.compress_weights(core.read_model(step), mode=nncf.CompressWeightsMode.INT8_SYM)
