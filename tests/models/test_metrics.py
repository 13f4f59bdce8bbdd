import shutil
import signal
import subprocess

import numpy as np
import pytest
from pycocoevalcap.bleu.bleu import Bleu
from pycocoevalcap.cider.cider import Cider
from pycocoevalcap.meteor.meteor import Meteor

from sightline_models import metrics

needs_java = pytest.mark.skipif(shutil.which("java") is None, reason="the PTB tokenizer and METEOR need Java")

REFERENCES = [
    ("a dog runs on the grass", "the dog is running in a field"),
    ("two men ride bicycles", "two cyclists on a road"),
    ("a cup of coffee on a table", "coffee in a red cup"),
]
GOOD = ["a dog runs in the grass", "two men on bicycles", "a red cup of coffee on a table"]
WORDS = "a dog man runs on the grass with red ball in water".split()


def random_captions(count, seed=0):
    """Tokenized references, three a photograph, and captions that share stretches of their words."""
    rng = np.random.default_rng(seed)

    def words():
        return rng.choice(WORDS, rng.integers(4, 10)).tolist()

    truth = {i: [" ".join(words()) for _ in range(3)] for i in range(count)}
    found = {i: [" ".join(truth[i][0].split()[: rng.integers(1, 8)] + words()[:4])] for i in range(count)}
    return truth, found


def tokenized(captions):
    return {i: [caption] for i, caption in enumerate(captions)}


def test_captions_of_the_right_photographs_score_above_exchanged_ones():
    assert metrics.quick_cider(REFERENCES, GOOD) > 3 * metrics.quick_cider(REFERENCES, GOOD[1:] + GOOD[:1]) + 0.1


@needs_java
def test_published_metrics_rank_alike_and_the_quick_one_is_close():
    truth = metrics.tokenize(REFERENCES)
    good = metrics.score(truth, metrics.tokenize([(c,) for c in GOOD])).estimates
    bad = metrics.score(truth, metrics.tokenize([(c,) for c in GOOD[1:] + GOOD[:1]])).estimates
    for name in ("CIDEr", "BLEU-4", "METEOR", "ROUGE-L"):
        assert good[name].value >= bad[name].value, name
    assert abs(good["CIDEr"].value - metrics.quick_cider(REFERENCES, GOOD)) < 0.05


@pytest.mark.parametrize("seed", range(3))
def test_bleu_from_statistics_equals_that_of_pycocoevalcap(seed):
    truth, found = random_captions(40, seed)
    expected = Bleu(4).compute_score(truth, found, verbose=0)[0]
    assert metrics.bleu(metrics.bleu_statistics(truth, found).sum(0)) == pytest.approx(expected, rel=1e-9)


def test_bleu_of_short_and_empty_captions_equals_that_of_pycocoevalcap():
    truth = {0: ["a dog runs on the grass"], 1: ["two men ride bicycles"]}
    found = tokenized(["a dog", ""])
    expected = Bleu(4).compute_score(truth, found, verbose=0)[0]
    assert metrics.bleu(metrics.bleu_statistics(truth, found).sum(0)) == pytest.approx(expected, rel=1e-9)


def test_bleu_of_a_resample_equals_that_of_the_repeated_photographs():
    truth, found = random_captions(12)
    draws = metrics.resamples(12)[0]
    chosen = np.repeat(np.arange(12), draws.astype(int))
    repeated = [{k: source[i] for k, i in enumerate(chosen)} for source in (truth, found)]
    expected = Bleu(4).compute_score(*repeated, verbose=0)[0]
    assert metrics.bleu(draws @ metrics.bleu_statistics(truth, found)) == pytest.approx(expected, rel=1e-9)


@needs_java
def test_meteor_from_statistics_equals_that_of_pycocoevalcap():
    truth, found = random_captions(30)
    estimate = metrics.meteor(truth, found)
    assert estimate.value == pytest.approx(Meteor().compute_score(truth, found)[0], abs=1e-9)
    assert estimate.low < estimate.value < estimate.high


