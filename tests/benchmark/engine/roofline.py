"""What a caption costs in multiplications and bytes of weights, and how fast this machine could do that at best."""

from __future__ import annotations

import time
from collections.abc import Callable

import torch
from torch import nn

from network import DecoderNetwork, FloatEncoder

MATRIX = 1024
MEMORY = 256 << 20  # bytes; far more than any cache holds
REPETITIONS = 30


def _count(module: nn.Module, run: Callable[[], object]) -> tuple[float, float]:
    """Multiply-accumulates and weights (one byte each as int8) of one run."""
    macs = weights = 0.0
    seen: set[int] = set()

    def hook(layer: nn.Module, _inputs: tuple, output: torch.Tensor) -> None:
        nonlocal macs, weights
        per_output = layer.weight[0].numel()
        macs += output.numel() * per_output
        if id(layer) not in seen:
            seen.add(id(layer))
            weights += layer.weight.numel()

    handles = [m.register_forward_hook(hook) for m in module.modules() if isinstance(m, (nn.Conv2d, nn.Linear))]
    with torch.inference_mode():
        run()
    for handle in handles:
        handle.remove()
    return macs, weights


def costs(encoder: FloatEncoder, decoder: DecoderNetwork, size: int) -> dict[str, tuple[float, float]]:
    """(multiply-accumulates, bytes of int8 weights) of encode, of prefill, and of one step of one beam."""
    pixels = torch.zeros(1, 3, size, size, dtype=torch.uint8)
    with torch.inference_mode():
        features = encoder(pixels).flatten(2).transpose(1, 2)
        prefix = decoder.prefill(features)
    layers, two, _, heads, length, width = prefix.shape
    cache = torch.zeros(layers, two, 1, heads, length + 1, width)
    cache[:, :, :, :, :length] = prefix
    return {
        "encode": _count(encoder, lambda: encoder(pixels)),
        "prefill": _count(decoder, lambda: decoder.prefill(features)),
        "step": _count(decoder, lambda: decoder.step(torch.tensor([1]), length, cache)),
    }


def _best(run: Callable[[], object]) -> float:
    times = []
    for _ in range(REPETITIONS):
        started = time.perf_counter()
        run()
        times.append(time.perf_counter() - started)
    return min(times)


@torch.inference_mode()
def machine_limits(cached: int) -> dict[str, float]:
    """Int8 multiply-accumulates a second of oneDNN's matrix product, and bytes a second read from memory and from `cached`
    bytes that stay in the caches."""
    torch.backends.quantized.engine = "onednn"
    linear = torch.ao.nn.quantized.Linear(MATRIX, MATRIX)
    x = torch.quantize_per_tensor(torch.randn(MATRIX, MATRIX), 0.05, 128, torch.quint8)
    large, small = torch.ones(MEMORY // 4), torch.ones(cached // 4)
    return {
        "int8_macs": MATRIX**3 / _best(lambda: linear(x)),
        "memory": MEMORY / _best(large.sum),
        "caches": cached / _best(small.sum),
    }


def table(cost: dict[str, tuple[float, float]], limits: dict[str, float], stages: dict[str, float], steps: float) -> str:
    """`stages`: milliseconds, of which generate took `steps` steps."""
    lines = ["| stage | ms | million multiply-accumulates | MB of weights | of the int8 peak | of the rate of reading from the caches |",
             "|---|---:|---:|---:|---:|---:|"]  # fmt: skip
    times = {"encode": stages["encode"], "prefill": stages["prefill"], "step": stages["generate"] / steps}
    for name, milliseconds in times.items():
        macs, weights = cost[name]
        seconds = milliseconds / 1000
        lines.append(f"| {name} | {milliseconds:.2f} | {macs / 1e6:.1f} | {weights / 1e6:.1f} | {100 * macs / seconds / limits['int8_macs']:.0f} % "
                     f"| {100 * weights / seconds / limits['caches']:.0f} % |")  # fmt: skip
    lines.append(f"\nInt8 peak {limits['int8_macs'] / 1e9:.0f} billion multiply-accumulates a second (oneDNN, {MATRIX} cubed); reading "
                 f"{limits['memory'] / 1e9:.1f} GB/s from memory, {limits['caches'] / 1e9:.1f} GB/s from the caches")  # fmt: skip
    return "\n".join(lines)
