"""The sentence embedding of a picture's captions: predicted by regression, passed on to the decoder. A stub stands in for
the sentence encoder where its weights are not needed."""

import dataclasses
import importlib.util
from pathlib import Path

import cv2
import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed: set SIGHTLINE_TEST_PYTORCH=1")

from sightline_models import sentences
from sightline_models.captioner import Captioner
from sightline_models.config import Config, Encoder, Sentence, Vocabulary
from sightline_models.config import Decoder as DecoderConfig
from sightline_models.decoder import EMBEDDING
from sightline_models.stages import language, sentence
from sightline_models.train import load_results, stages_of
from sightline_models.workspace import Workspace
from written_data import write_captions

COLOURS = {"red": (10, 10, 250), "green": (10, 250, 10), "blue": (250, 10, 10), "white": (240, 240, 240)}


class ColourEncoder:
    """Embeds a text by the colour it names, with a little of the text itself."""

    def __init__(self, cache):
        pass

    def embed(self, texts):
        rows = []
        for text in texts:
            colour = next(i for i, name in enumerate(COLOURS) if name in text)
            general, own = np.random.default_rng(colour), np.random.default_rng(len(text))
            row = general.standard_normal(EMBEDDING) + 0.2 * own.standard_normal(EMBEDDING)
            rows.append(row / np.linalg.norm(row))
        return torch.tensor(np.array(rows)).half()


@pytest.fixture
def space(tmp_path, monkeypatch):
    """Photographs of one colour each, 60 in train and 20 in dev, and captions without photographs."""
    monkeypatch.setattr(sentences, "SentenceEncoder", ColourEncoder)
    data = tmp_path / "data"
    (data / "photos").mkdir(parents=True)
    rng = np.random.default_rng(0)
    names, rows = list(COLOURS), []
    for i in range(80):
        name = names[rng.integers(4)]
        image = np.clip(np.full((64, 64, 3), COLOURS[name]) + rng.integers(-40, 40, (64, 64, 3)), 0, 255)
        cv2.imwrite(str(data / "photos" / f"{i}.png"), image.astype(np.uint8))
        captions = [f"a {name} wall", f"the wall is {name}", f"{name} paint on a wall"]
        rows.append({"image": f"{i}.png", "split": "train" if i < 60 else "dev", "captions": captions})
    files = {"caption_text.jsonl.gz": False, "flickr30k_text.jsonl.gz": True}
    texts = {file: [{"captions": [f"a {name} car", f"one {name} car here"], "in_flickr8k": known} for name in names]
             for file, known in files.items()}  # fmt: skip
    write_captions(data, rows, texts)
    config = Config.load(Path(__file__).parents[2] / "models" / "configs" / "tiny.toml")
    config = dataclasses.replace(
        config,
        vocabulary=Vocabulary(290, 1),
        encoder=Encoder(("efficientnet_lite0",), 64),
        decoder=DecoderConfig(1, 32, 2, 8, 0.0),
        sentence=Sentence(2),
        vision=None,
        language=dataclasses.replace(config.language, epochs=12, batch=8, learning_rate=1e-2, warmup_steps=5),
    )
    return Workspace(config, data, tmp_path / "work")


@pytest.fixture
def captioner(space):
    torch.set_num_threads(1)
    torch.manual_seed(1)
    return Captioner(space.config, space.tokenizer.get_vocab_size())


def test_groups_hold_the_train_rows_first_and_no_caption_twice(space):
    texts = space.embedded_texts
    assert len(texts.counts) == 60 + 4  # the photographs of Flickr8k stand among the rows already
    assert texts.counts.tolist() == [3] * 60 + [2] * 4
    assert texts.texts[:3] == list(space.train[0].captions)


def test_means_of_others_leave_the_caption_itself_out(space):
    texts = space.embedded_texts
    own = texts.embeddings[:3]
    others = texts.means_of_others(torch.tensor([0, 1, 2]))
    for i in range(3):
        assert torch.allclose(others[i], (own.sum(0) - own[i]) / 2, atol=1e-5)
    alone = sentences.EmbeddedTexts(["a"], torch.tensor([0]), own[:1])
    assert torch.equal(alone.means_of_others(torch.tensor([0])), own[:1])


