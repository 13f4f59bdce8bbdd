"""Counting what a caption names and nobody else saw."""

import pytest

from sightline_models import objects


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("a man and a woman", {"person"}),
        ("two puppies", {"dog"}),
        ("two dogs and their buses", {"dog", "bus"}),
        ("a teddy bear in a teacup", {"teddy bear", "cup"}),
        ("a hot dog on a table", {"hot dog", "dining table"}),
        ("a shirt of orange cloth, and oranges", {"orange fruit"}),
        ("the sky above hills", set()),
    ],
)
def test_objects_are_found_by_any_of_their_words(text, named):
    assert {objects.CLASSES[i] for i in objects.objects(text)} == named


def test_what_one_reference_names_is_true_whatever_its_word():
    assert objects.false_objects("a man on a couch with a phone", ["someone on the sofa", "a boy sits"]) == (3, 1)
    assert objects.false_objects("the sky", ["a dog"]) == (0, 0)


def test_the_rate_is_of_captions():
    found = objects.false_rate(["a cat and a dog", "a horse"], [("a dog",), ("a pony",)])
    assert found == {"objects a caption": 1.5, "false objects a caption": 0.5, "captions with a false object": 0.5}


def test_falsehoods_are_what_nobody_saw_and_the_other_gender():
    described = objects.Description(["a woman rides a horse", "a lady on a pony", "a rider outside", "a person on a horse"])
    assert described.falsehoods("a woman on a horse") == 0
    assert described.falsehoods("a person on a horse") == 0
    assert described.falsehoods("a man on a horse") == 1
    assert described.falsehoods("a man walks his dog beside a car") == 3


def test_nobody_who_named_a_gender_leaves_the_guess_free():
    described = objects.Description(["a rider on a horse"] * 4)
    assert described.falsehoods("a man on a horse") == 0
    mixed = objects.Description(["a man on a horse", "a woman on a horse", "a horse", "a rider"])
    assert mixed.falsehoods("a man on a horse") == mixed.falsehoods("a woman on a horse") == 0


def test_few_captions_prove_nothing_false():
    assert objects.Description(["a horse"] * 3).falsehoods("a man walks his dog") == 0
