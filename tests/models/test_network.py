"""Tests that need PyTorch; they use tiny, untrained networks."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed (set SIGHTLINE_TEST_PYTORCH=1 for the test command)")

from sightline_models import bundle, quantize
from sightline_models.captioner import next_token_loss
from sightline_models.config import Config, Stage
from sightline_models.decoder import Decoder
from sightline_models.encoder import LAYOUTS, Backbone, VisionEncoder, load_imagenet_weights, normalize
from sightline_models.fused import FusedDecoder, FusedEncoder
from sightline_models.network import DecoderNetwork, EncoderNetwork, FloatEncoder, Int8Encoder
from sightline_models.quantize import OBSERVERS, fold_batch_norm, quantize_decoder, quantize_encoder
from sightline_models.search import Words, beams, generate, repeating_tokens, sample, say_neutrally
from sightline_models.tokenizer import BOS, EOS, PAD
from sightline_models.training import Trainer

CONFIG = Config.load(Path(__file__).parents[2] / "models" / "configs" / "base.toml")
SMALL = dataclasses.replace(CONFIG.decoder, layers=2, width=64, heads=4, max_tokens=8, dropout=0.0)


def small_decoder(seed=0, sentence_tokens=0, classes=0):
    torch.manual_seed(seed)
    return Decoder(SMALL, 50, 1280, 49, sentence_tokens, classes).eval()


@pytest.fixture(scope="module")
def encoder():
    encoder = VisionEncoder(("efficientnet_lite0",))
    load_imagenet_weights(encoder.networks[0])
    return encoder.eval()


@pytest.fixture(scope="module")
def cat():
    skimage_data = pytest.importorskip("skimage.data")
    return cv2_resize(skimage_data.chelsea())


def cv2_resize(image):
    import cv2

    return cv2.resize(image, (224, 224), interpolation=cv2.INTER_AREA)


def pixels_of(image):
    return torch.from_numpy(np.ascontiguousarray(image)[None]).permute(0, 3, 1, 2)


@torch.no_grad()
@pytest.mark.parametrize("name", [name for name in LAYOUTS if name.startswith("efficientnet")])
def test_imagenet_weights_recognize_a_cat(name, cat):
    network = Backbone(name).eval()
    head = load_imagenet_weights(network)
    pooled = network(normalize(pixels_of(cat))).mean((2, 3))[0]
    scores = head[:, :1280] @ pooled + head[:, 1280]
    assert int(scores.argmax()) in range(281, 288)  # ImageNet's domestic and wild cats


@torch.no_grad()
def test_folding_batch_norm_changes_nothing(encoder, cat):
    x = normalize(pixels_of(cat))
    assert torch.allclose(fold_batch_norm(encoder)(x), encoder(x), atol=1e-3)


@torch.no_grad()
def test_mobilenet_v2_tells_pictures_apart_as_efficientnet_does(encoder, cat):
    import skimage.data

    other = cv2_resize(skimage.data.coffee())
    network = Backbone("mobilenet_v2").eval()
    load_imagenet_weights(network)
    for model in (network, encoder):
        a, b, c = (model(normalize(pixels_of(p))).mean((2, 3))[0] for p in (cat, cat[:, ::-1], other))
        close, far = (torch.nn.functional.cosine_similarity(a, x, 0) for x in (b, c))
        assert close > 0.9 and far < 0.6


def archived(int8):
    return torch.jit.script(EncoderNetwork(Int8Encoder(int8)).eval())


@torch.no_grad()
@pytest.mark.parametrize("observer", OBSERVERS)
def test_the_int8_encoder_stays_close_to_the_float_one(encoder, cat, observer):
    network = archived(quantize_encoder(encoder, np.stack([cat, cat[:, ::-1]]), observer))
    assert FusedEncoder.fits(network)
    found = FusedEncoder(network).encode(pixels_of(cat))  # as the program computes it: LibTorch's sums need VNNI
    plain = EncoderNetwork(FloatEncoder(fold_batch_norm(encoder))).encode(pixels_of(cat))
    assert found.shape == plain.shape == (1, 49, 1280)
    assert torch.nn.functional.cosine_similarity(found.flatten(), plain.flatten(), 0) > 0.97
    steps = found / (6.0 / 255.0)  # features are bytes times one scale
    assert torch.allclose(steps, steps.round(), atol=1e-3)


@torch.no_grad()
def test_an_unlike_picture_does_not_coarsen_the_others_through_hard_swish(cat, monkeypatch):
    monkeypatch.setattr(quantize, "ENCODER_ENGINE", "qnnpack")  # its sums are exact without VNNI as well
    torch.manual_seed(4)
    encoder = VisionEncoder(("mobilenet_v3_small",))
    norms = [module for module in encoder.modules() if isinstance(module, torch.nn.BatchNorm2d)]
    for norm in norms:
        norm.momentum = None
    encoder.train()(normalize(pixels_of(cat)))  # statistics of this picture; others leave their range
    encoder.eval()
    noise = np.random.default_rng(0).integers(0, 256, cat.shape).astype(np.uint8)
    assert encoder(normalize(pixels_of(noise))).amax() <= 6.0  # 93 without an end
    int8 = Int8Encoder(quantize_encoder(encoder, np.stack([cat, noise]), "minmax"))
    a, b = encoder(normalize(pixels_of(cat))).flatten(), int8(pixels_of(cat)).flatten()
    assert torch.nn.functional.cosine_similarity(a, b, 0) > 0.8  # 0.49 without


@torch.no_grad()
@pytest.mark.parametrize(("sentence_tokens", "classes"), [(0, 0), (3, 0), (3, 5)])
def test_cached_steps_equal_the_training_forward(sentence_tokens, classes):
    decoder = small_decoder(0, sentence_tokens, classes)
    network = DecoderNetwork(decoder).eval()
    length = decoder.prefix_length
    assert length == 49 + sentence_tokens
    features = torch.randn(1, 49, 1280)
    tokens = torch.tensor([[BOS, 7, 9, 11, 13]])
    expected = decoder.logits(decoder(tokens, decoder.prefix(features), torch.tensor([0])))[0]
    prefix = network.prefill(features)
    cache = torch.zeros(2, 2, 1, 4, length + 8, 16)
    cache[:, :, :, :, :length] = prefix
    for t in range(tokens.shape[1]):
        found = network.step(tokens[:, t], length + t, cache)[0]
        assert torch.allclose(found, expected[t], atol=1e-4), t


@torch.no_grad()
@pytest.mark.parametrize("width", (1, 3))
def test_search_over_a_batch_equals_the_reference_search(width):
    decoder = small_decoder(3)
    encoder = torch.jit.script(EncoderNetwork(FloatEncoder(VisionEncoder(("efficientnet_lite0",)).eval())))
    manifest = {"max_tokens": 8, "search": {"beams": 3, "length_penalty": 0.7}, "special_tokens": {"bos": BOS, "eos": EOS}}
    loaded = bundle.Bundle(encoder, torch.jit.script(DecoderNetwork(decoder)), manifest, [])
    pixels = torch.randint(0, 256, (3, 3, 224, 224), dtype=torch.uint8)
    found = beams([DecoderNetwork(decoder)], [encoder.encode(pixels)], width, 8, 0.7, Words())
    for i in range(3):
        expected = generate(loaded, pixels[i : i + 1], width)
        assert found[i][0].tokens == expected.tokens
        assert found[i][0].log_probability == pytest.approx(expected.log_probability, abs=1e-4)


def test_a_caption_says_nothing_twice():
    words = Words.of([b"", b"", b"", b" white", b" and", b" a", b" man", b" the"])
    assert repeating_tokens([3, 4], words) == [3]  # "white and" white
    assert repeating_tokens([5, 6, 4, 5], words) == [6]  # "a man and a" man
    assert repeating_tokens([5, 6, 4, 5, 3], words) == []  # "a man and a white" man
    assert repeating_tokens([4], words) == repeating_tokens([5], words) == repeating_tokens([], words) == []
    assert repeating_tokens([5, 6, 3, 5, 6], words) == [3]  # three in a row


@torch.no_grad()
def test_an_unsure_guess_is_said_neutrally_with_the_probability_of_both():
    words = Words.of([b"", b"", b"", b" man", b" woman", b" person", b" dog"])
    assert words.guesses == ((3, 4, 5),)
    rows = torch.tensor([[0.0, 0.0, 0.0, 0.3, 0.25, 0.05, 0.4], [0.0, 0.0, 0.0, 0.5, 0.1, 0.1, 0.3]])
    scores = rows.log() + 2.0  # logits or log probabilities
    say_neutrally(scores, words)
    probabilities = torch.softmax(scores, 1)
    assert torch.allclose(probabilities[0], torch.tensor([0.0, 0.0, 0.0, 0.0, 0.0, 0.6, 0.4]))
    assert torch.allclose(probabilities[1], rows[1])


def test_two_equal_members_of_an_ensemble_find_what_one_finds():
    decoder = small_decoder(3)
    features = torch.randn(2, 49, 1280)
    one = beams([DecoderNetwork(decoder)], [features], 3, 8, 0.7, Words())
    two = beams([DecoderNetwork(decoder)] * 2, [features] * 2, 3, 8, 0.7, Words())
    assert [c[0].tokens for c in one] == [c[0].tokens for c in two]


@torch.no_grad()
def test_samples_follow_the_models_distribution():
    torch.manual_seed(0)
    decoder = small_decoder(4)
    with torch.no_grad():
        decoder.head.weight.mul_(20)  # far from uniform
    features = torch.randn(1, 49, 1280)
    network = DecoderNetwork(decoder)
    drawn = sample(network, network.prefill(features), 4000, 1)[:, 1]
    tokens = torch.tensor([[BOS]])
    expected = torch.softmax(decoder.logits(decoder(tokens, decoder.prefix(features), torch.tensor([0])))[0, 0], -1)
    assert (torch.bincount(drawn, minlength=50) / 4000 - expected).abs().max() < 0.03


@torch.no_grad()
def test_classes_are_named_by_the_cell_that_is_surest_of_them():
    decoder = small_decoder(3, 2, 4)
    tokens = decoder.sentence
    features = torch.rand(1, 49, 1280)
    features[0, 17] = 0.0
    torch.nn.init.normal_(tokens.classes.weight)
    tokens.classes.bias.copy_(torch.tensor([-5.0, 0.0, 0.0, 0.0]))
    seen = tokens.seen(features)
    surest = torch.sigmoid(features @ tokens.classes.weight.T + tokens.classes.bias).amax(1).sqrt()
    assert torch.allclose(seen, surest, atol=1e-5) and float(seen.min()) >= 0.0 and float(seen.max()) <= 1.0
    embeddings = tokens.embeddings(features)
    assert torch.equal(tokens(embeddings, seen), tokens(embeddings))  # untrained, they say nothing
    tokens.name.weight.normal_()
    assert not torch.allclose(tokens(embeddings, seen), tokens(embeddings), atol=1e-2)
    scripted = torch.jit.script(DecoderNetwork(decoder).eval())
    assert torch.allclose(scripted.prefill(features), DecoderNetwork(decoder).prefill(features), atol=1e-5)


@torch.no_grad()
@pytest.mark.parametrize(("tokens", "classes"), [(0, 0), (2, 0), (2, 6)])
def test_the_fused_prefill_stays_close_to_the_float_one(tokens, classes):
    decoder = small_decoder(6, tokens, classes)
    if classes:
        decoder.sentence.name.weight.normal_()
    network = DecoderNetwork(decoder).eval()
    fused = FusedDecoder(torch.jit.script(DecoderNetwork(quantize_decoder(decoder)).eval()), SMALL.heads)
    features = torch.randn(2, 49, 1280)
    expected, found = network.prefill(features), fused.prefill(features)
    assert found.shape == expected.shape
    assert torch.nn.functional.cosine_similarity(found, expected, dim=-1).min() > 0.99


@torch.no_grad()
def test_the_fused_step_stays_close_to_the_float_one():
    decoder = small_decoder(5)
    network = DecoderNetwork(decoder).eval()
    fused = FusedDecoder(torch.jit.script(DecoderNetwork(quantize_decoder(decoder)).eval()), SMALL.heads)
    features = torch.randn(1, 49, 1280)
    caches = []
    for prefix in (network.prefill(features), fused.prefill(features)):
        cache = torch.zeros(2, 2, 2, 4, 49 + 8, 16)
        cache[:, :, :, :, :49] = prefix
        caches.append(cache)
    for t, tokens in enumerate(([BOS, BOS], [7, 9], [11, 13])):
        expected = network.step(torch.tensor(tokens), 49 + t, caches[0])
        found = fused.step(torch.tensor(tokens), 49 + t, caches[1])
        assert torch.nn.functional.cosine_similarity(found, expected).min() > 0.999


def test_the_loss_rewards_the_next_token_and_not_a_copy():
    class Fixed(torch.nn.Module):
        def __init__(self, shift):
            super().__init__()
            self.shift = shift

        def logits(self, hidden):
            return 20.0 * torch.nn.functional.one_hot(hidden.long(), 50).float()

    tokens = torch.tensor([[BOS, 5, 9, 7, EOS, PAD, PAD], [BOS, 8, EOS, PAD, PAD, PAD, PAD]])
    copy = next_token_loss(Fixed(0), tokens, tokens, 0.0)
    following = next_token_loss(Fixed(1), torch.cat([tokens[:, 1:], tokens[:, :1]], dim=1), tokens, 0.0)
    assert following < 0.01
    assert copy > 10.0


@torch.no_grad()
def test_a_saved_bundle_loads_and_its_digest_covers_its_content(tmp_path):
    encoder = torch.jit.script(EncoderNetwork(FloatEncoder(VisionEncoder(("efficientnet_lite0",)).eval())))
    decoder = torch.jit.script(DecoderNetwork(quantize_decoder(small_decoder(1))))
    engines = {"engines": {"encoder": "", "decoder": "fbgemm"}, "cache": {"heads": SMALL.heads}}
    path = tmp_path / "b.pt"
    bundle.save(encoder, decoder, dict(engines), [b"", b"", b"", b" a"], path)
    loaded = bundle.load(path)
    assert loaded.manifest["sha256"] == bundle.content_sha256(path)
    assert loaded.tokens == [b"", b"", b"", b" a"]
    features = torch.randn(1, 49, 1280)
    assert torch.equal(loaded.decoder.prefill(features), FusedDecoder(decoder, SMALL.heads).prefill(features))
    bundle.save(encoder, decoder, dict(engines), [b"", b"", b"", b" b"], path)
    assert bundle.content_sha256(path) != loaded.manifest["sha256"]


class Interrupted(Exception):
    pass


def train_line(work, stop_at=None):
    """A line fitted by the Trainer; `stop_at` kills it in that step, after a checkpoint."""
    torch.manual_seed(5)
    module = torch.nn.Sequential(torch.nn.Linear(3, 8), torch.nn.Dropout(0.2), torch.nn.Linear(8, 1))
    stage = Stage(epochs=3, batch=4, learning_rate=1e-2, warmup_steps=2, weight_decay=0.01, label_smoothing=0.0, ema_decay=0.9)
    data = torch.randn(10, 4, 3, generator=torch.Generator().manual_seed(1))

    def loss(i):
        if stop_at is not None and trainer.step == stop_at:
            raise Interrupted
        return (module(data[i]) - data[i].sum(-1, keepdim=True)).square().mean()

    def batches(epoch):
        return torch.randperm(10, generator=torch.Generator().manual_seed(epoch)).tolist()

    trainer = Trainer("line", module, stage, work, 1, 10, batches, loss, dict)
    trainer.run()
    return torch.load(work / "line.pt", weights_only=True)


def test_a_killed_run_resumes_to_the_same_weights(tmp_path):
    (tmp_path / "whole").mkdir()
    (tmp_path / "killed").mkdir()
    whole = train_line(tmp_path / "whole")
    with pytest.raises(Interrupted):
        train_line(tmp_path / "killed", stop_at=20)  # the checkpoint is that of the end of epoch 2
    resumed = train_line(tmp_path / "killed")
    assert len(resumed["history"]) == 3
    for name, value in whole["module"].items():
        assert torch.allclose(value, resumed["module"][name], atol=1e-6), name
