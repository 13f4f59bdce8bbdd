"""Folders that others wrote, damaged in every way: each is read or ends in a message, never in a traceback."""

import json
import random
import shutil
import time

import pytest

pytest.importorskip("torch", reason="PyTorch is not installed: set SIGHTLINE_TEST_PYTORCH=1")
pytest.importorskip("transformers", reason="Transformers is not installed: set SIGHTLINE_TEST_PYTORCH=1")

import foreign_models
from sightline_models.imported.command import read_folder

SECONDS = 4  # of each kind
SEED = 20261130
ODD = (None, True, 0, -1, 1, 3, 2**24 - 1, 2**63, 10**400, 1e300, float("nan"), "", "x", "gelu", [], [1], [[]], {}, {"height": "x"},
       {"content": 5}, "\ud800")  # fmt: skip
FILES = ("config.json", "tokenizer.json", "preprocessor_config.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",
         "model.safetensors")  # fmt: skip


@pytest.fixture(scope="module", params=("git", "vit-gpt2", "smolvlm"))
def sound(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("models") / request.param
    foreign_models.make(request.param, folder, foreign_models.SMALL[request.param])
    (folder / "tokenizer_config.json").write_text('{"clean_up_tokenization_spaces": true, "eos_token": "a"}', encoding="utf-8")
    (folder / "special_tokens_map.json").write_text('{"bos_token": {"content": "a"}}', encoding="utf-8")
    (folder / "added_tokens.json").write_text('{"added": 1}', encoding="utf-8")
    return folder


def places(value, found):
    """Every container of a JSON value with the keys or places in it."""
    if isinstance(value, (dict, list)):
        keys = list(value) if isinstance(value, dict) else range(min(len(value), 20))
        for key in keys:
            found.append((value, key))
            places(value[key], found)
    return found


def damaged_json(text, chance):
    value = json.loads(text)
    for _ in range(chance.randint(1, 3)):
        if not (found := places(value, [])):
            break
        container, key = chance.choice(found)
        if chance.random() < 0.2:
            del container[key]
        else:
            container[key] = chance.choice(ODD)
    return json.dumps(value).encode()


def damaged_bytes(data, chance):
    """Mostly at the beginning, where safetensors has its header."""
    data = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(min(len(data), 4000)) if data else 0
        match chance.randrange(4):
            case 0:
                data[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del data[at : at + chance.randrange(40)]
            case 2:
                data[at:at] = chance.choice((b"[" * 100_000, b"18446744073709551615", b'"', b"\xff", b"-1", b"\0" * 8))
            case 3:
                del data[at:]
    return bytes(data)


def outcome(folder):
    try:
        read_folder(folder)
    except SystemExit as refused:
        assert str(refused)
        return "refused"
    return "read"


def test_a_sound_folder_is_read(sound):
    assert outcome(sound) == "read"


def test_a_damaged_folder_is_read_or_refused(sound, tmp_path):
    chance = random.Random(SEED)
    folder = tmp_path / "damaged"
    shutil.copytree(sound, folder)
    outcomes = []
    end = time.monotonic() + SECONDS
    while time.monotonic() < end or len(outcomes) < 20:
        name = chance.choice(FILES)
        whole = (sound / name).read_bytes()
        damaged = damaged_json(whole, chance) if name.endswith(".json") and chance.random() < 0.7 else damaged_bytes(whole, chance)
        (folder / name).write_bytes(damaged)
        try:
            outcomes.append(outcome(folder))
        except BaseException as error:
            raise AssertionError(f"number {len(outcomes)} of seed {SEED}: {name} is {damaged[:2000]!r}") from error
        (folder / name).write_bytes(whole)
    print(f"{len(outcomes)} folders, {outcomes.count('read')} read")