def test_intervals_hold_the_figure_and_narrow_with_more_photographs():
    few, many = (metrics.cider_and_bleu(*random_captions(count)).estimates for count in (40, 640))
    for name in ("CIDEr", "BLEU-1", "BLEU-4"):
        for estimate in (few[name], many[name]):
            assert estimate.low < estimate.value < estimate.high, name
        assert many[name].high - many[name].low < 0.5 * (few[name].high - few[name].low), name


def test_the_interval_of_a_mean_is_close_to_the_normal_one():
    values = np.random.default_rng(3).normal(5.0, 2.0, 400)
    estimate = metrics.mean_estimate(values)
    half = 1.96 * values.std() / 20
    assert estimate.low == pytest.approx(values.mean() - half, abs=0.03)
    assert estimate.high == pytest.approx(values.mean() + half, abs=0.03)


def test_resamples_draw_as_many_photographs_as_there_are_and_repeat():
    assert (metrics.resamples(17).sum(1) == 17).all()
    assert np.array_equal(metrics.resamples(17), metrics.resamples(17))


def test_cider_of_the_set_is_the_mean_over_photographs():
    truth, found = random_captions(20)
    scores = metrics.cider_and_bleu(truth, found)
    assert scores.cider.shape == (20,)
    assert scores.estimates["CIDEr"].value == pytest.approx(Cider().compute_score(truth, found)[0])


@pytest.fixture
def spice_tools(tmp_path, monkeypatch):
    """A folder that looks like an installed SPICE, and a stand-in for its program in place of Java."""
    (tmp_path / "lib").mkdir()
    for name in metrics.SPICE_JARS:
        (tmp_path / "lib" / name).touch()
    monkeypatch.setattr(metrics, "SPICE_FOLDER", tmp_path)
    real, calls = subprocess.run, []

    def install(program):
        def run(command, **options):
            calls.append(command)
            return real(["python3", "-c", program, *command], **options)

        monkeypatch.setattr(metrics.subprocess, "run", run)
        return calls

    return install


WRITES_SCORES = """
import json, sys
rows = json.load(open(sys.argv[6]))
scores = [{"image_id": r["image_id"], "scores": {"All": {"f": 0.1 * (1 + r["image_id"])}}} for r in rows]
json.dump(scores, open(sys.argv[8], "w"))
"""


def test_spice_is_the_mean_of_what_its_program_writes(spice_tools):
    calls = spice_tools(WRITES_SCORES)
    assert metrics.spice(*random_captions(3)).value == pytest.approx(0.2)
    assert calls[0][0] == "java"


@pytest.mark.parametrize("program", ["raise SystemExit(1)", "pass", WRITES_SCORES.replace("rows]", "rows[1:]]")])
def test_spice_is_unavailable_where_its_program_fails(spice_tools, program):
    spice_tools(program)
    with pytest.raises(metrics.MetricUnavailable, match="SPICE's program"):
        metrics.spice(*random_captions(3))


def test_spice_is_unavailable_past_its_time_limit_and_its_program_is_ended(spice_tools, monkeypatch):
    started = []

    class Recorded(subprocess.Popen):
        def __init__(self, *arguments, **options):
            super().__init__(*arguments, **options)
            started.append(self)

    monkeypatch.setattr(subprocess, "Popen", Recorded)
    monkeypatch.setattr(metrics, "SPICE_SECONDS", 0.5)
    spice_tools("import time; time.sleep(600)")
    with pytest.raises(metrics.MetricUnavailable, match="TimeoutExpired"):
        metrics.spice(*random_captions(3))
    assert [program.returncode for program in started] == [-signal.SIGKILL]


