"""CIDEr-D as a training signal and as a measure of agreement between captions.

Vedantam et al. 2015 (arXiv:1411.5726): cosine of TF-IDF n-gram vectors, n = 1..4, counts clipped, lengths penalised by a
Gaussian; document frequencies come from the training captions. As in self-critical training (Rennie et al. 2017,
arXiv:1612.00563) the end of a caption is a word of its own, so that a caption which breaks off is not rewarded for its
last words.
"""

from __future__ import annotations

import math
from collections import Counter

from .dataset import Row, clean_captions

END = "<end>"
ORDERS = 4
SIGMA = 6.0

Gram = tuple[str, ...]


def words_of(caption: str, ended: bool = True) -> list[str]:
    """The words that are compared; `ended` says whether the caption came to its end or was cut."""
    words = caption.replace(",", "").replace("'", " '").split()
    return [*words, END] if ended else words


def grams_of(words: list[str]) -> list[Counter[Gram]]:
    return [Counter(tuple(words[i : i + n]) for i in range(len(words) - n + 1)) for n in range(1, ORDERS + 1)]


class Vector:
    """TF-IDF vectors of one caption, one an order, with their norms."""

    def __init__(self, words: list[str], frequencies: dict[Gram, float], documents: float):
        self.length = len(words)
        self.orders: list[dict[Gram, float]] = []
        self.norms: list[float] = []
        for counts in grams_of(words):
            weights = {gram: n * (documents - frequencies.get(gram, 0.0)) for gram, n in counts.items()}
            self.orders.append(weights)
            self.norms.append(math.sqrt(sum(w * w for w in weights.values())))


class CiderD:
    """Scores captions against references with document frequencies of `corpus`, the references of each photograph."""

    def __init__(self, corpus: list[list[list[str]]]):
        counts: Counter[Gram] = Counter()
        for references in corpus:
            counts.update({gram for words in references for order in grams_of(words) for gram in order})
        self.documents = math.log(max(2, len(corpus)))
        self.frequencies = {gram: math.log(n) for gram, n in counts.items()}

    def vector(self, words: list[str]) -> Vector:
        return Vector(words, self.frequencies, self.documents)

    @staticmethod
    def similarity(found: Vector, reference: Vector) -> float:
        """0..10; not symmetric: the found caption's counts are clipped to the reference's."""
        total = 0.0
        for weights, norm, other, other_norm in zip(found.orders, found.norms, reference.orders, reference.norms, strict=True):
            if norm == 0.0 or other_norm == 0.0:
                continue
            product = sum(min(w, other[gram]) * other[gram] for gram, w in weights.items() if gram in other)
            total += product / (norm * other_norm)
        return 10.0 * total / ORDERS * math.exp(-((found.length - reference.length) ** 2) / (2 * SIGMA**2))

    def score(self, found: list[str], references: list[Vector]) -> float:
        vector = self.vector(found)
        return sum(self.similarity(vector, reference) for reference in references) / max(1, len(references))


def reference_words(rows: list[Row]) -> list[list[list[str]]]:
    """The words of each photograph's captions as people wrote them; empty ones are left out."""
    return [[words_of(c) for c in clean_captions(row.captions)] for row in rows]


# Words no caption ends with, where a sentence was cut to please the metric.
_DANGLING = frozenset("a an the and or of on in at to with by from for near over under into onto through behind his her "
                      "its their is are while as that which two three some".split())  # fmt: skip


def repeats_around_and(words: list[str], i: int) -> bool:
    """Whether word i comes again behind an "and": "white and white", "a man and a man"."""
    after = words[i + 2 : i + 4]
    if words[i + 1 : i + 2] != ["and"] or words[i] not in after:
        return False
    return words[i] == after[0] or after[0] in ("a", "an", "the")


def defects(words: list[str]) -> int:
    """How often a caption is malformed: breaks off, ends in a word that needs another, or says a thing twice in a row
    ("a dog dog", "white and white", "a man and a man")."""
    ended = bool(words) and words[-1] == END
    body = words[:-1] if ended else words
    count = 0 if ended and body else 1
    if body and body[-1] in _DANGLING:
        count += 1
    for i in range(len(body)):
        if body[i : i + 1] == body[i + 1 : i + 2] or repeats_around_and(body, i):
            count += 1
    return count
