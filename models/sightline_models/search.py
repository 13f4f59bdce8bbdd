"""Greedy search, beam search and sampling.

`generate` is the reference for one picture that core/inference/token_search.cpp must reproduce token by token; `beams` and
`sample` work on many pictures at once and serve training, teaching and validation.
"""

from __future__ import annotations

import dataclasses
import math

import torch
from torch import Tensor

from .bundle import CAPTIONS, TRANSFORMERS, Bundle
from .network import DecoderNetwork
from .tokenizer import BOS, EOS, PAD

LENGTH_PENALTY = 0.7  # finished captions compete by log-probability / length^penalty

# What the captions guess of people, and the word for both: said where neither is UNSURE_RATIO times as likely as the other.
GUESSES = ((b" man", b" woman", b" person"), (b" men", b" women", b" people"), (b" boy", b" girl", b" child"),
           (b" boys", b" girls", b" children"), (b" his", b" her", b" their"))  # fmt: skip
UNSURE_RATIO = 2.0


@dataclasses.dataclass
class Candidate:
    tokens: list[int]
    log_probability: float
    ended: bool

    def score(self, length_penalty: float) -> float:
        return self.log_probability / max(1, len(self.tokens)) ** length_penalty


@dataclasses.dataclass(frozen=True)
class Words:
    """Tokens that a search knows by their meaning."""

    conjunction: int | None = None  # "and"
    articles: tuple[int, ...] = ()  # "a", "an", "the"
    guesses: tuple[tuple[int, int, int], ...] = ()  # "man", "woman" and, where it is unsure which, "person"

    @staticmethod
    def of(tokens: list[bytes]) -> Words:
        """Of a vocabulary: for each id the bytes it adds."""
        ids = {token: i for i, token in reversed([*enumerate(tokens)])}
        guesses = tuple((ids[his], ids[her], ids[whose]) for his, her, whose in GUESSES
                        if all(word in ids for word in (his, her, whose)))  # fmt: skip
        return Words(ids.get(b" and"), tuple(ids[a] for a in (b" a", b" an", b" the") if a in ids), guesses)


def repeating_tokens(caption: list[int], words: Words) -> list[int]:
    """Tokens that would make three in a row that the caption holds already ("a close up of a close up of ...") or say one
    thing twice around an "and" ("white and white", "a man and a man")."""
    found = [caption[i + 2] for i in range(len(caption) - 2) if caption[i : i + 2] == caption[-2:]]
    before = caption[:-1] if caption and caption[-1] in words.articles else caption
    if len(before) > 1 and before[-1] == words.conjunction:
        found.append(before[-2])
    return found


def say_neutrally(scores: Tensor, words: Words) -> None:
    """Next-token logits or log probabilities [N,V]: a guess that is unsure gives its probability to the neutral word."""
    for first, second, neutral in words.guesses:
        unsure = (scores[:, first] - scores[:, second]).abs() < math.log(UNSURE_RATIO)
        total = torch.logsumexp(scores[:, [first, second, neutral]], 1)
        scores[unsure, neutral] = total[unsure]
        scores[unsure, first] = scores[unsure, second] = float("-inf")


