#!/usr/bin/env bash
# FFmpeg writes "<" and "&" into WebVTT as they are, so that its own reader loses the words between "<" and ">".
#
# Expected: converting SubRip to WebVTT and back keeps the text. WebVTT has references for both characters, and
#   FFmpeg's reader knows them.
# Seen: "3 < 5 & 7 > 2, done" comes back as "3  2, done". Browsers read the file in the same way: a tag begins at "<".
# Source: WebVTT (W3C), section 3.3: cue text spans hold neither "&" nor "<". FFmpeg's reader replaces "&lt;" and
#   "&amp;" (libavcodec/webvttdec.c); its writer (webvttenc.c) has no replacement the other way.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m pip install --quiet --no-cache-dir --no-compile --disable-pip-version-check --root-user-action ignore \
    --target packages imageio-ffmpeg==0.8.1
PYTHONPATH=packages python3 - <<'EOF'
import pathlib
import subprocess
import sys

import imageio_ffmpeg

FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()
print("FFmpeg", imageio_ffmpeg.get_ffmpeg_version())
TEXT = "3 < 5 & 7 > 2, done"


def text_after(*names):
    """The one cue's text after it was converted from file to file."""
    for source, target in zip(names, names[1:]):
        subprocess.run([FFMPEG, "-v", "error", "-y", "-i", source, target], check=True)
    return pathlib.Path(names[-1]).read_text().strip().split("\n")[-1]


pathlib.Path("in.srt").write_text(f"1\n00:00:01,000 --> 00:00:02,000\n{TEXT}\n\n")
pathlib.Path("right.vtt").write_text(
    "WEBVTT\n\n00:01.000 --> 00:02.000\n" + TEXT.replace("&", "&amp;").replace("<", "&lt;") + "\n")
subrip = text_after("in.srt", "subrip.srt")
webvtt = text_after("in.srt", "out.vtt")
back = text_after("out.vtt", "back.srt")
right = text_after("right.vtt", "right.srt")
print("SubRip                        ", repr(TEXT))
print("SubRip from SubRip            ", repr(subrip))
print("WebVTT from SubRip            ", repr(webvtt))
print("SubRip from that WebVTT       ", repr(back))
print("SubRip from WebVTT as it should be", repr(right))
if (subrip, webvtt, back, right) != (TEXT, TEXT, "3  2, done", TEXT):
    sys.exit("This has changed.")
EOF
