"""Bundles as the first releases had them: what later ones added is not in their archives."""

import dataclasses
import json
import os
import subprocess
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed (set SIGHTLINE_TEST_PYTORCH=1 for the test command)")
from torch import Tensor, nn

from sightline_models import bundle, dataset, export
from sightline_models.config import Config
from sightline_models.decoder import EMBEDDING, Decoder
from sightline_models.encoder import VisionEncoder, load_imagenet_weights
from sightline_models.network import DecoderNetwork, EncoderNetwork, Int8Encoder
from sightline_models.quantize import quantize_decoder, quantize_encoder
from sightline_models.search import generate

PROGRAM = os.environ.get("SIGHTLINE_CAPTION_TOKENS")  # built from tests/models/caption_tokens.cpp
PICTURE = Path(__file__).parents[1] / "data" / "cat.jpg"
CONFIG = Config.load(Path(__file__).parents[2] / "models" / "configs" / "base.toml")
WORDS = [b"", b"", b"", *(b" %d" % i for i in range(47))]


class FirstSentenceTokens(nn.Module):
    """decoder.SentenceTokens before there were classes."""

    def __init__(self, channels: int, width: int, count: int):
        super().__init__()
        self.count, self.width = count, width
        self.predict = nn.Linear(channels, EMBEDDING)
        self.expand = nn.Linear(EMBEDDING, count * width)
        self.norm = nn.LayerNorm(width)
        self.position = nn.Parameter(torch.randn(count, width))

    def of_picture(self, features: Tensor) -> Tensor:
        return self(self.predict(features.mean(1, dtype=torch.float32)))

    def forward(self, embeddings: Tensor) -> Tensor:
        return self.norm(self.expand(embeddings).view(embeddings.shape[0], self.count, self.width)) + self.position


@pytest.mark.skipif(not PROGRAM, reason="SIGHTLINE_CAPTION_TOKENS names no program: run the tests by ctest")
def test_a_sentence_without_classes_says_what_the_reference_says(tmp_path):
    torch.manual_seed(3)
    small = dataclasses.replace(CONFIG.decoder, layers=2, width=64, heads=4, max_tokens=8, dropout=0.0)
    config = dataclasses.replace(CONFIG, decoder=small)
    decoder = Decoder(small, len(WORDS), 1280, 49, 4).eval()
    decoder.sentence = FirstSentenceTokens(1280, small.width, 4)
    encoder = VisionEncoder(("efficientnet_lite0",))
    load_imagenet_weights(encoder.networks[0])
    pixels = dataset.resize(dataset.read_image(PICTURE), config.encoder.input_size)
    int8 = Int8Encoder(quantize_encoder(encoder.eval(), np.stack([pixels, pixels[:, ::-1]]), "histogram"))
    described = export.manifest(config, "int8", len(WORDS), 53, {}, {})
    path = tmp_path / "first.pt"
    bundle.save(torch.jit.script(EncoderNetwork(int8).eval()), torch.jit.script(DecoderNetwork(quantize_decoder(decoder)).eval()),
                described, WORDS, path)  # fmt: skip
    loaded = bundle.load(path)
    seen = torch.from_numpy(np.ascontiguousarray(pixels)[None]).permute(0, 3, 1, 2)
    for beams in (1, 3):
        ran = subprocess.run([PROGRAM, path, str(beams), PICTURE], capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stderr
        assert json.loads(ran.stdout) == generate(loaded, seen, beams).tokens
