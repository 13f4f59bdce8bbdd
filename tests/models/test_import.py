"""Imported captioners say what Transformers makes them say."""

import importlib
import json
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed: set SIGHTLINE_TEST_PYTORCH=1")
transformers = pytest.importorskip("transformers", reason="Transformers is not installed: set SIGHTLINE_TEST_PYTORCH=1")

from tokenizers import Tokenizer

import foreign_models
from sightline_models import bundle, dataset, pictures
from sightline_models.imported import int8, tokens
from sightline_models.imported.command import import_folder
from sightline_models.imported.folder import Folder
from sightline_models.search import generate, logits_along

# Built from tests/models/caption_tokens.cpp.
PROGRAM = os.environ.get("SIGHTLINE_CAPTION_TOKENS")
PICTURES = Path(__file__).parents[1] / "data"
PICTURE_NAMES = ("cat.jpg", "coffee.png", "rocket.jpg", "astronaut.jpg")
KINDS = tuple(foreign_models.SMALL)
LONGEST = 12
PROCESSORS = {"ViTFeatureExtractor": ("vit", "ViTImageProcessorPil"), "DeiTImageProcessor": ("deit", "DeiTImageProcessorPil"),
              "BlipImageProcessor": ("blip", "BlipImageProcessorPil"),
              "CLIPImageProcessor": ("clip", "CLIPImageProcessorPil"),
              "SmolVLMImageProcessor": ("smolvlm", "SmolVLMImageProcessorPil")}  # fmt: skip
QUESTION = "Describe this image in one sentence."


def arguments_of(folder, output, precision="fp32", **changed):
    import argparse

    return argparse.Namespace(folder=folder, output=output, precision=precision, bf16_layers=2, prompt="", longest=LONGEST, beams=0,
                              threads=2, **changed)  # fmt: skip


@pytest.fixture(scope="module")
def imported(tmp_path_factory):
    """Model, folder and fp32 bundle of each kind, made when first asked for."""
    made = {}

    def get(kind):
        if kind not in made:
            folder = tmp_path_factory.mktemp("models") / kind
            model = foreign_models.make(kind, folder, foreign_models.SMALL[kind])
            path = folder.parent / f"{kind}.pt"
            import_folder(arguments_of(folder, path))
            made[kind] = model, folder, path
        return made[kind]

    return get


def pixel_values(folder, name):
    from PIL import Image

    settings = json.loads((folder / "preprocessor_config.json").read_text(encoding="utf-8"))
    kind, library = PROCESSORS[settings.pop("image_processor_type")]
    processor = getattr(importlib.import_module(f"transformers.models.{kind}.image_processing_pil_{kind}"), library)(**settings)
    options = {"do_resize": False, "do_image_splitting": False} if kind == "smolvlm" else {}  # the whole picture, squashed at once
    return processor(images=Image.open(PICTURES / name).convert("RGB"), return_tensors="pt", **options)["pixel_values"]


def conversation(folder, cells):
    """What SmolVLM's processor makes of one picture and the question, by the chat template that is published."""
    text = f"<|im_start|>User:<fake_token_around_image><global-img>{'<image>' * cells}<fake_token_around_image>{QUESTION}"
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    return tokenizer.encode(f"{text}<end_of_utterance>\nAssistant:", add_special_tokens=False).ids


@torch.no_grad()
def said_by_transformers(kind, model, folder, values, beams):
    if kind == "smolvlm":
        asked = torch.tensor([conversation(folder, model.model.image_seq_len)])
        found = model.generate(input_ids=asked, attention_mask=torch.ones_like(asked), pixel_values=values, num_beams=beams,
                               do_sample=False, max_new_tokens=LONGEST)  # fmt: skip
        return found[0].tolist()[asked.shape[1] :]
    # With its cache, GIT of Transformers 5.15 counts the picture's tokens among the positions of the second word and those
    # after it, unlike in training.
    found = model.generate(pixel_values=values, num_beams=beams, do_sample=False, max_new_tokens=LONGEST, use_cache=kind != "git")
    return found[0].tolist()[1:]  # without the token that it begins with


