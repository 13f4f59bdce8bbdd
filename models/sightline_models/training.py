"""What the training stages share: schedule, averaging, checkpoints, resume, progress."""

from __future__ import annotations

import dataclasses
import json
import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from tqdm import tqdm

from .config import Stage
from .precision import reduced_precision

CHECKPOINT_SECONDS = 90.0
GRADIENT_LIMIT = 1.0


class Average:
    """Exponential moving average of a module's parameters; what is validated and exported."""

    def __init__(self, module: nn.Module, decay: float):
        self.decay = decay
        self.values = {name: value.detach().clone() for name, value in module.named_parameters()}

    def update(self, module: nn.Module, step: int) -> None:
        decay = min(self.decay, (1 + step) / (10 + step))
        with torch.no_grad():
            for name, value in module.named_parameters():
                self.values[name].lerp_(value, 1 - decay)

    def swap(self, module: nn.Module) -> None:
        """Exchanges averaged and current values; calling it twice restores both."""
        with torch.no_grad():
            for name, value in module.named_parameters():
                kept = value.detach().clone()
                value.copy_(self.values[name])
                self.values[name] = kept


def parameter_groups(module: nn.Module, stage: Stage) -> list[dict]:
    """Decay on matrices only; the encoder, where there is one, at its own rate."""
    groups: dict[tuple[bool, bool], list[nn.Parameter]] = {}
    for name, parameter in module.named_parameters():
        if parameter.requires_grad:
            groups.setdefault((name.startswith("encoder."), parameter.ndim >= 2), []).append(parameter)
    return [
        {
            "params": parameters,
            "base": stage.encoder_learning_rate if encoder else stage.learning_rate,
            "weight_decay": stage.weight_decay if matrix else 0.0,
        }
        for (encoder, matrix), parameters in groups.items()
    ]


class Trainer:
    """Runs one stage. `batches(epoch)` yields the epoch's batches in an order fixed by seed and epoch, so a resumed
    run continues with the same data; `loss` maps a batch to a scalar; `validate` returns dev figures."""

    def __init__(
        self,
        name: str,
        module: nn.Module,
        stage: Stage,
        work: Path,
        seed: int,
        steps_per_epoch: int,
        batches: Callable[[int], list],
        loss: Callable[[Any], Tensor],
        validate: Callable[[], dict[str, float]],
    ):
        self.name, self.module, self.stage, self.work, self.seed = name, module, stage, work, seed
        self.steps_per_epoch, self.batches, self.loss, self.validate = steps_per_epoch, batches, loss, validate
        self.optimizer = torch.optim.AdamW(parameter_groups(module, stage), lr=0.0, betas=(0.9, 0.98))
        self.average = Average(module, stage.ema_decay) if stage.ema_decay > 0 else None
        self.step = 0
        self.history: list[dict[str, float]] = []
        self.total = stage.epochs * steps_per_epoch
        self.more: dict = {}  # what else the result holds
        self.checkpoint = work / f"{name}.checkpoint.pt"
        self.result = work / f"{name}.pt"

    def rate(self) -> float:
        """Linear warm-up, then a cosine to zero; a factor on each group's base rate."""
        if self.step < self.stage.warmup_steps:
            return (self.step + 1) / self.stage.warmup_steps
        done = (self.step - self.stage.warmup_steps) / max(1, self.total - self.stage.warmup_steps)
        return 0.5 * (1 + math.cos(math.pi * min(1.0, done)))

    def save(self) -> None:
        state = {
            "module": self.module.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "average": self.average.values if self.average else None,
            "step": self.step,
            "total": self.total,
            "stage": dataclasses.asdict(self.stage),
            "history": self.history,
        }
        temporary = self.checkpoint.with_suffix(".tmp")
        torch.save(state, temporary)
        temporary.replace(self.checkpoint)

    def resume(self) -> None:
        if not self.checkpoint.exists():
            return
        state = torch.load(self.checkpoint, map_location="cpu", weights_only=True)
        if state["total"] != self.total or state["stage"] != dataclasses.asdict(self.stage):
            raise SystemExit(
                f"{self.checkpoint} belongs to a run of {state['total']} steps with {state['stage']}, this one has "
                f"{self.total} with {dataclasses.asdict(self.stage)}: the configuration or the data changed. Restore it, "
                "or delete the checkpoint to start again."
            )
        self.module.load_state_dict(state["module"])
        self.optimizer.load_state_dict(state["optimizer"])
        if self.average:
            self.average.values = state["average"]
        self.step, self.history = state["step"], state["history"]

    def run(self) -> None:
        self.resume()
        saved = time.monotonic()
        smooth = None
        bar = tqdm(total=self.total, initial=self.step, desc=self.name, unit="step", dynamic_ncols=True)
        while self.step < self.total:
            epoch, skip = divmod(self.step, self.steps_per_epoch)
            self.module.train()
            for batch in self.batches(epoch)[skip:]:
                torch.manual_seed(self.seed * 1000003 + self.step)  # so that a resumed run has the same dropout
                factor = self.rate()
                for group in self.optimizer.param_groups:
                    group["lr"] = group["base"] * factor
                with reduced_precision():
                    loss = self.loss(batch)
                self.optimizer.zero_grad(set_to_none=True)
                loss.backward()
                nn.utils.clip_grad_norm_(self.module.parameters(), GRADIENT_LIMIT)
                self.optimizer.step()
                self.step += 1
                if self.average:
                    self.average.update(self.module, self.step)
                value = loss.item()
                smooth = value if smooth is None else 0.98 * smooth + 0.02 * value
                bar.update()
                bar.set_postfix(loss=f"{smooth:.3f}", refresh=False)
                if time.monotonic() - saved > CHECKPOINT_SECONDS:
                    self.save()
                    saved = time.monotonic()
            self._validate(epoch, smooth)
            self.save()
        bar.close()
        self._finish()

    def _validate(self, epoch: int, loss: float | None) -> None:
        if self.average:
            self.average.swap(self.module)
        self.module.eval()
        figures = {"epoch": epoch + 1, "loss": round(loss or 0.0, 4), **self.validate()}
        if self.average:
            self.average.swap(self.module)
        self.history.append(figures)
        tqdm.write(f"{self.name}: " + json.dumps(figures))

    def _finish(self) -> None:
        if self.average:
            self.average.swap(self.module)
        result = {"module": self.module.state_dict(), "stage": dataclasses.asdict(self.stage), "history": self.history}
        torch.save({**result, **self.more}, self.result)
        if self.average:
            self.average.swap(self.module)
        self.checkpoint.unlink(missing_ok=True)
