"""GPT-2 with layers that look at a picture, as VisionEncoderDecoderModel has it."""

from __future__ import annotations

from torch import nn

from .settings import Settings
from .text import Cross, TextBlock, TextDecoder
from .vision import Shape
from .weights import Weights


def gpt2_decoder(weights: Weights, settings: Settings, features: int, prefix_length: int) -> TextDecoder:
    settings.expect("scale_attn_weights", True)
    settings.expect("scale_attn_by_inverse_layer_idx", False)
    width = settings.whole("n_embd")
    inner = settings.whole("n_inner") if settings.has("n_inner") else 4 * width
    made = Shape(settings.whole("n_layer"), width, inner, settings.whole("n_head"), settings.number("layer_norm_epsilon"),
                 settings.word("activation_function"))  # fmt: skip
    body = weights.below("decoder.transformer")
    token = body.embedding("wte", settings.whole("vocab_size"), width)
    projected = weights.has("enc_to_dec_proj.weight")
    visual = weights.linear("enc_to_dec_proj", features, width) if projected else nn.Identity()
    return TextDecoder(
        visual,
        token,
        body.tensor("wpe.weight", settings.whole("n_positions"), width),
        nn.Identity(),
        [_block(body.below(f"h.{i}"), made, width if projected else features) for i in range(made.layers)],
        nn.Sequential(body.norm("ln_f", width, made.epsilon), weights.scores("decoder.lm_head", token)),
        prefix_length,
        made.heads,
        width // made.heads,
    )


def _block(weights: Weights, made: Shape, features: int) -> TextBlock:
    width = made.width
    cross = Cross(
        weights.norm("ln_cross_attn", width, made.epsilon),
        weights.linear("crossattention.q_attn", width, width, turned=True),
        weights.linear("crossattention.c_attn", features, 2 * width, turned=True),
        weights.linear("crossattention.c_proj", width, width, turned=True),
    )
    return TextBlock(
        made.heads,
        made.activation,
        True,
        weights.norm("ln_1", width, made.epsilon),
        weights.linear("attn.c_attn", width, 3 * width, turned=True),
        weights.linear("attn.c_proj", width, width, turned=True),
        weights.norm("ln_2", width, made.epsilon),
        weights.linear("mlp.c_fc", width, made.inner, turned=True),
        weights.linear("mlp.c_proj", made.inner, width, turned=True),
        cross,
    )
