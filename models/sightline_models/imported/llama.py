"""SmolVLM's language part: a Llama-style decoder that answers a question in which the picture stands.

The prefix of the cache is the question with the picture's cells in it, but for its last token: that begins the answer. Several
query heads share the keys and values of one head of the cache.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .settings import Settings
from .tokens import Vocabulary
from .weights import Weights, stacked

LONGEST = 512  # tokens of an answer that positions are kept for


class RmsNorm(nn.Module):
    def __init__(self, weight: Tensor, epsilon: float):
        super().__init__()
        self.epsilon: float = epsilon
        self.weight = nn.Parameter(weight, requires_grad=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.weight * (x * torch.rsqrt(x.square().mean(-1, keepdim=True) + self.epsilon))


class ShuffledCells(nn.Module):
    """[B,S*S,C] -> [B,(S/F)^2,W]: F x F neighbouring cells become one."""

    def __init__(self, factor: int, project: nn.Linear):
        super().__init__()
        self.factor: int = factor
        self.project = project

    def forward(self, x: Tensor) -> Tensor:
        b, cells, c = x.shape
        f = self.factor
        side = int(cells**0.5 + 0.5) // f
        return self.project(x.view(b, side, f, side, f, c).transpose(2, 3).reshape(b, side * side, f * f * c))


def turn(x: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
    """Rotary positions of [...,D] by tables [...,D]."""
    first, second = x.chunk(2, -1)
    return x * cosine + torch.cat([-second, first], -1) * sine


class LlamaBlock(nn.Module):
    def __init__(self, heads: int, shared: int, norm1: nn.Module, qkv: nn.Module, project: nn.Module, norm2: nn.Module, expand: nn.Module,
                 contract: nn.Module):  # fmt: skip
        """`heads` of the cache, each for `shared` heads that ask; `expand` gives the gate, then what passes it."""
        super().__init__()
        self.heads: int = heads
        self.shared: int = shared
        self.norm1, self.qkv, self.project = norm1, qkv, project
        self.norm2, self.expand, self.contract = norm2, expand, contract

    def ask(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """[N,T,C] -> queries [N,T,H*G,D], keys and values [N,T,2,H,D]."""
        n, t, _ = x.shape
        qkv = self.qkv(self.norm1(x)).view(n, t, self.heads * (self.shared + 2), -1)
        return qkv[:, :, : self.heads * self.shared], qkv[:, :, self.heads * self.shared :].unflatten(2, (2, self.heads))

    def feed(self, x: Tensor) -> Tensor:
        gate, passes = self.expand(self.norm2(x)).chunk(2, -1)
        return x + self.contract(F.silu(gate) * passes)

    def read(self, x: Tensor, cosine: Tensor, sine: Tensor) -> tuple[Tensor, Tensor]:
        """The question [B,P,C], each token sees those before it -> keys and values [2,B,H,P,D], what follows."""
        b, p, _ = x.shape
        query, pair = self.ask(x)
        cosine, sine = cosine[:, None], sine[:, None]
        query = turn(query, cosine, sine).transpose(1, 2)
        key = turn(pair[:, :, 0], cosine, sine).transpose(1, 2)
        value = pair[:, :, 1].transpose(1, 2)
        seen = F.scaled_dot_product_attention(query, key.repeat_interleave(self.shared, 1), value.repeat_interleave(self.shared, 1),
                                              is_causal=True)  # fmt: skip
        x = x + self.project(seen.transpose(1, 2).reshape(b, p, -1))
        return torch.stack([key, value]), self.feed(x)

    def step(self, x: Tensor, layer: Tensor, cosine: Tensor, sine: Tensor, length: int) -> Tensor:
        """One token [N,1,C] each beam; cache [2,N,H,P+T,D] written at `length`."""
        n = x.shape[0]
        query, pair = self.ask(x)
        layer[0, :, :, length] = turn(pair[:, 0, 0], cosine, sine)
        layer[1, :, :, length] = pair[:, 0, 1]
        query = turn(query[:, 0], cosine, sine).unflatten(1, (self.heads, self.shared))
        seen = F.scaled_dot_product_attention(query, layer[0, :, :, : length + 1], layer[1, :, :, : length + 1])
        return self.feed(x + self.project(seen.reshape(n, 1, -1)))


class LlamaDecoder(nn.Module):
    """Stands as a bundle's decoder, with the methods of network.DecoderNetwork, once it was told the question."""

    __constants__ = ("crosses",)

    def __init__(self, visual: nn.Module, cells: int, token: nn.Embedding, blocks: list[LlamaBlock], head: nn.Module, head_width: int,
                 base: float):  # fmt: skip
        """`visual` takes the encoder's features to `cells` tokens; `base` of the rotary positions."""
        super().__init__()
        self.visual, self.token, self.head = visual, token, head
        self.blocks = cast("Sequence[LlamaBlock]", nn.ModuleList(blocks))
        self.crosses = False
        self.cells: int = cells
        self.prefix_length: int = 0
        self.heads: int = blocks[0].heads
        self.head_width: int = head_width
        self.base: float = base
        for name in ("before", "after", "cosine", "sine"):
            self.register_buffer(name, torch.zeros(0))

    @torch.no_grad()
    def tell(self, before: list[int], after: list[int]) -> None:
        """The tokens before and after the picture, without the one that begins the answer."""
        self.before, self.after = (self.token(torch.tensor(part)).unsqueeze(0) for part in (before, after))
        self.prefix_length = len(before) + self.cells + len(after)
        rates = 1.0 / self.base ** (torch.arange(0, self.head_width, 2).float() / self.head_width)
        angles = torch.outer(torch.arange(self.prefix_length + LONGEST).float(), rates).repeat(1, 2)
        self.cosine, self.sine = angles.cos(), angles.sin()

    @torch.jit.export
    def prefill(self, features: Tensor) -> Tensor:
        x = torch.cat([self.before, self.visual(features), self.after], 1)
        layers: list[Tensor] = []
        for block in self.blocks:
            seen, x = block.read(x, self.cosine[: self.prefix_length], self.sine[: self.prefix_length])
            layers.append(seen)
        return torch.stack(layers)

    @torch.jit.export
    def step(self, tokens: Tensor, length: int, cache: Tensor) -> Tensor:
        x = self.token(tokens).unsqueeze(1)
        for i, block in enumerate(self.blocks):
            x = block.step(x, cache[i], self.cosine[length], self.sine[length], length)
        return self.head(x.squeeze(1))

    def forward(self, features: Tensor) -> Tensor:
        return self.prefill(features)


