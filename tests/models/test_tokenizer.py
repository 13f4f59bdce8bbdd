import pytest

from sightline_models import tokenizer as vocabulary

TEXTS = ["a dog runs on the grass", "two dogs run", "a man's hat, a café", "the grass is green", "a dog and a man"] * 5


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory):
    return vocabulary.train_tokenizer(TEXTS, 320, 2, tmp_path_factory.mktemp("t") / "tokenizer.json")


def test_special_tokens_have_the_agreed_ids(tokenizer):
    assert [tokenizer.token_to_id(t) for t in vocabulary.SPECIAL_TOKENS] == [vocabulary.PAD, vocabulary.BOS, vocabulary.EOS]


def test_bytes_of_the_tokens_join_to_the_text(tokenizer):
    table = vocabulary.token_bytes(tokenizer)
    for text in [*TEXTS, "unseen wörds ☃ too"]:
        ids = vocabulary.encode(tokenizer, text, 100)
        assert b"".join(table[i] for i in ids).decode() == " " + text
        assert vocabulary.decode(tokenizer, ids) == text


def test_a_caption_cut_short_has_no_end_token(tokenizer):
    ids = vocabulary.encode(tokenizer, "a dog runs on the grass", 3)
    assert len(ids) == 4 and ids[0] == vocabulary.BOS and vocabulary.EOS not in ids
    ids = vocabulary.encode(tokenizer, "a dog", 24)
    assert ids[0] == vocabulary.BOS and ids[-1] == vocabulary.EOS


def test_a_question_begins_as_no_caption_does(tokenizer):
    ids = vocabulary.encode(tokenizer, "the hat? a man", 24, vocabulary.ASK)
    assert ids[0] == vocabulary.ASK != vocabulary.BOS and ids[1:] == vocabulary.encode(tokenizer, "the hat? a man", 24)[1:]
