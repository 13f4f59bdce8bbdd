"""GPT-2 import; a tiny random model with a vocabulary made here stands in for the real one."""

import json

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed: set SIGHTLINE_TEST_PYTORCH=1")
transformers = pytest.importorskip("transformers", reason="Transformers is not installed (models/requirements.txt)")

from tokenizers import Tokenizer, models, pre_tokenizers, trainers

from sightline_models import gpt2
from sightline_models import tokenizer as vocabulary
from sightline_models.decoder import Decoder

LEARNT = ["a dog runs on the grass", "the dogs are running", "two men ride bicycles", "the running man's café"] * 5
TEXTS = ["a dog runs on the grass", "the running dogs"] * 3 + ["two men ride bicycles"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Saved as the hub holds GPT-2: model and separate vocab.json and merges.txt."""
    path = tmp_path_factory.mktemp("gpt2")
    whole = Tokenizer(models.BPE())
    whole.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=320, initial_alphabet=alphabet, show_progress=False)
    whole.train_from_iterator(LEARNT, trainer)
    learnt = json.loads(whole.to_str())["model"]
    table = {**learnt["vocab"], gpt2.END: len(learnt["vocab"])}
    (path / "vocab.json").write_text(json.dumps(table), encoding="utf-8")
    lines = [merge if isinstance(merge, str) else " ".join(merge) for merge in learnt["merges"]]
    (path / "merges.txt").write_text("\n".join(["#version: 0.2", *lines, ""]), encoding="utf-8")
    torch.manual_seed(1)
    config = transformers.GPT2Config(vocab_size=len(table), n_positions=32, n_embd=32, n_layer=2, n_head=4)
    model = transformers.GPT2LMHeadModel(config).eval()
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.2)
    model.save_pretrained(path)
    return path


@pytest.fixture(scope="module")
def imported(folder):
    return gpt2.import_gpt2(folder, TEXTS, 12, 2)


@torch.no_grad()
def test_the_imported_decoder_gives_gpt2s_logits(folder, imported):
    tokenizer, state, config = imported
    decoder = Decoder(config, tokenizer.get_vocab_size(), 16, 4).eval()
    missing, unexpected = decoder.load_state_dict(state, strict=False)
    assert not unexpected and all("visual" in name for name in missing)
    ids = vocabulary.encode(tokenizer, "a dog runs", 12)[:-1]
    table = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))
    rows = [table[tokenizer.id_to_token(i)] for i in range(3, tokenizer.get_vocab_size())]
    theirs = [table[gpt2.END], *(rows[i - 3] for i in ids[1:])]
    model = transformers.GPT2LMHeadModel.from_pretrained(folder, local_files_only=True).eval()
    expected = model(torch.tensor([theirs])).logits[0]
    found = decoder.logits(decoder(torch.tensor([ids])))[0]
    assert torch.allclose(found[:, 3:], expected[:, rows], atol=1e-4)
    assert torch.allclose(found[:, vocabulary.EOS], expected[:, table[gpt2.END]], atol=1e-4)
    assert (found[:, vocabulary.PAD] < found.max(1).values).all()


def test_a_bin_file_holds_the_same_weights(folder, imported, tmp_path):
    for name in ("config.json", "vocab.json", "merges.txt"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    model = transformers.GPT2LMHeadModel.from_pretrained(folder, local_files_only=True)
    torch.save(model.transformer.state_dict(), tmp_path / "pytorch_model.bin")
    _, state, _ = gpt2.import_gpt2(tmp_path, TEXTS, 12, 2)
    assert all(torch.equal(value, imported[1][name]) for name, value in state.items())


def test_kept_texts_split_into_the_pieces_of_the_whole_vocabulary(folder, imported):
    tokenizer = imported[0]
    whole = gpt2._tokenizer(*gpt2._vocabulary(folder))
    for text in TEXTS[:2]:
        assert tokenizer.encode(text).tokens == whole.encode(text).tokens
    assert 3 + 256 < tokenizer.get_vocab_size() < whole.get_vocab_size()


def test_rare_and_unseen_texts_keep_every_byte(imported):
    tokenizer = imported[0]
    assert [tokenizer.token_to_id(token) for token in vocabulary.SPECIAL_TOKENS] == [0, 1, 2]
    table = vocabulary.token_bytes(tokenizer)
    for text in ("two men ride bicycles", "unseen wörds ☃ too"):
        ids = vocabulary.encode(tokenizer, text, 100)
        assert b"".join(table[i] for i in ids).decode() == " " + text
        assert vocabulary.decode(tokenizer, ids) == text


@pytest.mark.parametrize("name", ["config.json", "vocab.json", "merges.txt", "model.safetensors"])
def test_a_folder_without_one_of_its_files_says_which(folder, tmp_path, name):
    for path in folder.iterdir():
        if path.name != name:
            (tmp_path / path.name).write_bytes(path.read_bytes())
    with pytest.raises(SystemExit, match=name):
        gpt2.import_gpt2(tmp_path, TEXTS, 12, 2)


def test_a_gpt2_that_computes_something_else_is_refused(folder, tmp_path):
    for path in folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    settings = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    (tmp_path / "config.json").write_text(json.dumps({**settings, "activation_function": "relu"}), encoding="utf-8")
    with pytest.raises(SystemExit, match="activation_function 'relu'"):
        gpt2.import_gpt2(tmp_path, TEXTS, 12, 2)
