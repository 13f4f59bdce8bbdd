#!/usr/bin/env bash
# SubRip text in braces is not in the picture when FFmpeg burns it in; the same text as WebVTT is.
#
# Expected: SubRip has no markup in braces except the few codes of ASS that people write, such as {\an8}. A cue
#   "{hello}" is drawn as it stands, or its words at least.
# Seen: a black picture. FFmpeg turns SubRip into ASS without escaping braces, and to libass what stands in braces is
#   an override block or a comment. The reader of WebVTT does escape them. Programs that draw SubRip by way of FFmpeg
#   and libass share this.
# Source: libavcodec/webvttdec.c replaces "{" by "\{"; libavcodec/htmlsubtitles.c, which reads SubRip, does not.
#   Met by users in HandBrake issue 4502 and pysubs2 issue 70.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m pip install --quiet --no-cache-dir --no-compile --disable-pip-version-check --root-user-action ignore \
    --target packages imageio-ffmpeg==0.8.1 font-roboto==0.0.1
PYTHONPATH=packages python3 - <<'EOF'
import importlib.metadata
import pathlib
import shutil
import subprocess
import sys

import imageio_ffmpeg

FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()
print("FFmpeg", imageio_ffmpeg.get_ffmpeg_version())
pathlib.Path("fonts").mkdir()
for file in importlib.metadata.files("font-roboto"):
    if file.name == "Roboto-Regular.ttf":
        shutil.copy(file.locate(), "fonts")


def brightest(name, content):
    """The brightest pixel of a black picture with the caption file's cue in it."""
    pathlib.Path(name).write_text(content)
    drawn = f"subtitles={name}:fontsdir=fonts:force_style='FontName=Roboto'"
    raw = subprocess.run([FFMPEG, "-v", "error", "-f", "lavfi", "-i", "color=black:size=320x180:rate=1:duration=1",
                          "-vf", drawn, "-f", "rawvideo", "-pix_fmt", "gray", "-"],
                         check=True, capture_output=True).stdout
    return max(raw)


def subrip(text):
    return f"1\n00:00:00,000 --> 00:00:01,000\n{text}\n\n"


plain = brightest("plain.srt", subrip("hello"))
braces = brightest("braces.srt", subrip("{hello}"))
webvtt = brightest("braces.vtt", "WEBVTT\n\n00:00.000 --> 00:01.000\n{hello}\n")
print(f"brightest pixel of 255: SubRip hello {plain}, SubRip {{hello}} {braces}, WebVTT {{hello}} {webvtt}")
if plain < 64 or braces > 4 or webvtt < 64:
    sys.exit("This has changed.")
EOF