def test_spice_is_not_tried_without_the_parser_it_would_download(tmp_path, monkeypatch):
    monkeypatch.setattr(metrics, "SPICE_FOLDER", tmp_path)
    monkeypatch.setattr(metrics.subprocess, "run", lambda *_, **__: pytest.fail("SPICE was started"))
    with pytest.raises(metrics.MetricUnavailable, match=r"lacks stanford-corenlp-3\.6\.0\.jar"):
        metrics.spice(*random_captions(3))


@pytest.mark.parametrize(
    "caption, twice, coordinated, off",
    [
        ("a dog dog runs", True, False, False),
        ("a white and white dog", False, True, False),
        ("a man and a man", False, True, False),
        ("a man and a woman", False, False, False),
        ("a dog and a black dog", False, False, False),
        ("a dog runs through the", False, False, True),
        ("a dog and", False, False, True),
        ("", False, False, True),
    ],
)
def test_malformed_captions_are_told_apart(caption, twice, coordinated, off):
    words = caption.split()
    assert metrics.repeats_a_word(words) == twice
    assert metrics.repeats_a_coordinated_word(words) == coordinated
    assert metrics.breaks_off(words) == off


def test_diversity_counts_captions_words_and_the_vocabulary_they_cover():
    figures = metrics.diversity(["a dog dog", "A dog", "a dog", "a zebra"], ["A dog runs.", "a cat"])
    assert figures["distinct captions"] == 4 and figures["words used"] == 3
    assert figures["share of the training captions' words"] == 0.5
    assert figures["share with a word twice in a row"] == 0.25
    assert figures["mean length"] == 2.25


def test_calibration_error_of_constructed_bins():
    confidence = np.repeat(np.linspace(0.05, 0.95, 10), 20)
    hits = np.tile(np.arange(20), 10)
    matching = hits < np.round(confidence * 20)  # of each bin, the share that its confidence says
    assert metrics.calibration_error(confidence, matching) == pytest.approx(0.0, abs=1e-12)
    assert metrics.calibration_error(confidence, np.ones(200, bool)) == pytest.approx(0.5)
    assert metrics.calibration_error(np.full(200, 0.8), hits < 10) == pytest.approx(0.3)


def test_calibration_of_a_confidence_that_orders_captions():
    cider = np.linspace(0.0, 2.0, 90)
    figures = metrics.calibration(np.where(np.arange(90) < 60, 0.2, 0.8) + 0.001 * np.arange(90), cider)
    assert figures["Spearman correlation of confidence and CIDEr"] == 1.0
    assert figures["share right"] == pytest.approx(np.mean(cider >= metrics.RIGHT_CIDER), abs=1e-4)
    low, middle, high = (tercile["mean CIDEr"] for tercile in figures["terciles"])
    assert low < middle < high
    assert low == pytest.approx(cider[:30].mean(), abs=1e-4)


def test_rank_correlation_averages_ties():
    assert metrics.spearman(np.array([1, 2, 2, 3]), np.array([1, 2, 3, 4])) == pytest.approx(3 / np.sqrt(10))
    assert metrics.spearman(np.array([1, 2, 3]), np.array([3, 2, 1])) == pytest.approx(-1.0)
    assert metrics.spearman(np.ones(3), np.array([1, 2, 3])) == 0.0


def test_genders_count_what_photographs_of_known_people_are_called():
    references = [
        ("a man runs", "the boy in his shirt", "a person runs"),
        ("a man runs", "a runner"),  # one description is no agreement
        ("a woman sits", "a girl sits"),
        ("a woman sits", "two ladies"),
        ("a man and a woman", "a woman", "a girl"),  # both are in it
    ]
    men, women = metrics.genders(references, ["a woman runs", "a man", "a man sits", "a person sits", "a man"])
    assert men == {"known as": "men", "photographs": 1, "said men": 0.0, "said women": 1.0, "said both": 0.0,
                   "said neither": 0.0}  # fmt: skip
    assert women == {"known as": "women", "photographs": 2, "said men": 0.5, "said women": 0.0, "said both": 0.0,
                     "said neither": 0.5}  # fmt: skip