def pixels_of(loaded, name):
    rgb = pictures.prepare(dataset.read_image(PICTURES / name), loaded.manifest["input"])
    return torch.from_numpy(np.array(rgb)[None]).permute(0, 3, 1, 2)


@torch.no_grad()
def logits_of_transformers(kind, model, folder, values, tokens):
    """Of what follows each of `tokens`, the start's first."""
    if kind == "smolvlm":
        ids = torch.tensor([conversation(folder, model.model.image_seq_len)[:-1] + tokens])
        return model(input_ids=ids, pixel_values=values).logits[0, -len(tokens) :]
    ids = torch.tensor([tokens])
    if kind.endswith("gpt2"):
        return model(pixel_values=values, decoder_input_ids=ids).logits[0]
    return model(pixel_values=values, input_ids=ids).logits[0, -len(tokens) :]


@pytest.mark.parametrize("kind", KINDS)
def test_an_imported_model_says_the_tokens_that_transformers_says(kind, imported):
    model, folder, path = imported(kind)
    loaded = bundle.load(path)
    said = []
    for name in PICTURE_NAMES:
        values, pixels = pixel_values(folder, name), pixels_of(loaded, name)
        normal = (pixels.float() - loaded.encoder.mean) / loaded.encoder.deviation
        assert (normal - values).abs().max() < 1e-4, f"{name} is prepared differently"
        for beams in (1, 3):
            wanted = said_by_transformers(kind, model, folder, values, beams)
            said.append(wanted)
            assert generate(loaded, pixels, beams).tokens == wanted, (name, beams)
        difference = logits_along(loaded, pixels, wanted) - logits_of_transformers(kind, model, folder, values, [*loaded.start, *wanted])
        assert difference.abs().max() < 1e-3
    assert len(set(map(tuple, said))) > 2, "the random model says one thing of everything: nothing is tested"


@pytest.mark.skipif(not PROGRAM, reason="SIGHTLINE_CAPTION_TOKENS names no program: run the tests by ctest")
@pytest.mark.parametrize("kind", KINDS)
def test_the_program_says_the_tokens_that_transformers_says(kind, imported):
    model, folder, path = imported(kind)
    for beams in (1, 3):
        wanted = [said_by_transformers(kind, model, folder, pixel_values(folder, name), beams) for name in PICTURE_NAMES]
        ran = subprocess.run([PROGRAM, path, str(beams), *(PICTURES / name for name in PICTURE_NAMES)],
                             capture_output=True, text=True, check=False)  # fmt: skip
        assert ran.returncode == 0, ran.stderr
        assert [json.loads(line) for line in ran.stdout.splitlines()] == wanted, beams


