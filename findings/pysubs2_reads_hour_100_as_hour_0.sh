#!/usr/bin/env bash
# pysubs2 reads a SubRip cue of hour 100 as one of hour 0, and so puts the end of a long recording at its start.
#
# Expected: "100:00:01,000 --> 100:00:03,000" is four days in, or the line is refused.
# Seen: 0:00:01, without a warning; sorted by time, the last cue is the first. The same cue as WebVTT is read rightly, and
#   the package srt keeps the hour as well.
# Source: the package's own WebVTT reader asks for two or more digits. Its SubRip reader looks for hours of one or two
#   anywhere in the line, which finds the last two of three. Writing, it warns of times it cannot say.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m pip install --quiet --no-cache-dir --no-compile --disable-pip-version-check --root-user-action ignore \
    --target packages pysubs2==1.8.1 srt==3.5.3
PYTHONPATH=packages python3 - <<'EOF'
import sys
from datetime import timedelta
from importlib.metadata import version

import pysubs2
import srt

print(*(f"{name} {version(name)}" for name in ("pysubs2", "srt")), sep=", ")
SRT = "1\n99:59:58,000 --> 99:59:59,000\nhour 99\n\n2\n100:00:01,000 --> 100:00:03,000\nhour 100\n\n"
VTT = "WEBVTT\n\n" + SRT.replace(",", ".")


def times(found):
    return {event.text: timedelta(milliseconds=event.start) for event in found}


first = times(pysubs2.SSAFile.from_string(SRT))
second = times(pysubs2.SSAFile.from_string(VTT))
others = {cue.content: cue.start for cue in srt.parse(SRT)}
print(f"hour 99: pysubs2 {first['hour 99']}; hour 100: pysubs2 {first['hour 100']} in SubRip and {second['hour 100']} in WebVTT, "
      f"srt {others['hour 100']}")
wrong, right = timedelta(seconds=1), timedelta(hours=100, seconds=1)
if not (first["hour 100"] == wrong and second["hour 100"] == others["hour 100"] == right):
    sys.exit("This has changed.")
EOF
