import pytest
from pycocoevalcap.cider.cider import Cider

from sightline_models.reward import END, CiderD, defects, words_of

REFERENCES = [
    ["a dog runs on the grass", "the dog is running in a field", "a brown dog in the grass"],
    ["two men ride bicycles", "two cyclists on a road"],
    ["a cup of coffee on a table", "coffee in a red cup"],
]
FOUND = ["a dog runs in the grass", "two men on bicycles", "a red cup of coffee on a table"]


def test_rewards_equal_the_published_metric():
    scorer = CiderD([[words_of(r, False) for r in row] for row in REFERENCES])
    expected = Cider().compute_score(dict(enumerate(REFERENCES)), {i: [f] for i, f in enumerate(FOUND)})[1]
    for row, found, value in zip(REFERENCES, FOUND, expected, strict=True):
        vectors = [scorer.vector(words_of(r, False)) for r in row]
        assert scorer.score(words_of(found, False), vectors) == pytest.approx(value, rel=1e-6)


def test_a_caption_that_breaks_off_earns_less_than_one_that_ends():
    scorer = CiderD([[words_of(r) for r in row] for row in REFERENCES])
    vectors = [scorer.vector(words_of(r)) for r in REFERENCES[0]]
    whole = scorer.score(words_of("a dog runs on the grass"), vectors)
    assert scorer.score(words_of("a dog runs on the grass", ended=False), vectors) < whole


@pytest.mark.parametrize(
    ("caption", "count"),
    [
        ("a dog runs on the grass", 0),
        ("a black and white dog and a man and a woman", 0),
        ("a white and white dog", 1),
        ("a man and a man are sitting", 1),
        ("a dog dog runs", 1),
        ("a dog runs on the", 1),
        ("", 1),
    ],
)
def test_defects_are_counted(caption, count):
    assert defects([*caption.split(), END]) == count
