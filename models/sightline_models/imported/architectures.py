"""The architectures that can be imported, by the name that config.json gives them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from torch import Tensor

from . import bert, towers
from .gpt2 import gpt2_decoder
from .llama import LONGEST, QUESTION, LlamaDecoder, Question, llama_decoder
from .settings import Settings
from .text import TextDecoder
from .vision import VisionTower
from .weights import Weights

VIT = {"hidden_size": 768, "num_hidden_layers": 12, "num_attention_heads": 12, "intermediate_size": 3072, "hidden_act": "gelu",
       "layer_norm_eps": 1e-12, "image_size": 224, "patch_size": 16}  # fmt: skip
BLIP_VISION = {**VIT, "layer_norm_eps": 1e-5, "image_size": 384}
GIT_VISION = {**VIT, "layer_norm_eps": 1e-5, "hidden_act": "quick_gelu"}
GPT2 = {"n_embd": 768, "n_layer": 12, "n_head": 12, "n_positions": 1024, "vocab_size": 50257, "layer_norm_epsilon": 1e-5,
        "activation_function": "gelu_new"}  # fmt: skip
BERT = {"hidden_size": 768, "num_hidden_layers": 12, "num_attention_heads": 12, "intermediate_size": 3072, "hidden_act": "gelu",
        "layer_norm_eps": 1e-12, "max_position_embeddings": 512, "vocab_size": 30524, "pad_token_id": 0}  # fmt: skip
BLIP_TEXT = {**BERT, "num_attention_heads": 8, "bos_token_id": 30522, "sep_token_id": 102}
GIT_TEXT = {**BERT, "num_hidden_layers": 6, "max_position_embeddings": 1024, "vocab_size": 30522, "bos_token_id": 101,
            "eos_token_id": 102}  # fmt: skip
SIGLIP = {"hidden_size": 1152, "num_hidden_layers": 12, "num_attention_heads": 16, "intermediate_size": 3072,
          "hidden_act": "gelu_pytorch_tanh", "layer_norm_eps": 1e-6, "image_size": 224, "patch_size": 32}  # fmt: skip
LLAMA = {"hidden_size": 4096, "num_hidden_layers": 32, "num_attention_heads": 32, "intermediate_size": 11008, "hidden_act": "silu",
         "rms_norm_eps": 1e-6, "rope_theta": 10000.0, "vocab_size": 32000, "max_position_embeddings": 2048}  # fmt: skip
VISION_TOKENS = {"vit": ("cls_token",), "deit": ("cls_token", "distillation_token")}


@dataclasses.dataclass
class Parts:
    """What a folder's weights become."""

    vision: VisionTower
    text: TextDecoder | LlamaDecoder
    image_size: int
    vocabulary_size: int
    positions: int  # most tokens of a caption with its prompt
    start: int  # tokens by their ids
    end: int
    question: Question | None = None  # of a model that converses: it says `start` and `end` once it is told


def build(architecture: str, config: dict, tensors: dict[str, Tensor]) -> Parts:
    return KNOWN[architecture](config, Weights(tensors))


def refuse_unknown(architecture: str) -> None:
    if architecture not in KNOWN:
        raise SystemExit(f"The architecture {architecture} cannot be imported. Those known here: {', '.join(KNOWN)}.")


def _part(config: dict, name: str) -> dict:
    part = config.get(name)
    if not isinstance(part, dict):
        raise SystemExit(f"config.json has no part {name!r}. Copy the model's own config.json.")
    return part


def _vision_encoder_decoder(config: dict, weights: Weights) -> Parts:
    encoder, decoder = _part(config, "encoder"), _part(config, "decoder")
    for part, known in ((encoder, tuple(VISION_TOKENS)), (decoder, ("gpt2",))):
        if part.get("model_type") not in known:
            raise SystemExit(f"A VisionEncoderDecoderModel with {part.get('model_type')} cannot be imported. Those known here: encoders "
                             f"{', '.join(VISION_TOKENS)}, decoder gpt2.")  # fmt: skip
    seeing, saying = Settings(encoder, VIT), Settings(decoder, GPT2)
    own_tokens = VISION_TOKENS[encoder["model_type"]]
    patches = len(own_tokens) + towers.patch_count(seeing)
    # The composite's own ids stand above those of its decoder.
    tokens = Settings(config, {"decoder_start_token_id": decoder.get("bos_token_id"), "eos_token_id": decoder.get("eos_token_id")})
    return Parts(
        towers.vit(weights.below("encoder"), seeing, own_tokens),
        gpt2_decoder(weights, saying, seeing.whole("hidden_size"), patches),
        seeing.whole("image_size"),
        saying.whole("vocab_size"),
        saying.whole("n_positions"),
        tokens.token("decoder_start_token_id"),
        tokens.token("eos_token_id"),
    )


def _blip(config: dict, weights: Weights) -> Parts:
    seeing = Settings(_part(config, "vision_config"), BLIP_VISION)
    saying = Settings(_part(config, "text_config"), BLIP_TEXT)
    return Parts(
        towers.blip(weights.below("vision_model"), seeing),
        bert.blip_decoder(weights.below("text_decoder"), saying, seeing.whole("hidden_size"), 1 + towers.patch_count(seeing)),
        seeing.whole("image_size"),
        saying.whole("vocab_size"),
        saying.whole("max_position_embeddings"),
        saying.token("bos_token_id"),
        saying.token("sep_token_id"),
    )


def _git(config: dict, weights: Weights) -> Parts:
    seeing, saying = Settings(_part(config, "vision_config"), GIT_VISION), Settings(config, GIT_TEXT)
    if config.get("num_image_with_embedding"):
        raise SystemExit("This GIT model describes several pictures of a video at once, which cannot be imported. Choose one for pictures.")
    return Parts(
        towers.clip(weights.below("git.image_encoder.vision_model"), seeing),
        bert.git_decoder(weights, saying, seeing, 1 + towers.patch_count(seeing)),
        seeing.whole("image_size"),
        saying.whole("vocab_size"),
        saying.whole("max_position_embeddings"),
        saying.token("bos_token_id"),
        saying.token("eos_token_id"),
    )


def _smolvlm(config: dict, weights: Weights) -> Parts:
    """SmolVLM of both generations, by one look at the whole picture."""
    said = _part(config, "text_config")
    seeing, saying = Settings(_part(config, "vision_config"), SIGLIP), Settings({**(said.get("rope_parameters") or {}), **said}, LLAMA)
    saying.expect("model_type", "llama")
    saying.expect("rope_type", "default")
    factor, cells = Settings(config, {"scale_factor": 2}).whole("scale_factor"), towers.patch_count(seeing)
    if round(cells**0.5) % factor:
        raise SystemExit(f"config.json: {cells} cells do not divide by scale_factor {factor}. Copy the model's own config.json.")
    model = weights.below("model")
    text = llama_decoder(model.below("text_model"), model.below("connector"), weights, saying, seeing.whole("hidden_size"),
                         cells // factor**2, factor)  # fmt: skip
    positions = min(LONGEST, saying.whole("max_position_embeddings"))
    vision = towers.siglip(model.below("vision_model"), seeing)
    return Parts(vision, text, seeing.whole("image_size"), saying.whole("vocab_size"), positions, 0, 0, QUESTION)


KNOWN: dict[str, Callable[[dict, Weights], Parts]] = {
    "VisionEncoderDecoderModel": _vision_encoder_decoder,
    "BlipForConditionalGeneration": _blip,
    "GitForCausalLM": _git,
    "SmolVLMForConditionalGeneration": _smolvlm,
    "Idefics3ForConditionalGeneration": _smolvlm,
}