@dataclasses.dataclass(frozen=True)
class Question:
    """What a model that converses is asked, around the picture."""

    before: str
    after: str  # with {} for the user's own words
    words: str
    end: str  # the token that ends an answer
    longest: int  # tokens of an answer, where the folder does not say

    def tell(self, text: LlamaDecoder, vocabulary: Vocabulary, words: str) -> tuple[int, int]:
        """The ids that begin and end an answer."""
        end = vocabulary.tokenizer.token_to_id(self.end)
        before, after = vocabulary.prompt(self.before), vocabulary.prompt(self.after.format(words or self.words))
        if end is None or end not in after:
            raise SystemExit(f"The tokenizer does not know {self.end}, which ends what this model says. Copy the tokenizer's files of one "
                             "model.")  # fmt: skip
        text.tell(before, after[:-1])
        return after[-1], end


# The chat template of SmolVLM for one picture.
QUESTION = Question("<|im_start|>User:<fake_token_around_image><global-img>", "<fake_token_around_image>{}<end_of_utterance>\nAssistant:",
                    "Describe this image in one sentence.", "<end_of_utterance>", 40)  # fmt: skip


def llama_decoder(weights: Weights, connector: Weights, head: Weights, settings: Settings, features: int, cells: int,
                  factor: int) -> LlamaDecoder:  # fmt: skip
    """`features`: width of the encoder's `cells` times `factor` squared cells."""
    settings.expect("hidden_act", "silu")
    settings.expect("rope_scaling", None)
    width, vocabulary, heads = settings.whole("hidden_size"), settings.whole("vocab_size"), settings.whole("num_attention_heads")
    shared = settings.whole("num_key_value_heads") if settings.has("num_key_value_heads") else heads
    head_width = settings.whole("head_dim") if settings.has("head_dim") else width // heads
    epsilon, inner = settings.number("rms_norm_eps"), settings.whole("intermediate_size")
    if heads % shared:
        raise SystemExit(f"config.json has {heads} heads for {shared} of keys and values. Copy the model's own config.json.")

    def norm(where: Weights, name: str) -> RmsNorm:
        return RmsNorm(where.tensor(f"{name}.weight", width), epsilon)

    def block(where: Weights) -> LlamaBlock:
        asked = [where.linear("self_attn.q_proj", width, heads * head_width)]
        asked += [where.linear(f"self_attn.{name}_proj", width, shared * head_width) for name in "kv"]
        return LlamaBlock(
            shared,
            heads // shared,
            norm(where, "input_layernorm"),
            stacked(asked),
            where.linear("self_attn.o_proj", heads * head_width, width),
            norm(where, "post_attention_layernorm"),
            where.joined(["mlp.gate_proj", "mlp.up_proj"], width, inner),
            where.linear("mlp.down_proj", inner, width),
        )

    token = weights.embedding("embed_tokens", vocabulary, width)
    return LlamaDecoder(
        ShuffledCells(factor, connector.linear("modality_projection.proj", features * factor**2, width)),
        cells,
        token,
        [block(weights.below(f"layers.{i}")) for i in range(settings.whole("num_hidden_layers"))],
        nn.Sequential(norm(weights, "norm"), head.scores("lm_head", token)),
        head_width,
        settings.number("rope_theta"),
    )
