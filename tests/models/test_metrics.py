import shutil

import pytest

from sightline_models import metrics

REFERENCES = [
    ("a dog runs on the grass", "the dog is running in a field"),
    ("two men ride bicycles", "two cyclists on a road"),
    ("a cup of coffee on a table", "coffee in a red cup"),
]
GOOD = ["a dog runs in the grass", "two men on bicycles", "a red cup of coffee on a table"]


def test_captions_of_the_right_photographs_score_above_exchanged_ones():
    assert metrics.quick_cider(REFERENCES, GOOD) > 3 * metrics.quick_cider(REFERENCES, GOOD[1:] + GOOD[:1]) + 0.1


@pytest.mark.skipif(shutil.which("java") is None, reason="pycocoevalcap's PTB tokenizer needs Java")
def test_published_metrics_rank_alike_and_the_quick_one_is_close():
    good = metrics.score(REFERENCES, GOOD)
    bad = metrics.score(REFERENCES, GOOD[1:] + GOOD[:1])
    for name in ("CIDEr", "BLEU-4", "METEOR", "ROUGE-L"):
        assert good[name] >= bad[name], name
    assert abs(good["CIDEr"] - metrics.quick_cider(REFERENCES, GOOD)) < 0.05