@torch.no_grad()
def generate(bundle: Bundle, pixels: Tensor, beams: int = 0) -> Candidate:
    """Caption of one picture, u8 [1,3,S,S]. `tokens` holds the caption with its end token, where it came. `beams` 0 is
    the bundle's own default."""
    settings = bundle.manifest["search"]
    beams = beams or settings["beams"]
    length_penalty = settings["length_penalty"]
    limit = bundle.manifest["max_tokens"]
    end = bundle.manifest["special_tokens"]["eos"]
    transformers = settings.get("rules", CAPTIONS) == TRANSFORMERS
    words = Words() if transformers else Words.of(bundle.tokens)
    *before, first = bundle.start
    prefix = bundle.decoder.prefill(bundle.encoder.encode(pixels))
    layers, two, _, heads, length, width = prefix.shape
    cache = torch.zeros(layers, two, beams, heads, length + len(before) + limit, width)
    cache[:, :, :, :, :length] = prefix
    for token in before:
        bundle.decoder.step(torch.tensor([token]), length, cache[:, :, :1])
        length += 1
    live = [Candidate([], 0.0, False)]
    finished: list[Candidate] = []
    for t in range(limit):
        tokens = torch.tensor([c.tokens[-1] if c.tokens else first for c in live])
        logits = bundle.decoder.step(tokens, length + t, cache[:, :, : len(live)])
        log_probabilities = torch.log_softmax(logits, -1)
        say_neutrally(log_probabilities, words)
        for row, c in enumerate(live if not transformers else ()):
            log_probabilities[row, repeating_tokens(c.tokens, words)] = float("-inf")
        total = log_probabilities + torch.tensor([c.log_probability for c in live])[:, None]
        top = torch.topk(total.flatten(), 2 * beams)
        following: list[Candidate] = []
        parents: list[int] = []
        for rank, (value, index) in enumerate(zip(top.values.tolist(), top.indices.tolist(), strict=True)):
            parent, token = divmod(index, logits.shape[1])
            candidate = Candidate([*live[parent].tokens, token], value, token == end)
            if candidate.ended or (transformers and t + 1 == limit):
                if rank < beams or not transformers:
                    finished.append(candidate)
            elif len(following) < beams:
                following.append(candidate)
                parents.append(parent)
            if len(following) == beams:
                break
        if (beams == 1 and finished) or not following:
            break
        finished.sort(key=lambda c: -c.score(length_penalty))
        total_of_best = max(c.log_probability for c in following)
        if transformers:  # all places are taken, and the best live beam, ending now, would not get one
            if len(finished) >= beams and (
                settings["early_stopping"]
                or finished[beams - 1].score(length_penalty) >= total_of_best / (t + 1) ** length_penalty
            ):
                break
        elif finished and finished[0].score(length_penalty) >= total_of_best / limit**length_penalty:
            break
        if t + 1 < limit:
            start = length - len(before)
            cache[:, :, : len(parents), :, start : length + t + 1] = cache[
                :, :, parents, :, start : length + t + 1
            ].clone()
        live = following
    return max(finished or live, key=lambda c: c.score(length_penalty))


@torch.no_grad()
def logits_along(bundle: Bundle, pixels: Tensor, tokens: list[int]) -> Tensor:
    """Logits [1+T,V] of what follows a caption's start, and each of these tokens."""
    fed = [*bundle.start, *tokens]
    prefix = bundle.decoder.prefill(bundle.encoder.encode(pixels))
    length = prefix.shape[4]
    cache = torch.nn.functional.pad(prefix, (0, 0, 0, len(fed)))
    found = [bundle.decoder.step(torch.tensor([token]), length + i, cache) for i, token in enumerate(fed)]
    return torch.cat(found[len(bundle.start) - 1 :])


class Batch:
    """The caches of several pictures, `rows` captions each, for one or more decoders whose probabilities are averaged."""

    def __init__(self, networks: list[DecoderNetwork], prefixes: list[Tensor], rows: int, limit: int):
        self.networks = networks
        self.caches = []
        self.length = networks[0].prefix_length
        for prefix in (part.float().repeat_interleave(rows, 2) for part in prefixes):
            layers, two, count, heads, length, width = prefix.shape
            cache = prefix.new_empty(layers, two, count, heads, length + limit, width)
            cache[:, :, :, :, :length] = prefix
            self.caches.append(cache)

    def step(self, tokens: Tensor, t: int) -> Tensor:
        """Log probabilities [N,V] of what follows `tokens` [N], the t-th of each caption."""
        total: Tensor | None = None
        for network, cache in zip(self.networks, self.caches, strict=True):
            part = torch.log_softmax(network.step(tokens, self.length + t, cache).float(), -1)
            if len(self.networks) > 1:
                part = part.exp()
            total = part if total is None else total + part
        assert total is not None
        return total if len(self.networks) == 1 else (total / len(self.networks)).log()

    def select(self, parents: Tensor, t: int) -> None:
        """Row i goes on from what row parents[i] has so far."""
        end = self.length + t + 1
        for cache in self.caches:
            cache[:, :, :, :, self.length : end] = cache[:, :, parents, :, self.length : end]


