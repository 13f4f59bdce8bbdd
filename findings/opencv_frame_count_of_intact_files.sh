#!/usr/bin/env bash
# OpenCV's CAP_PROP_FRAME_COUNT is wrong by 60 % and 100 % for two small intact files of constant frame rate.
#
# Expected: the count is what read() gives when nothing is damaged and the rate is constant; only files without a
#   usable header need counting by hand.
# Seen: an MP4 cut without encoding counts the pictures that its edit list hides (40, of which 25 are read). A Matroska
#   file with 2 s of pictures and 4 s of sound counts duration times rate (40, of which 20 are read). Picking pictures
#   at equal parts of the count then asks for ones that are not there.
# Source: OpenCV's documentation of VideoCaptureProperties: number of frames in the video file. Met by vllm-project
#   pull request 48608 and OpenCV issue 16576.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m pip install --quiet --no-cache-dir --no-compile --disable-pip-version-check --root-user-action ignore \
    --target packages imageio-ffmpeg==0.8.1 opencv-python-headless==5.0.0.93 numpy==2.4.6
PYTHONPATH=packages python3 - <<'EOF'
import subprocess
import sys

import cv2
import imageio_ffmpeg

print("OpenCV", cv2.__version__, "on files by FFmpeg", imageio_ffmpeg.get_ffmpeg_version())


def ffmpeg(*arguments):
    subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", *arguments], check=True)


def counts(name):
    """What OpenCV says, and what it reads."""
    video = cv2.VideoCapture(name)
    said = int(video.get(cv2.CAP_PROP_FRAME_COUNT))
    read = 0
    while video.read()[0]:
        read += 1
    return said, read


pictures = ("-f", "lavfi", "-i", "testsrc=size=64x64:rate=10:duration={}")
ffmpeg(*(p.format(4) for p in pictures), "-c:v", "mpeg4", "-g", "40", "whole.mp4")
ffmpeg("-ss", "1.5", "-i", "whole.mp4", "-c", "copy", "cut.mp4")
ffmpeg(*(p.format(2) for p in pictures), "-f", "lavfi", "-i", "sine=duration=4", "-c:v", "mpeg4", "sound.mkv")
found = {name: counts(name) for name in ("whole.mp4", "cut.mp4", "sound.mkv")}
for name, (said, read) in found.items():
    print(f"{name}: CAP_PROP_FRAME_COUNT {said}, read {read}")
if found != {"whole.mp4": (40, 40), "cut.mp4": (40, 25), "sound.mkv": (40, 20)}:
    sys.exit("This has changed.")
EOF