@pytest.mark.skipif(not PROGRAM, reason="SIGHTLINE_CAPTION_TOKENS names no program: run the tests by ctest")
@pytest.mark.parametrize("precision", ("int8", "bf16"))
@pytest.mark.parametrize("kind", ("deit-gpt2", "git"))
def test_the_program_runs_smaller_precisions(kind, precision, imported, tmp_path):
    import_folder(arguments_of(imported(kind)[1], tmp_path / "small.pt", precision))
    ran = subprocess.run([PROGRAM, tmp_path / "small.pt", "3", PICTURES / "cat.jpg"], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    loaded = bundle.load(tmp_path / "small.pt")
    assert len(json.loads(ran.stdout)) <= LONGEST and loaded.manifest["precision"] == precision


@pytest.mark.parametrize("kind", KINDS)
def test_int8_logits_point_where_float_ones_do(kind, imported, tmp_path, capsys):
    import_folder(arguments_of(imported(kind)[1], tmp_path / "int8.pt", "int8"))
    metrics = bundle.read_manifest(tmp_path / "int8.pt")["metrics"]
    assert metrics["logit_cosine"] > 0.99
    assert len(metrics["bf16_layers"]) == 2
    worst = list(metrics["layer_errors"])[:2]
    assert sorted(worst) == metrics["bf16_layers"], "the layers that lose most stay in bfloat16"
    assert worst[0] in capsys.readouterr().out


def test_each_token_has_a_scale_of_its_own():
    torch.manual_seed(0)
    layer = torch.nn.Linear(64, 32)
    x = torch.randn(5, 64)
    x[2] *= 1000.0  # as the tokens that vision towers keep for themselves
    wanted = layer(x)
    error = (int8.RowQuantizedLinear(layer)(x) - wanted).norm(dim=1) / wanted.norm(dim=1)
    assert error.max() < 0.03


def test_a_prompt_is_not_part_of_the_caption(imported, tmp_path):
    model, folder, _ = imported("vit-gpt2")
    arguments = arguments_of(folder, tmp_path / "prompted.pt")
    arguments.prompt = "ab"
    import_folder(arguments)
    loaded = bundle.load(tmp_path / "prompted.pt")
    beginning = [*loaded.start]
    assert len(beginning) == 3 and b"".join(loaded.tokens[i] for i in beginning) == b"ab"
    for beams in (1, 3):
        with torch.no_grad():
            found = model.generate(pixel_values=pixel_values(folder, "cat.jpg"), decoder_input_ids=torch.tensor([beginning]),
                                   num_beams=beams, do_sample=False, max_new_tokens=LONGEST)[0].tolist()  # fmt: skip
        assert generate(loaded, pixels_of(loaded, "cat.jpg"), beams).tokens == found[3:]


def test_the_bundle_says_where_it_comes_from(imported, tmp_path):
    folder = tmp_path / "licensed"
    shutil.copytree(imported("git")[1], folder)
    assert "holds no licence" in Folder(folder).licence()
    (folder / "README.md").write_text("---\nlicense: mit\n---\n", encoding="utf-8")
    assert Folder(folder).licence() == "mit, as the model card of licensed says."
    (folder / "LICENSE").write_text("Do as you like.\n", encoding="utf-8")
    import_folder(arguments_of(folder, tmp_path / "git.pt"))
    manifest = bundle.read_manifest(tmp_path / "git.pt")
    assert manifest["licence"] == "Do as you like."
    assert (manifest["family"], manifest["architecture"], manifest["name"]) == ("imported", "GitForCausalLM", "licensed")


def texts(kind, count=1000):
    chosen = np.random.default_rng(0)
    words = [f"w{i}" for i in range(foreign_models.WORDS // 2 if kind == "git" else 20)]
    marks = (".", ",", "'", "s")
    return [" ".join(chosen.choice([*words, *marks], chosen.integers(1, 12))) for _ in range(count)]


@pytest.mark.parametrize("kind", ("vit-gpt2", "git"))
@pytest.mark.parametrize("cleans_up", (False, True))
def test_texts_are_decoded_as_transformers_decodes_them(kind, cleans_up, imported, tmp_path):
    folder = tmp_path / kind
    shutil.copytree(imported(kind)[1], folder)
    settings = {"clean_up_tokenization_spaces": cleans_up, "tokenizer_class": "PreTrainedTokenizerFast"}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), encoding="utf-8")
    theirs = transformers.PreTrainedTokenizerFast.from_pretrained(folder)
    ours = tokens.read(Folder(folder), foreign_models.WORDS)
    assert ours.cleans_up == (cleans_up and kind == "git")  # Transformers ignores it for byte-level BPE
    for text in texts(kind):
        ids = theirs(text)["input_ids"]
        assert ours.text(ids) == theirs.decode(ids, skip_special_tokens=True).strip(), text


def older_files(folder):
    """A WordPiece vocabulary as it was kept before tokenizer.json."""
    vocabulary = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    entries = {**vocabulary["model"]["vocab"], **{entry["content"]: entry["id"] for entry in vocabulary["added_tokens"]}}
    (folder / "vocab.txt").write_text("".join(f"{token}\n" for token in sorted(entries, key=entries.get)), encoding="utf-8")
    (folder / "special_tokens_map.json").write_text(json.dumps({"bos_token": "[DEC]"}), encoding="utf-8")
    (folder / "tokenizer.json").unlink()


def test_older_tokenizer_files_give_the_same_vocabulary(imported, tmp_path):
    folder = tmp_path / "git"
    shutil.copytree(imported("git")[1], folder)
    new = tokens.read(Folder(folder), foreign_models.WORDS)
    older_files(folder)
    assert tokens.read(Folder(folder), foreign_models.WORDS).tokens == new.tokens


def changed_config(**changed):
    def change(folder):
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        for name, value in changed.items():
            part, _, key = name.rpartition("__")
            (config[part] if part else config)[key] = value
        (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")

    return change


def cut_weights(folder):
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def only_a_pickle(folder):
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")


def lost_shard(folder):
    (folder / "model.safetensors").unlink()
    (folder / "model.safetensors.index.json").write_text('{"weight_map": {"a": "model-1.safetensors"}}', encoding="utf-8")


def shard_elsewhere(folder):
    (folder / "model.safetensors").unlink()
    (folder / "model.safetensors.index.json").write_text('{"weight_map": {"a": "../model.safetensors"}}', encoding="utf-8")


def without(name):
    return lambda folder: (folder / name).unlink()


def broken(name):
    return lambda folder: (folder / name).write_text("{", encoding="utf-8")


REFUSED = {
    "no config": (without("config.json"), "holds no config.json"),
    "broken config": (broken("config.json"), "cannot be read"),
    "no weights": (without("model.safetensors"), "holds no model.safetensors"),
    "cut weights": (cut_weights, "cut short or damaged"),
    "pickle": (only_a_pickle, "as a pickle only"),
    "lost shard": (lost_shard, "lacks model-1.safetensors"),
    "shard elsewhere": (shard_elsewhere, "does not name files of its folder"),
    "wrong shapes": (changed_config(intermediate_size=97), "do not belong together"),
    "more layers": (changed_config(num_hidden_layers=3), "The weights lack"),
    "no tokenizer": (without("tokenizer.json"), "holds no tokenizer.json"),
    "broken tokenizer": (broken("tokenizer.json"), "cannot be read"),
    "another tokenizer": (changed_config(vocab_size=100), "do not belong together"),
    "no preprocessor": (without("preprocessor_config.json"), "holds no preprocessor_config.json"),
    "code": (changed_config(auto_map={"AutoModel": "code.Model"}), "code of its own"),
    "unknown architecture": (changed_config(architectures=["LlavaForConditionalGeneration"]), "VisionEncoderDecoderModel, Blip"),
    "unknown activation": (changed_config(hidden_act="swish9"), "the activation 'swish9'"),
    "a word for a number": (changed_config(hidden_size="big"), "a whole number above 0 is needed"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_imported_is_refused_before_anything_is_written(case, imported, tmp_path):
    change, message = REFUSED[case]
    folder = tmp_path / "model"
    shutil.copytree(imported("git")[1], folder)
    change(folder)
    with pytest.raises(SystemExit) as refused:
        import_folder(arguments_of(folder, tmp_path / "out.pt"))
    assert message in str(refused.value)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model"]


def test_a_model_bigger_than_memory_is_refused(imported, tmp_path, monkeypatch):
    monkeypatch.setattr("sightline_models.imported.folder._free_memory", lambda: 1e5)
    with pytest.raises(SystemExit, match="GB of memory"):
        import_folder(arguments_of(imported("git")[1], tmp_path / "out.pt"))
    assert not list(tmp_path.iterdir())


def test_weights_in_several_files_are_read(imported, tmp_path):
    model, folder, path = imported("git")
    shutil.copytree(folder, tmp_path / "git")
    (tmp_path / "git" / "model.safetensors").unlink()
    model.save_pretrained(tmp_path / "git", max_shard_size="100KB")
    assert len(list((tmp_path / "git").glob("model-*.safetensors"))) > 1
    import_folder(arguments_of(tmp_path / "git", tmp_path / "git.pt"))
    assert bundle.read_manifest(tmp_path / "git.pt")["parts"] == bundle.read_manifest(path)["parts"]