def test_a_channel_is_found_again():
    generator = torch.Generator().manual_seed(5)
    slope = torch.diag(torch.linspace(0.2, 0.9, EMBEDDING))
    said = torch.randn(6000, EMBEDDING, generator=generator)
    predicted = said @ slope + 0.3 + 0.5 * torch.randn(6000, EMBEDDING, generator=generator)
    channel = sentence.Channel.between(said, predicted)
    assert torch.allclose(channel.slope.diagonal(), slope.diagonal(), atol=0.04)
    torch.manual_seed(6)
    again = channel(said)
    assert float((again - said @ slope - 0.3).std()) == pytest.approx(0.5, abs=0.02)
    assert float((again - predicted).std()) == pytest.approx(0.5 * 2**0.5, abs=0.02)  # other noise


def test_the_regression_predicts_unseen_photographs_and_says_nothing_of_seen_ones(space, captioner):
    sentence.run(space, captioner)
    found = sentence.load(space)
    assert found["history"][0]["dev_cosine"] > 0.8
    assert found["history"][0]["cosine_across_folds"] > 0.8
    features = space.encoder_features(captioner.encoder, "train")[:4]
    predictions = sentence.Predictions(space, captioner.decoder)
    rows = predictions.of(features, [(0, 0), (1, 1), None, (0, 3)])
    assert torch.equal(rows[0], found["held_out"][0, 0]) and torch.equal(rows[1], found["held_out"][1, 1])
    assert torch.allclose(rows[2], captioner.decoder.sentence.predict(features[2:3].float().mean(1))[0], atol=1e-5)
    assert not torch.allclose(rows[2], found["held_out"][0, 2], atol=1e-3)  # the fold's regression is another
    fresh = Captioner(space.config, space.tokenizer.get_vocab_size())
    assert load_results(fresh, space.work, space.config, "sentence") == "sentence"
    assert torch.equal(fresh.decoder.sentence.predict.weight, captioner.decoder.sentence.predict.weight)


def test_captions_without_photographs_teach_what_an_embedding_means(space, captioner, monkeypatch):
    assert stages_of(space.config)[:2] == ["sentence", "language"]
    sentence.run(space, captioner)
    monkeypatch.setattr(language, "HELD_OUT", 24)
    language.run(space, captioner)
    decoder = captioner.decoder.eval()
    meanings = sentence.Meanings(space, space.embedded_texts)
    captions = [f"a {name} wall" for name in COLOURS]
    said = np.array([space.embedded_texts.texts.index(caption) for caption in captions])
    torch.manual_seed(2)
    with torch.no_grad():
        prefix = decoder.sentence_prefix(meanings.of(said))
        losses = np.empty((4, 4))
        for k in range(4):
            for j in range(4):
                tokens = torch.tensor(space.ids(captions[j : j + 1]))
                hidden = decoder(tokens, prefix, torch.tensor([k]))
                losses[k, j] = float(language.next_token_loss(decoder, hidden, tokens, 0.0))
    assert (losses.argmin(1) == np.arange(4)).all()


@pytest.mark.skipif(importlib.util.find_spec(sentences.PACKAGE) is None, reason="all-MiniLM-L6-v2 is not installed")
def test_the_sentence_encoder_knows_what_is_alike(tmp_path):
    pytest.importorskip("transformers")
    dog = "a dog runs on the beach"
    texts = [dog, "a puppy plays in the sand by the sea", "two men repair a car", dog]
    found = sentences.SentenceEncoder(tmp_path).embed(texts).float()
    assert torch.allclose(found.norm(dim=1), torch.ones(4), atol=1e-2)
    close = found @ found.T
    assert close[0, 1] > close[0, 2] + 0.2 and close[0, 3] > 0.999
