#!/usr/bin/env bash
# CIDEr of a single picture is 0 however right its caption is, and a caption's score changes with the other pictures.
#
# Expected: a caption that repeats a reference word by word gets a high score, up to 10, for one picture as for many; so
#   one can score a picture to see what is wrong with it, or a folder and then half of it.
# Seen: the caption "a cat sits on a table" with itself as its only reference scores 0.00 alone, and 10.00 once a picture
#   of something else is scored beside it. With a second picture whose reference is the same, it is 0.00 again.
# Source: the paper (Vedantam et al., 2015) weights each n-gram by its inverse document frequency over the references of
#   all pictures of the dataset. The package takes for the dataset what it is called with: log(1 / 1) is 0, and with it
#   every weight. Its README names no least number of pictures, and it does not warn.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m pip install --quiet --no-cache-dir --no-compile --disable-pip-version-check --root-user-action ignore \
    --target packages numpy==2.2.6
python3 -m pip install --quiet --no-cache-dir --no-compile --disable-pip-version-check --root-user-action ignore \
    --target packages --no-deps pycocoevalcap==1.2
PYTHONPATH=packages python3 - <<'EOF'
import sys
from importlib.metadata import version

from pycocoevalcap.cider.cider import Cider

print("pycocoevalcap", version("pycocoevalcap"))
CAT, DOG = "a cat sits on a table", "two dogs run through deep snow"


def score(*captions):
    """Of the first picture; the only reference of each is its caption itself."""
    pictures = {number: [caption] for number, caption in enumerate(captions)}
    return Cider().compute_score(pictures, pictures)[1][0]


alone, beside, repeated = score(CAT), score(CAT, DOG), score(CAT, CAT)
print(f"a caption that is its own reference: alone {alone:.2f}, beside another picture {beside:.2f}, "
      f"beside one described alike {repeated:.2f}")
if not (alone == 0 and beside > 9.9 and repeated == 0):
    sys.exit("This has changed.")
EOF
