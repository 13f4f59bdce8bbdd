"""A released bundle becomes float weights and a tokenizer again, to train on from."""

from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed: set SIGHTLINE_TEST_PYTORCH=1")

from sightline_models import bundle, pretrained
from sightline_models import tokenizer as vocabulary
from sightline_models.captioner import Captioner
from sightline_models.config import Config
from sightline_models.encoder import normalize
from sightline_models.network import DecoderNetwork

MODELS = Path(__file__).parents[2] / "models"
BUNDLE = MODELS / "sightline-base.pt"


def test_the_tokenizer_of_a_bundle_cuts_texts_as_the_one_that_was_learnt(tmp_path):
    texts = ["a man riding a wave on a surfboard", "a dog runs through the grass", "two dogs running"] * 3
    learnt = vocabulary.train_tokenizer(texts, 300, 1, tmp_path / "tokenizer.json")
    found = pretrained.tokenizer_of(vocabulary.token_bytes(learnt))
    assert found.get_vocab_size() == learnt.get_vocab_size()
    for text in [*texts, "a surfboard's rider", "grässlich"]:
        assert found.encode(text).ids == learnt.encode(text).ids
        assert vocabulary.decode(found, found.encode(text).ids) == text


def test_tokens_that_are_no_merges_are_no_vocabulary():
    alphabet = [bytes([value]) for value in range(256)]
    with pytest.raises(SystemExit, match="no merge of two others"):
        pretrained.tokenizer_of([b"", b"", b"", *alphabet, b"abc"])


@torch.no_grad()
def test_weights_of_the_released_bundle_give_its_features_and_its_logits():
    torch.manual_seed(5)
    config = Config.load(MODELS / "configs" / "base.toml")
    released = bundle.load(BUNDLE)
    captioner = Captioner(config, len(released.tokens)).eval()
    pretrained.load_bundle(captioner, BUNDLE)
    side = config.encoder.input_size // 16
    pixels = torch.randint(0, 255, (1, 3, side, side), dtype=torch.uint8).repeat_interleave(16, 2).repeat_interleave(16, 3)
    features = captioner.encoder(normalize(pixels)).flatten(2).transpose(1, 2)
    assert features.shape == (1, (side // 2) ** 2, captioner.encoder.channels) and features.std() > 0.1

    prefix = DecoderNetwork(captioner.decoder).prefill(features)
    cache = torch.nn.functional.pad(prefix, (0, 0, 0, 1))
    floats = DecoderNetwork(captioner.decoder).step(torch.tensor([vocabulary.BOS]), prefix.shape[4], cache.clone())
    rounded = released.decoder.step(torch.tensor([vocabulary.BOS]), prefix.shape[4], cache.clone())
    assert torch.nn.functional.cosine_similarity(floats, rounded).item() > 0.999


def test_positions_on_a_larger_grid_lie_between_those_that_were_learnt():
    learnt = torch.arange(4.0).unsqueeze(1)  # [[0, 1], [2, 3]]
    larger = pretrained.on_grid(learnt, 16).view(4, 4)
    assert pretrained.on_grid(learnt, 4) is learnt
    assert torch.equal(larger[0], torch.tensor([0.0, 0.25, 0.75, 1.0]))
    assert torch.equal(larger[:, 0], torch.tensor([0.0, 0.5, 1.5, 2.0]))
