#!/usr/bin/env bash
# OpenCV's CAP_PROP_POS_MSEC counts from the first picture, not from the start of the file, whose sound may be earlier.
#
# Expected: a picture that every player shows 1.5 s after the sound began is at 1500 ms.
# Seen: it is at 0 ms, in MP4 and in Matroska. Captions timed by it stand 1.5 s before what is heard, and a speech
#   recognizer's times of the same file do not fit.
# Source: OpenCV's documentation of VideoCaptureProperties: current position of the video file in milliseconds. The
#   FFmpeg backend subtracts the stream's own start_time (modules/videoio/src/cap_ffmpeg_impl.hpp).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m pip install --quiet --no-cache-dir --no-compile --disable-pip-version-check --root-user-action ignore \
    --target packages imageio-ffmpeg==0.8.1 opencv-python-headless==5.0.0.93 av==18.1.0 numpy==2.4.6
PYTHONPATH=packages python3 - <<'EOF'
import subprocess
import sys

import av
import cv2
import imageio_ffmpeg

print("OpenCV", cv2.__version__, "beside PyAV", av.__version__)


def by_opencv(name):
    video = cv2.VideoCapture(name)
    video.read()
    return video.get(cv2.CAP_PROP_POS_MSEC)


def by_pyav(name):
    with av.open(name) as video:
        return float(1000 * next(video.decode(video=0)).time)


found = {}
for name in ("late.mp4", "late.mkv"):
    subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-itsoffset", "1.5", "-f", "lavfi", "-i",
                    "testsrc=size=64x64:rate=10:duration=2", "-f", "lavfi", "-i", "sine=duration=4", "-c:v", "mpeg4",
                    "-c:a", "flac", name], check=True)
    found[name] = by_opencv(name), by_pyav(name)
    print(f"{name}: first picture at {found[name][0]:.0f} ms by OpenCV, {found[name][1]:.0f} ms by PyAV")
if any(opencv != 0 or abs(pyav - 1500) > 1 for opencv, pyav in found.values()):
    sys.exit("This has changed.")
EOF
