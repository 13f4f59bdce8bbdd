"""Things that captions name: COCO's 80 classes with the words people use for them, and whether men or women are seen.

For counting what a caption names and nobody else saw, when captions are scored and when they are learnt (after Rohrbach et
al. 2018, arXiv:1809.02156, whose measure also asks which objects COCO's annotators drew; here only what people wrote counts).
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable

# One class a line, in COCO's order: its name, then other words for it or for kinds of it.
_NAMES = """
person, man, woman, boy, girl, child, kid, baby, babies, toddler, lady, ladies, guy, people, men, women, children, player, skier, surfer, \
snowboarder, skateboarder, rider, cyclist, bicyclist, biker, climber, hiker, runner, swimmer, dancer, worker, crowd, couple, team, friend, batter, \
pitcher, catcher, umpire, officer, policeman, soldier, adult, teenager, someone, group, family
bicycle, bike, cycle, tricycle
car, automobile, taxi, cab, suv, sedan, minivan, convertible, jeep
motorcycle, motorbike, scooter, moped, dirt bike, motor cycle
airplane, plane, aircraft, jet, airliner, biplane, aeroplane
bus, minibus, trolley bus
train, locomotive, tram, subway, trolley
truck, pickup, lorry, van, firetruck, fire truck
boat, ship, canoe, kayak, sailboat, ferry, raft, yacht, rowboat, gondola
traffic light, stoplight, stop light, traffic signal
fire hydrant, hydrant
stop sign
parking meter
bench, pew
bird, duck, goose, seagull, gull, pigeon, parrot, owl, swan, crow, eagle, pelican, chicken, flamingo, geese
cat, kitten, kitty, kitties
dog, puppy, puppies, pup, poodle, terrier, retriever, labrador, greyhound, collie, hound, dalmatian, bulldog, dachshund
horse, pony, ponies, foal, stallion, colt, mare
sheep, lamb, ram, ewe
cow, cattle, bull, calf, ox, oxen, steer, calves
elephant
bear, panda, cub
zebra
giraffe
backpack, rucksack, knapsack
umbrella, parasol
handbag, purse, tote
tie, necktie, bow tie
suitcase, luggage, baggage, briefcase
frisbee, disc, disk
ski
snowboard
sports ball, ball, football, baseball, basketball, soccer ball, tennis ball, volleyball
kite, parasail
baseball bat, bat
baseball glove, mitt
skateboard, skate board
surfboard, surf board, wakeboard, boogie board, paddle board
tennis racket, racket, racquet, tennis racquet
bottle
wine glass, glass of wine, goblet
cup, mug, teacup
fork
knife, knives
spoon
bowl
banana
apple
sandwich, burger, hamburger, cheeseburger
orange fruit, orange slice, oranges
broccoli
carrot
hot dog, hotdog
pizza
donut, doughnut, bagel
cake, cupcake, cheesecake
chair, stool, armchair, recliner
couch, sofa, loveseat
potted plant, houseplant, flower pot, plant
bed, bunk, mattress
dining table, table, desk
toilet, urinal, commode
tv, television, monitor
laptop, notebook computer
mouse, computer mouse
remote, remote control, controller, wii remote
keyboard
cell phone, phone, cellphone, telephone, smartphone, mobile phone
microwave
oven, stove, stovetop
toaster
sink, basin
refrigerator, fridge, freezer
book
clock
vase
scissors, shears
teddy bear, stuffed bear, stuffed animal
hair drier, hairdryer, blow dryer, hair dryer
toothbrush, tooth brush
"""
CLASSES = ("person", *(line.split(", ")[0] for line in _NAMES.strip().splitlines()[1:]))
_ENDINGS = r"(?:s|es)?"  # plurals that the table does not spell out


@functools.cache
def _table() -> tuple[re.Pattern[str], dict[str, int]]:
    names: dict[str, int] = {}
    for i, line in enumerate(_NAMES.strip().splitlines()):
        for name in line.split(", "):
            names.setdefault(name, i)
    longest_first = sorted(names, key=len, reverse=True)  # a teddy bear is no bear
    return re.compile(rf"\b({'|'.join(map(re.escape, longest_first))}){_ENDINGS}\b"), names


def objects(text: str) -> set[int]:
    """Classes that a text names."""
    pattern, names = _table()
    return {names[found[1]] for found in pattern.finditer(text.lower())}


def false_objects(caption: str, references: Iterable[str]) -> tuple[int, int]:
    """Classes that a caption names, and how many of them no reference does."""
    named = objects(caption)
    said = set().union(*map(objects, references)) if named else set()
    return len(named), len(named - said)


def false_rate(captions: list[str], references: list[tuple[str, ...]]) -> dict[str, float]:
    """Named and false objects a caption, and the share of captions with a false one."""
    found = [false_objects(caption, texts) for caption, texts in zip(captions, references, strict=True)]
    count = max(1, len(found))
    return {
        "objects a caption": round(sum(named for named, _ in found) / count, 3),
        "false objects a caption": round(sum(false for _, false in found) / count, 3),
        "captions with a false object": round(sum(false > 0 for _, false in found) / count, 3),
    }


MEN = frozenset("man men boy boys guy guys gentleman male he him his".split())
WOMEN = frozenset("woman women girl girls lady ladies female she her".split())


def gender_said(text: str) -> str:
    words = set(re.findall("[a-z]+", text.lower()))
    men, women = bool(words & MEN), bool(words & WOMEN)
    return "both" if men and women else "men" if men else "women" if women else "neither"


class Description:
    """What people named who described one photograph. Of use from four captions on: fewer leave out much of what is there."""

    LEAST_CAPTIONS = 4

    def __init__(self, captions: Iterable[str]):
        captions = list(captions)
        self._known = len(captions) >= self.LEAST_CAPTIONS
        self._objects = set().union(*map(objects, captions))
        self._genders = {gender_said(caption) for caption in captions} - {"neither"}

    def falsehoods(self, caption: str) -> int:
        """Things a caption names that nobody did, and one for calling women men or the other way round."""
        if not self._known:
            return 0
        said = gender_said(caption)
        wrong_gender = bool(self._genders) and said != "neither" and said not in self._genders and "both" not in self._genders
        return len(objects(caption) - self._objects) + wrong_gender