@torch.no_grad()
def beams(networks: list[DecoderNetwork], features: list[Tensor], width: int, limit: int, length_penalty: float,
          words: Words) -> list[list[Candidate]]:  # fmt: skip
    """For each picture the finished captions of a beam search, best first; `features` [B,P,channels] one a network."""
    count = features[0].shape[0]
    batch = Batch(networks, [network.prefill(part) for network, part in zip(networks, features, strict=True)], width, limit)
    tokens = torch.full((count * width,), BOS)
    total = torch.full((count, width), float("-inf"))
    total[:, 0] = 0.0
    history = torch.zeros(count, width, 0, dtype=torch.long)
    finished: list[list[Candidate]] = [[] for _ in range(count)]
    done = [False] * count
    for t in range(limit):
        log_probabilities = batch.step(tokens, t)
        say_neutrally(log_probabilities, words)
        for row, caption in enumerate(history.flatten(0, 1).tolist()):
            log_probabilities[row, repeating_tokens(caption, words)] = float("-inf")
        following = log_probabilities.view(count, width, -1) + total[:, :, None]
        vocabulary = following.shape[2]
        top = torch.topk(following.flatten(1), 2 * width)
        parents = torch.zeros(count, width, dtype=torch.long)
        chosen = torch.full((count, width), PAD)
        values = torch.full((count, width), float("-inf"))
        for b in range(count):
            if done[b]:
                continue
            kept = 0
            for value, index in zip(top.values[b].tolist(), top.indices[b].tolist(), strict=True):
                parent, token = divmod(index, vocabulary)
                if token == EOS:
                    finished[b].append(Candidate([*history[b, parent].tolist(), EOS], value, True))
                elif kept < width:
                    parents[b, kept], chosen[b, kept], values[b, kept] = parent, token, value
                    kept += 1
                if kept == width:
                    break
            best = max((c.score(length_penalty) for c in finished[b]), default=float("-inf"))
            done[b] = best >= values[b, 0].item() / limit**length_penalty
        total = values
        history = torch.cat([history.gather(1, parents[:, :, None].expand(-1, -1, t)), chosen[:, :, None]], 2)
        if all(done):
            break
        batch.select((parents + torch.arange(count)[:, None] * width).flatten(), t)
        tokens = chosen.flatten()
    for b in range(count):
        if not finished[b]:
            finished[b] = [Candidate(history[b, k].tolist(), total[b, k].item(), False) for k in range(width)]
        finished[b].sort(key=lambda c: -c.score(length_penalty))
    return finished


@torch.no_grad()
def sample(network: DecoderNetwork, prefix: Tensor, samples: int, limit: int) -> Tensor:
    """Captions drawn from the model for a `prefix` of B pictures, as `prefill` gives it; [B*samples,1+limit] from BOS on,
    padded after their end."""
    batch = Batch([network], [prefix], samples, limit)
    tokens = torch.full((prefix.shape[2] * samples, 1), BOS)
    ended = torch.zeros(tokens.shape[0], dtype=torch.bool)
    for t in range(limit):
        cumulative = batch.step(tokens[:, -1], t).exp().cumsum(-1)
        drawn = torch.searchsorted(cumulative, torch.rand(len(tokens), 1) * cumulative[:, -1:])[:, 0]
        drawn[ended] = PAD
        tokens = torch.cat([tokens, drawn[:, None]], 1)
        ended |= drawn == EOS
        if bool(ended.all()):
            break
    return tokens
