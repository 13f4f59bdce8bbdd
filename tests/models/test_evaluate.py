"""The evaluation's transforms, and its captioning by Python and by the program, which stand-ins replace."""

import json
import sys

import cv2
import numpy as np
import pytest

from sightline_models import metrics, robustness
from sightline_models.tokenizer import BOS, EOS

SIZE = 224


def halves(top, bottom):
    image = np.empty((SIZE, SIZE, 3), np.uint8)
    image[: SIZE // 2], image[SIZE // 2 :] = top, bottom
    return image


def test_letterbox_shows_the_whole_picture_between_black_side_bars():
    image = np.full((SIZE, SIZE, 3), 255, np.uint8)
    image[:, :20] = (255, 0, 0)
    framed = robustness.letterbox(image)
    assert framed.shape == (360, 640, 3)
    assert framed[:, :80].max() == 0 and framed[:, 560:].max() == 0
    assert framed[:, 80:560].reshape(-1, 3).max(1).min() == 255
    assert tuple(framed[180, 85]) == (255, 0, 0) and tuple(framed[180, 555]) == (255, 255, 255)


def test_centre_crop_keeps_the_width_and_the_middle_three_quarters_of_the_height():
    rows = np.linspace(0, 255, SIZE).astype(np.uint8)
    image = np.repeat(np.repeat(rows[:, None, None], SIZE, 1), 3, 2)
    image[:, :5] = image[:, -5:] = 77
    cropped = robustness.centre_crop(image)
    assert cropped.shape[1] * 9 == cropped.shape[0] * 16
    assert cropped[0, 240, 0] == pytest.approx(255 / 8, abs=2)
    assert cropped[-1, 240, 0] == pytest.approx(255 * 7 / 8, abs=2)
    assert (cropped[:, 0] == 77).all() and (cropped[:, -1] == 77).all()


def test_rotation_turns_counter_clockwise_about_the_centre_and_leaves_no_black_corner():
    image = halves(200, 50)
    turned = robustness.rotate(image, 15.0)
    assert turned.shape == (360, 480, 3)
    assert turned.min() >= 50
    boundary = [int(np.argmax(turned[:, x, 0] < 125)) for x in (120, 240, 360)]
    rise = 120 * np.tan(np.radians(15.0))  # the horizon ends higher on the right
    assert boundary == pytest.approx([180 + rise, 180, 180 - rise], abs=2)
    mirrored = robustness.rotate(image, -15.0)[:, ::-1]
    assert np.abs(mirrored.astype(int) - turned).mean() < 1.0


def test_darkening_scales_every_value():
    assert robustness.darken(np.full((2, 2, 3), 200, np.uint8)).tolist() == [[[70] * 3] * 2] * 2


def test_motion_blur_spreads_a_column_over_nine_pixels_and_keeps_a_row():
    column = np.zeros((SIZE, SIZE, 3), np.uint8)
    column[:, 100] = 252
    blurred = robustness.motion_blur(column)
    assert np.flatnonzero(blurred[50, :, 0]).tolist() == list(range(96, 105))
    assert set(blurred[50, 96:105, 0]) == {28}
    row = np.zeros((SIZE, SIZE, 3), np.uint8)
    row[100] = 252
    assert np.array_equal(robustness.motion_blur(row), row)


def test_motion_blur_is_measured_at_the_models_size():
    assert robustness.motion_blur(np.zeros((480, 640, 3), np.uint8)).shape == (SIZE, SIZE, 3)


def test_every_transform_returns_a_picture():
    image = np.random.default_rng(0).integers(0, 256, (256, 256, 3), dtype=np.uint8)
    for name, transform in robustness.TRANSFORMS.items():
        found = transform(image)
        assert found.dtype == np.uint8 and found.ndim == 3 and found.shape[2] == 3, name


def test_robustness_compares_each_transform_with_the_plain_photographs(monkeypatch):
    monkeypatch.setattr(robustness, "tokenize", lambda rows: {i: list(row) for i, row in enumerate(rows)})
    truth = {0: ["a dog runs on grass"], 1: ["two men ride bicycles"], 2: ["a red cup of coffee"]}
    captions = [references[0] for references in truth.values()]
    plain = metrics.cider_and_bleu(truth, {i: [c] for i, c in enumerate(captions)})

    def caption(transform):
        return ["a cat"] * 3 if transform is robustness.darken else captions

    rows = {row.transform: row for row in robustness.measure(caption, truth, captions, plain)}
    assert list(rows) == ["none", *robustness.TRANSFORMS]
    assert rows["letterbox 16:9"].difference.value == 0.0 and rows["letterbox 16:9"].distinct == 3
    dark = rows["darkened x 0.35"]
    assert dark.distinct == 1
    assert dark.difference.value == pytest.approx(dark.cider.value - plain.estimates["CIDEr"].value)
    assert dark.difference.high < 0.0


# From here on PyTorch is needed.


@pytest.fixture(scope="module")
def evaluate():
    pytest.importorskip("torch", reason="PyTorch is not installed")
    from sightline_models import evaluate

    return evaluate


@pytest.fixture
def photographs(tmp_path):
    from sightline_models.dataset import Row

    (tmp_path / "photos").mkdir()
    for i in range(5):
        cv2.imwrite(str(tmp_path / "photos" / f"{i}.png"), np.full((SIZE, SIZE, 3), 40 * i, np.uint8))
    return tmp_path, [Row(f"{i}.png", "dev", (f"grey number {i}",)) for i in range(5)]


@pytest.fixture
def program(tmp_path):
    """A stand-in for `sightline caption --json`: its caption is the picture's shape, its confidence the mean value."""
    path = tmp_path / "program"
    path.write_text(f"""#!{sys.executable}
import json, sys
import cv2
for name in sys.argv[sys.argv.index("--beam") + 2:]:
    image = cv2.imread(name)
    caption = "x".join(map(str, image.shape[:2]))
    print(json.dumps({{"source": name, "caption": caption, "confidence": image.mean() / 255}}))
""")
    path.chmod(0o755)
    return path


def test_the_program_captions_photographs_in_batches_and_in_order(evaluate, photographs, program, monkeypatch):
    monkeypatch.setattr(evaluate, "PROGRAM_BATCH", 2)
    data, rows = photographs
    found = evaluate.caption_with_program(program, data / "bundle.pt", data, rows, 0, 1)
    assert found.captions == ["224x224"] * 5
    assert found.confidences == pytest.approx([40 * i / 255 for i in range(5)])


def test_the_program_gets_transformed_photographs_as_pictures(evaluate, photographs, program, monkeypatch):
    monkeypatch.setattr(evaluate, "PROGRAM_BATCH", 2)
    data, rows = photographs
    found = evaluate.caption_with_program(program, data / "bundle.pt", data, rows, 0, 1, robustness.letterbox)
    assert found.captions == ["360x640"] * 5
    assert found.confidences == pytest.approx([40 * i * 0.75 / 255 for i in range(5)])


def test_written_pictures_keep_their_colours(evaluate, tmp_path):
    image = np.zeros((8, 8, 3), np.uint8)
    image[..., 0] = 200  # red
    (written,) = evaluate.write_pictures([image], tmp_path)
    assert cv2.imread(written)[0, 0].tolist() == [0, 0, 200]  # red, as OpenCV reads it


@pytest.fixture
def small_bundles(evaluate, tmp_path):  # noqa: ARG001 - it skips where PyTorch is not installed
    """Two bundle files of one untrained captioner with tiny parts, one of them with slightly other weights."""
    import torch

    from sightline_models import bundle

    class Encoder(torch.nn.Module):
        @torch.jit.export
        def encode(self, pixels: torch.Tensor) -> torch.Tensor:
            return pixels.float().mean((2, 3)).unsqueeze(1) / 255.0

        def forward(self, pixels: torch.Tensor) -> torch.Tensor:
            return self.encode(pixels)

    class Decoder(torch.nn.Module):
        def __init__(self, change: float):
            super().__init__()
            torch.manual_seed(2)
            self.weight = torch.nn.Parameter(torch.randn(6, 3))
            self.bias = torch.nn.Parameter(torch.randn(6, 6) + change * torch.randn(6, 6))

        @torch.jit.export
        def prefill(self, features: torch.Tensor) -> torch.Tensor:
            return features.view(1, 1, 1, 1, 1, 3).expand(1, 2, 1, 1, 1, 3).contiguous()

        @torch.jit.export
        def step(self, tokens: torch.Tensor, length: int, cache: torch.Tensor) -> torch.Tensor:  # noqa: ARG002 - as bundles have it
            return cache[0, 0, :, 0, 0] @ self.weight.t() + self.bias[tokens]

        def forward(self, features: torch.Tensor) -> torch.Tensor:
            return self.prefill(features)

    paths = []
    for name, change in (("fp32", 0.0), ("int8", 0.05)):
        manifest = {"engines": {"encoder": "", "decoder": ""}, "precision": name, "max_tokens": 4,
                    "input": {"size": 32}, "special_tokens": {"bos": BOS, "eos": EOS},
                    "search": {"beams": 2, "length_penalty": 0.7}}  # fmt: skip
        paths.append(tmp_path / f"{name}.pt")
        parts = torch.jit.script(Encoder().eval()), torch.jit.script(Decoder(change).eval())
        bundle.save(*parts, manifest, [b"", b"", b"", b" a", b" dog", b" runs"], paths[-1])
    return paths


def test_first_logits_are_those_of_the_begin_token(evaluate, small_bundles):
    import torch

    from sightline_models import bundle

    loaded = bundle.load(small_bundles[0])
    pixels = evaluate.to_pixels(np.full((32, 32, 3), 51, np.uint8), loaded)
    weight, bias = loaded.decoder.weight, loaded.decoder.bias
    expected = weight.sum(1) * 0.2 + bias[BOS]
    assert torch.allclose(evaluate.first_logits(loaded, pixels), expected, atol=1e-5)


def test_python_confidence_is_the_geometric_mean_of_the_token_probabilities(evaluate, photographs, small_bundles):
    from sightline_models import bundle, search

    data, rows = photographs
    loaded = bundle.load(small_bundles[0])
    found = evaluate.caption_with_python(loaded, data, rows, 1)
    best = search.generate(loaded, evaluate.to_pixels(np.full((SIZE, SIZE, 3), 40, np.uint8), loaded), 1)
    assert found.captions[1] == evaluate.text_of(loaded, best)
    assert found.confidences[1] ** len(best.tokens) == pytest.approx(np.exp(best.log_probability))
    assert ((found.confidences > 0) & (found.confidences <= 1)).all()


def test_two_bundles_are_compared_on_the_same_photographs(evaluate, photographs, small_bundles, monkeypatch):
    monkeypatch.setattr(metrics, "tokenize", lambda rows: {i: list(row) for i, row in enumerate(rows)})
    data, rows = photographs
    truth = {i: list(row.captions) for i, row in enumerate(rows)}
    alike = evaluate.compare_bundles([small_bundles[0]] * 2, data, rows, 0, truth)
    assert alike["mean cosine of the first logits"] == pytest.approx(1.0, abs=1e-5)
    other = evaluate.compare_bundles(small_bundles, data, rows, 0, truth)
    assert [b["precision"] for b in other["bundles"]] == ["fp32", "int8"]
    assert 0.9 < other["mean cosine of the first logits"] < 0.99999
    assert all(b["median ms"] >= 0.0 for b in other["bundles"])
    assert json.dumps(other)


def test_tables_align_their_columns(evaluate, capsys):
    evaluate.print_table("Title", ("a", "long header"), [("value", 1), ("x", None)])
    assert capsys.readouterr().out == "\nTitle\n  a      long header\n  value  1\n  x      -\n"
