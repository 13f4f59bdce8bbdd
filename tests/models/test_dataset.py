import os
from pathlib import Path

import numpy as np
import pytest

from sightline_models import dataset
from written_data import write_captions

DATA = Path(os.environ.get("SIGHTLINE_DATA", ""))
needs_data = pytest.mark.skipif(not (DATA / "captions.jsonl").exists(), reason="the shared data folder is not there")


def test_cleaning_keeps_words_and_drops_sentence_marks():
    assert dataset.clean_caption('A "brown" dog , running .') == "a brown dog, running"
    assert dataset.clean_caption("The man’s hat!") == "the man's hat"
    assert dataset.clean_caption("  ") == ""


def test_a_question_keeps_its_mark_and_its_answer():
    assert dataset.clean_question("Where's the Laptop? On the desk.") == "where's the laptop? on the desk"


@needs_data
def test_questions_are_about_no_photograph_of_dev_or_test():
    held_out = {row.image for row in dataset.load_rows(DATA) if row.split in ("dev", "test")}
    questions = dataset.load_questions(DATA)
    assert len(questions) > 6000 and not held_out & set(questions)
    assert all(text.count("?") == 1 for asked in questions.values() for text in asked)


def test_resize_squashes_the_whole_picture():
    image = np.zeros((40, 80, 3), np.uint8)
    image[:, 40:] = 255
    small = dataset.resize(image, 20)
    assert small.shape == (20, 20, 3)
    assert small[:, :10].max() == 0 and small[:, 10:].min() == 255


def test_augmentation_is_reproducible_and_varied():
    image = np.arange(32 * 32 * 3, dtype=np.uint32).astype(np.uint8).reshape(32, 32, 3)
    first = dataset.augment(image, np.random.default_rng(1), True)
    assert np.array_equal(first, dataset.augment(image, np.random.default_rng(1), True))
    assert not np.array_equal(first, dataset.augment(image, np.random.default_rng(2), True))


def test_photographs_whose_captions_name_a_side_are_not_mirrored():
    assert dataset.may_flip(dataset.Row("a", "train", ("a dog runs",)))
    assert not dataset.may_flip(dataset.Row("a", "train", ("a dog runs", "a dog on the left side")))


@needs_data
def test_splits_have_their_official_sizes_and_share_no_photograph():
    rows = dataset.load_rows(DATA)
    images = {split: {row.image for row in rows if row.split == split} for split in ("train", "dev", "test")}
    assert len(images["dev"]) == 1000 and len(images["test"]) == 1000
    assert not images["train"] & images["dev"] and not images["train"] & images["test"]
    assert not images["dev"] & images["test"]


@needs_data
def test_dev_everyday_is_four_hundred_photographs_and_none_of_them_is_learnt_from():
    rows = dataset.load_rows(DATA)
    everyday = [row for row in rows if row.split == dataset.EVERYDAY]
    assert len(everyday) == 400 and all(row.source in dataset.EVERYDAY_SOURCES for row in everyday)
    assert everyday == [row for row in dataset.load_rows(DATA) if row.split == dataset.EVERYDAY]
    images = {row.image for row in everyday}
    learnt = {row.image for row in rows if row.split == "train"}
    unlabelled = {row.image for row in dataset.load_uncaptioned(DATA, rows)}
    assert not images & learnt and not images & unlabelled and not dataset.EVERYDAY_AGAIN & unlabelled


@needs_data
def test_no_text_says_what_is_said_of_a_photograph_of_dev_everyday():
    rows = dataset.load_rows(DATA)
    said = {text for row in rows if row.split == dataset.EVERYDAY for text in dataset.clean_captions(row.captions)}
    train = {text for row in rows if row.split == "train" for text in dataset.clean_captions(row.captions)}
    assert not said & set(dataset.load_texts(DATA, rows)) - train


def test_other_captions_of_a_held_out_photograph_are_left_out_by_its_number_or_by_what_they_share(tmp_path):
    names = [f"coco/COCO_val2014_{i:012}.webp" for i in range(1, 4)]
    rows = [{"image": name, "split": "train", "source": "coco", "captions": [f"thing {i}", f"place {i}"]}
            for i, name in enumerate(names, 1)]  # fmt: skip
    everyday = [row.image for row in dataset._with_everyday([dataset.Row(r["image"], "train", (), "coco") for r in rows])
                if row.split == dataset.EVERYDAY]  # fmt: skip
    assert len(everyday) == 2
    held, free = int(everyday[0][-11:-5]), next(i for i, name in enumerate(names, 1) if name not in everyday)
    texts = [
        {"coco_id": held, "captions": ["another view"]},
        {"coco_id": 77, "captions": [f"thing {held}", f"place {held}", "a third"]},
        {"coco_id": 78, "captions": [f"thing {held}", "said of two photographs"]},
        {"coco_id": free, "captions": [f"more {free}"]},
    ]
    write_captions(tmp_path, rows, {"caption_text.jsonl.gz": texts, "flickr30k_text.jsonl.gz": []})
    found = dataset.load_text_groups(tmp_path, dataset.load_rows(tmp_path))
    assert found == [[f"thing {free}", f"place {free}"], ["said of two photographs"], [f"more {free}"]]


@needs_data
def test_language_texts_hold_no_sentence_written_for_a_dev_or_test_photograph():
    rows = dataset.load_rows(DATA)
    texts = set(dataset.load_texts(DATA, rows))
    train = {dataset.clean_caption(c) for row in rows if row.split == "train" for c in row.captions}
    held_out = [dataset.clean_caption(c) for row in rows if row.split != "train" for c in row.captions]
    # Short sentences ("a dog runs through the grass") are written about other photographs too; long ones are not, but
    # for one that its author wrote about two photographs of one race.
    leaked = [c for c in held_out if len(c.split()) > 12 and c in texts and c not in train]
    assert leaked == []


def test_shrinking_averages_areas_exactly():
    image = np.zeros((3, 3, 3), np.uint8)
    image[:, :, 0] = [[0, 90, 90], [0, 90, 90], [0, 90, 90]]
    # Each target cell is 1.5 source cells wide: the left one covers a whole 0 and half a 90.
    assert np.array_equal(dataset.resize(image, 2)[:, :, 0], [[30, 90], [30, 90]])
    rng = np.random.default_rng(0)
    image = rng.integers(0, 256, (53, 71, 3), np.uint8)
    other = dataset.cv2.resize(image, (20, 20), interpolation=dataset.cv2.INTER_AREA)
    assert np.abs(dataset.resize(image, 20).astype(int) - other).max() <= 1
