"""Number formats of the running CPU."""

from __future__ import annotations

import torch


def reduced_precision() -> torch.autocast:
    """bfloat16 where the CPU multiplies it; elsewhere it is imitated, slower than float, and float is kept."""
    return torch.autocast("cpu", torch.bfloat16, enabled=torch.ops.mkldnn._is_mkldnn_bf16_supported())
