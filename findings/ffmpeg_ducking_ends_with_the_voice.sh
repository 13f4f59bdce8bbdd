#!/usr/bin/env bash
# FFmpeg's sidechaincompress cuts the sound where the voice that lowers it ends, and leaves a success behind.
#
# Expected: music of 10 s, lowered while a voice of 3 s speaks, is 10 s long: a voice that has ended is silent, so the
#   rest of the music is as loud as it was. amix, the filter beside it in every recipe for ducking, lasts as long as its
#   longest input unless told otherwise.
# Seen: 3 s, exit code 0 and no warning. With apad after the voice there are 10 s.
# Source: "sidechaincompress" in FFmpeg's filter documentation: the second input controls the first. Neither its text
#   nor its options say what an end of the second one does.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m pip install --quiet --no-cache-dir --no-compile --disable-pip-version-check --root-user-action ignore \
    --target packages imageio-ffmpeg==0.8.1
PYTHONPATH=packages python3 - <<'EOF'
import subprocess
import sys

import imageio_ffmpeg

FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()
print("FFmpeg", imageio_ffmpeg.get_ffmpeg_version())
RATE = 8000


def seconds(graph):
    """Of 10 s of music and 3 s of voice mixed by `graph`; what FFmpeg says is printed."""
    ran = subprocess.run([FFMPEG, "-v", "warning", "-f", "lavfi", "-i", f"sine=220:r={RATE}:d=10",
                          "-f", "lavfi", "-i", f"sine=900:r={RATE}:d=3", "-filter_complex", graph, "-f", "s16le", "-"],
                         check=True, capture_output=True)
    if ran.stderr:
        print("FFmpeg says:", ran.stderr.decode().strip())
    return len(ran.stdout) / 2 / RATE


mixed = seconds("[0][1]amix")
ducked = seconds("[0][1]sidechaincompress")
padded = seconds("[1]apad[voice];[0][voice]sidechaincompress")
print(f"music of 10 s and a voice of 3 s: amix gives {mixed:.2f} s, sidechaincompress {ducked:.2f} s, "
      f"with apad after the voice {padded:.2f} s")
if not (abs(mixed - 10) < 0.1 and abs(ducked - 3) < 0.2 and abs(padded - 10) < 0.2):
    sys.exit("This has changed.")
EOF
