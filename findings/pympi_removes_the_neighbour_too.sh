#!/usr/bin/env bash
# Removing an ELAN annotation by its start time with pympi removes the one before it as well.
#
# Expected: annotations from 0 to 1000 and from 1000 to 2000 ms touch and do not overlap, as ELAN shows them. What
#   begins at 1000 is at 1000, so remove_annotation("captions", 1000) takes that one.
# Seen: both go, and the answer is 2. Both ends count as within, so that in a tier without gaps, such as one with a
#   caption for each shot, any start time but the first names two annotations.
# Source: pympi's documentation of remove_annotation: removes an annotation; the time is a timepoint within it. A
#   user's puzzle about too many removed: pympi issue 26.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m pip install --quiet --no-cache-dir --no-compile --disable-pip-version-check --root-user-action ignore \
    --target packages pympi-ling==1.71
PYTHONPATH=packages python3 - <<'EOF'
import importlib.metadata
import sys

import pympi

print("pympi", importlib.metadata.version("pympi-ling"))
file = pympi.Eaf()
file.add_tier("captions")
for start, text in ((0, "a street"), (1000, "a dog"), (2000, "a ball")):
    file.add_annotation("captions", start, start + 1000, text)
at = file.get_annotation_data_at_time("captions", 1000)
removed = file.remove_annotation("captions", 1000)
left = file.get_annotation_data_for_tier("captions")
print("at 1000 ms:", at)
print("removed:", removed, "left:", left)
if (sorted(at), removed, left) != ([(0, 1000, "a street"), (1000, 2000, "a dog")], 2, [(2000, 3000, "a ball")]):
    sys.exit("This has changed.")
EOF
