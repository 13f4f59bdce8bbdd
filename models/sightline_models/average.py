"""The weights of two results of one stage, averaged (Wortsman et al. 2022, "Model soups", arXiv:2203.05482).

Results that went on from one another lie in one valley: what is between them is often better than either.
"""

from __future__ import annotations

import argparse

import torch
from torch import Tensor

from .config import Config
from .pretrained import FITTED
from .workspace import Workspace

DECODER = "decoder."


def mixed(first: dict[str, Tensor], second: dict[str, Tensor], share: float) -> dict[str, Tensor]:
    """`share` of `second`, the rest of `first`; integers as `first` has them."""
    if first.keys() != second.keys() or any(first[name].shape != second[name].shape for name in first):
        raise SystemExit("The two results are not of one network; only weights of the same layers can be averaged.")
    return {name: value.lerp(second[name], share) if value.is_floating_point() else value for name, value in first.items()}


def decoder_of(earlier: dict, result: dict[str, Tensor]) -> dict[str, Tensor]:
    """The module of an earlier result; of the whole captioner that training began from its decoder, which a stage of its own
    has fitted to its pictures since (FITTED)."""
    if "module" in earlier:
        return earlier["module"]
    weights = {name.removeprefix(DECODER): value for name, value in earlier.items() if name.startswith(DECODER)}
    return weights | {name: value for name, value in result.items() if name.startswith(FITTED)}


def average(arguments: argparse.Namespace) -> None:
    config = Config.load(arguments.config)
    path = Workspace(config, arguments.data, arguments.work).work / f"{arguments.stage}.pt"
    result = torch.load(path, map_location="cpu", weights_only=True)
    earlier = torch.load(arguments.earlier, map_location="cpu", weights_only=True)
    result["module"] = mixed(decoder_of(earlier, result["module"]), result["module"], arguments.share)
    temporary = path.with_suffix(".tmp")
    torch.save(result, temporary)
    temporary.replace(path)
    print(f"{path}: {arguments.share} of it, the rest of {arguments.earlier}")
