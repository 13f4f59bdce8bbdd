"""BERT as a decoder: BLIP's looks at the picture in every block, GIT's has it before the text."""

from __future__ import annotations

from torch import nn

from . import towers
from .settings import Settings
from .text import Cross, TextBlock, TextDecoder
from .vision import Activation, Shape
from .weights import Weights, linear


def blip_decoder(weights: Weights, settings: Settings, features: int, prefix_length: int) -> TextDecoder:
    made = towers.shape(settings)
    vocabulary = settings.whole("vocab_size")
    body, prediction = weights.below("bert"), weights.below("cls.predictions")
    token = body.embedding("embeddings.word_embeddings", vocabulary, made.width)
    weight = prediction.tensor("decoder.weight", vocabulary, made.width) if prediction.has("decoder.weight") else token.weight
    head = nn.Sequential(
        prediction.linear("transform.dense", made.width, made.width),
        Activation(made.activation),
        prediction.norm("transform.LayerNorm", made.width, made.epsilon),
        linear(weight, prediction.tensor("bias", vocabulary)),
    )
    return _decoder(body, settings, made, nn.Identity(), token, head, features, prefix_length)


def git_decoder(weights: Weights, settings: Settings, seeing: Settings, prefix_length: int) -> TextDecoder:
    made = towers.shape(settings)
    vocabulary, features = settings.whole("vocab_size"), seeing.whole("hidden_size")
    body, projection = weights.below("git"), weights.below("git.visual_projection.visual_projection")
    token = body.embedding("embeddings.word_embeddings", vocabulary, made.width)
    visual = nn.Sequential(
        projection.linear("0", features, made.width), projection.norm("1", made.width, seeing.number("layer_norm_eps"))
    )
    return _decoder(body, settings, made, visual, token, weights.scores("output", token), None, prefix_length)


def _decoder(body: Weights, settings: Settings, made: Shape, visual: nn.Module, token: nn.Embedding, head: nn.Module,
             features: int | None, prefix_length: int) -> TextDecoder:  # fmt: skip
    """`features`: width of what the blocks look at; none where the picture stands before the text."""
    settings.expect("position_embedding_type", "absolute")
    return TextDecoder(
        visual,
        token,
        body.tensor("embeddings.position_embeddings.weight", settings.whole("max_position_embeddings"), made.width),
        body.norm("embeddings.LayerNorm", made.width, made.epsilon),
        [_block(body.below(f"encoder.layer.{i}"), made, features) for i in range(made.layers)],
        head,
        prefix_length,
        made.heads,
        made.width // made.heads,
    )


def _block(weights: Weights, made: Shape, features: int | None) -> TextBlock:
    width = made.width
    cross = None
    if features is not None:
        cross = Cross(
            weights.norm("crossattention.output.LayerNorm", width, made.epsilon),
            weights.linear("crossattention.self.query", width, width),
            weights.joined(["crossattention.self.key", "crossattention.self.value"], features, width),
            weights.linear("crossattention.output.dense", width, width),
        )
    return TextBlock(
        made.heads,
        made.activation,
        False,
        weights.norm("attention.output.LayerNorm", width, made.epsilon),
        weights.joined([f"attention.self.{name}" for name in ("query", "key", "value")], width, width),
        weights.linear("attention.output.dense", width, width),
        weights.norm("output.LayerNorm", width, made.epsilon),
        weights.linear("intermediate.dense", width, made.inner),
        weights.linear("output.dense", made.inner, width),
        cross,
    )
