#!/usr/bin/env bash
# FFmpeg writes every ASS cue that begins ten hours into a recording, or later, at 9:59:59.99, without length.
#
# Expected: the hours of an ASS time have as many digits as they need; SubRip and WebVTT of the same cues get two or
#   more. If a format could not say a time, the program would say so.
# Seen: cues at 9:30:00, 10:00:01 and 12:30:00 begin at 9:30:00.00, 9:59:59.99 and 9:59:59.99, the late ones end there as
#   well, and on the way back to SubRip they are gone. Exit code 0, no warning.
# Source: libass reads the hours as a number of any length (string2timecode in its ass.c), as does FFmpeg's own reader;
#   only its writer, libavformat/assenc.c, knows a largest hour.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m pip install --quiet --no-cache-dir --no-compile --disable-pip-version-check --root-user-action ignore \
    --target packages imageio-ffmpeg==0.8.1
PYTHONPATH=packages python3 - <<'EOF'
import re
import subprocess
import sys

import imageio_ffmpeg

FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()
print("FFmpeg", imageio_ffmpeg.get_ffmpeg_version())
STARTS = ("09:30:00", "10:00:01", "12:30:00")
with open("long.srt", "w") as file:
    for number, start in enumerate(STARTS, 1):
        file.write(f"{number}\n{start},000 --> {start[:-2]}05,500\ncue {number}\n\n")


def convert(source, target):
    ran = subprocess.run([FFMPEG, "-v", "warning", "-i", source, target], check=True, capture_output=True, text=True)
    print(f"{source} to {target}:", ran.stderr.strip() or "no warning")
    with open(target) as file:
        return file.read()


times = re.findall(r"Dialogue: \d+,([^,]+),([^,]+)", convert("long.srt", "long.ass"))
vtt = re.findall(r"(\S+) --> (\S+)", convert("long.srt", "long.vtt"))
back = re.findall(r"(\S+) --> (\S+)", convert("long.ass", "back.srt"))
for start, ass, web in zip(STARTS, times, vtt):
    print(f"{start}: in ASS {ass[0]} to {ass[1]}, in WebVTT {web[0]} to {web[1]}")
print(f"{len(STARTS)} cues, {len(back)} after ASS and back")
late = ("9:59:59.99", "9:59:59.99")
if times[0][0] != "9:30:00.00" or times[1:] != [late, late] or vtt[2][0] != "12:30:00.000" or len(back) != 1:
    sys.exit("This has changed.")
EOF
