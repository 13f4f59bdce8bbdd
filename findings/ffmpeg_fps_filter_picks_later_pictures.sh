#!/usr/bin/env bash
# FFmpeg's "fps=1" does not give the pictures of seconds 0, 1, 2 but those of seconds 0.48, 1.48, 2.48 (at 25 fps).
#
# Expected: rounding is "near" unless told otherwise, so the picture stamped 1 s is the input's picture nearest to 1 s.
# Seen: "near" rounds each input time to a tick, and of all pictures that land on one tick the last is kept. The
#   picture is half an output interval too late: at one picture in ten seconds, 5 s. Captions of sampled pictures then
#   stand before what they describe. round=up gives the pictures of seconds 0, 1, 2.
# Source: FFmpeg's filter documentation, "fps": converts to a constant rate by duplicating or dropping frames as
#   necessary; round: near, "round to nearest". libavfilter/vf_fps.c drops a frame when the next one's rounded time is
#   not after the tick.
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
SIDE = 16


def numbers(sampling):
    """The numbers of the input's pictures that come out; each picture is filled with its number."""
    source = f"color=black:size={SIDE}x{SIDE}:rate=25:duration=5,format=gray,geq=lum=N"
    raw = subprocess.run([FFMPEG, "-v", "error", "-f", "lavfi", "-i", source, "-vf", sampling, "-f", "rawvideo",
                          "-pix_fmt", "gray", "-"], check=True, capture_output=True).stdout
    return list(raw[::SIDE * SIDE])


near, up = numbers("fps=1"), numbers("fps=1:round=up")
for name, found in (("fps=1", near), ("fps=1:round=up", up)):
    print(f"{name:15} at output second 0, 1, 2 ...: input second", ", ".join(f"{n / 25:.2f}" for n in found))
if near != [12, 37, 62, 87, 112] or up != [0, 25, 50, 75, 100]:
    sys.exit("This has changed.")
EOF
