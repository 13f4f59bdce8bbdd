"""Captioners with random weights in Hugging Face folders, as their makers publish them, at any size."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers

TINY = 64  # pictures of TINY x TINY pixels

# The layers of the published configurations; everything else is the default of their class.
PUBLISHED = {
    "vit-gpt2": {"vision": {"image_size": 224}, "text": {"n_layer": 12, "n_embd": 768, "n_head": 12, "n_positions": 1024}},
    "blip": {"vision": {"image_size": 384}, "text": {"num_hidden_layers": 12, "num_attention_heads": 12, "encoder_hidden_size": 768}},
    "git": {"vision": {"image_size": 224}, "text": {"num_hidden_layers": 6}},
    "smolvlm": {"vision": {"image_size": 512, "patch_size": 16, "hidden_size": 768, "num_hidden_layers": 12, "num_attention_heads": 12},
                "text": {"hidden_size": 576, "intermediate_size": 1536, "num_hidden_layers": 30, "num_attention_heads": 9,
                         "num_key_value_heads": 3, "max_position_embeddings": 8192, "rope_theta": 100000.0},
                "scale_factor": 4},
}
SMALL_VISION = {"image_size": TINY, "patch_size": 16, "hidden_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4,
                "intermediate_size": 96}  # fmt: skip
SMALL_BERT = {"hidden_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 96,
              "max_position_embeddings": 64}  # fmt: skip
SMALL = {
    "vit-gpt2": {"vision": SMALL_VISION, "text": {"n_layer": 2, "n_embd": 48, "n_head": 4, "n_positions": 64}},
    "deit-gpt2": {"vision": SMALL_VISION, "text": {"n_layer": 2, "n_embd": 32, "n_head": 4, "n_positions": 64}},
    "blip": {"vision": SMALL_VISION, "text": {**SMALL_BERT, "encoder_hidden_size": 48}},
    "git": {"vision": SMALL_VISION, "text": {**SMALL_BERT, "hidden_size": 32}},
    "smolvlm": {"vision": SMALL_VISION, "text": {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2,
                                                 "num_attention_heads": 4, "num_key_value_heads": 2, "max_position_embeddings": 512},
                "scale_factor": 2},
}
WORDS = 300
CLIP_COLOURS = {"image_mean": [0.48145466, 0.4578275, 0.40821073], "image_std": [0.26862954, 0.26130258, 0.27577711]}
HALVES = {"image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5]}


def make(kind: str, path: Path, sizes: dict, words: int = WORDS, seed: int = 0) -> torch.nn.Module:
    """Writes the folder and gives the model in it."""
    torch.manual_seed(seed)
    model = MAKERS[kind](sizes, words).eval()
    with torch.no_grad():  # as initialized all captions are one word
        for name, value in model.named_parameters():
            value.mul_(SPREAD) if value.ndim > 1 and "embed" not in name and "wpe" not in name else value.add_(torch.randn_like(value) * 0.1)
    model.save_pretrained(path)
    byte_level = kind.endswith("gpt2") or kind == "smolvlm"
    tokenizer = bytes_of_words(words, MARKS if kind == "smolvlm" else ()) if byte_level else pieces_of_words(words)
    tokenizer.save(str(path / "tokenizer.json"))
    (path / "preprocessor_config.json").write_text(json.dumps(preprocessor(kind, sizes["vision"]["image_size"])), encoding="utf-8")
    return model


SPREAD = 4.0
# The last tokens of SmolVLM, before the one that ends a text.
MARKS = ("<|im_start|>", "<fake_token_around_image>", "<global-img>", "<image>", "<end_of_utterance>")


def preprocessor(kind: str, size: int) -> dict:
    square = {"height": size, "width": size}
    return {
        "vit-gpt2": {"image_processor_type": "ViTFeatureExtractor", "size": size, "resample": 2, **HALVES},
        "deit-gpt2": {"image_processor_type": "DeiTImageProcessor", "size": {"height": size + 8, "width": size + 8},
                      "do_center_crop": True, "crop_size": square, "resample": 3, **HALVES},
        "blip": {"image_processor_type": "BlipImageProcessor", "size": square, "resample": 3, **CLIP_COLOURS},
        "git": {"image_processor_type": "CLIPImageProcessor", "size": {"shortest_edge": size}, "do_center_crop": True,
                "crop_size": square, "resample": 3, **CLIP_COLOURS},
        "smolvlm": {"image_processor_type": "SmolVLMImageProcessor", "size": {"longest_edge": 4 * size}, "do_image_splitting": True,
                    "max_image_size": {"longest_edge": size}, "resample": 1, **HALVES},
    }[kind]  # fmt: skip


def _vision_encoder_decoder(sizes: dict, words: int, deit: bool) -> torch.nn.Module:
    from transformers import DeiTConfig, GPT2Config, VisionEncoderDecoderConfig, VisionEncoderDecoderModel, ViTConfig

    seeing = (DeiTConfig if deit else ViTConfig)(**sizes["vision"])
    special = {"bos_token_id": words - 1, "eos_token_id": words - 1}
    saying = GPT2Config(**sizes["text"], vocab_size=words, add_cross_attention=True, **special)
    model = VisionEncoderDecoderModel(VisionEncoderDecoderConfig.from_encoder_decoder_configs(seeing, saying))
    for settings in (model.config, model.generation_config):
        settings.decoder_start_token_id = settings.pad_token_id = settings.eos_token_id = words - 1
    return model


def _blip(sizes: dict, words: int) -> torch.nn.Module:
    from transformers import BlipConfig, BlipForConditionalGeneration

    text = {**sizes["text"], "vocab_size": words, "bos_token_id": words - 1, "sep_token_id": 3, "eos_token_id": 3, "pad_token_id": 0}
    return BlipForConditionalGeneration(BlipConfig(text_config=text, vision_config=sizes["vision"]))


def _git(sizes: dict, words: int) -> torch.nn.Module:
    from transformers import GitConfig, GitForCausalLM

    special = {"bos_token_id": 2, "eos_token_id": 3, "pad_token_id": 0}
    return GitForCausalLM(GitConfig(vision_config=sizes["vision"], **sizes["text"], vocab_size=words, **special))


def _smolvlm(sizes: dict, words: int) -> torch.nn.Module:
    from transformers import LlamaConfig, SmolVLMConfig, SmolVLMForConditionalGeneration
    from transformers.models.smolvlm.configuration_smolvlm import SmolVLMVisionConfig

    end, image = words - 2, words - 3
    text = LlamaConfig(**sizes["text"], vocab_size=words, bos_token_id=words - 6, eos_token_id=end, pad_token_id=words - 1)
    config = SmolVLMConfig(vision_config=SmolVLMVisionConfig(**sizes["vision"]).to_dict(), text_config=text.to_dict(),
                           scale_factor=sizes["scale_factor"], image_token_id=image, pad_token_id=words - 1)  # fmt: skip
    model = SmolVLMForConditionalGeneration(config)
    model.generation_config.eos_token_id, model.generation_config.pad_token_id = end, words - 1
    return model


MAKERS = {
    "vit-gpt2": lambda sizes, words: _vision_encoder_decoder(sizes, words, deit=False),
    "deit-gpt2": lambda sizes, words: _vision_encoder_decoder(sizes, words, deit=True),
    "blip": _blip,
    "git": _git,
    "smolvlm": _smolvlm,
}


def bytes_of_words(words: int, marks: tuple[str, ...] = ()) -> Tokenizer:
    """Byte-level BPE: the bytes, " w0", " w1" ... without merges, the marks and the end."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    entries = [*alphabet, *(f"Ġw{i}" for i in range(words))][: words - 1 - len(marks)]
    tokenizer = Tokenizer(models.BPE({token: i for i, token in enumerate(entries)}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([*marks, "<|endoftext|>"])
    return tokenizer


def pieces_of_words(words: int) -> Tokenizer:
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    entries = [*special, ".", ",", "'", "s", *(f"{'##' if i % 5 == 4 else ''}w{i}" for i in range(words))][: words - 1]
    tokenizer = Tokenizer(models.WordPiece({token: i for i, token in enumerate(entries)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.add_special_tokens([*special, "[DEC]"])
    return tokenizer
