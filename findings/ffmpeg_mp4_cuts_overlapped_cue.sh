#!/usr/bin/env bash
# Written into MP4 by FFmpeg, a cue ends for good where a shorter one begins in it, and there is no warning.
#
# Expected: cues of 1 to 5 s and of 2 to 3 s come back as they were, or as pieces that show both from 2 to 3 s and the
#   first again until 5 s, or an error is told. The samples of a text track cannot overlap (3GPP TS 26.245), but a
#   writer that knows both cues can join them.
# Seen: the first cue ends at 2 s and does not come back: 3 of its 4 s are lost. Two cues that begin together leave the
#   first with no duration at all. Exit status 0 and nothing on standard error.
# Source: FFmpeg's documentation lists mov_text as a subtitle encoder without such a limit. That other writers split
#   overlapping cues into samples is said in w3c/media-source issue 363.
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


def through_mp4(*cues):
    """The cues (start, end, text) in seconds as they come back, and what was said on the way."""
    pathlib.Path("in.srt").write_text("".join(
        f"{i}\n00:00:0{start},000 --> 00:00:0{end},000\n{text}\n\n" for i, (start, end, text) in enumerate(cues, 1)))
    said = ""
    for options in (["-i", "in.srt", "-c:s", "mov_text", "out.mp4"], ["-i", "out.mp4", "out.srt"]):
        said += subprocess.run([FFMPEG, "-v", "warning", "-y", *options], check=True, capture_output=True,
                               text=True).stderr
    blocks = pathlib.Path("out.srt").read_text().strip().split("\n\n")
    rows = [block.split("\n") for block in blocks]
    return [(int(row[1][7]), int(row[1][24]), row[2]) for row in rows], said


within, said = through_mp4((1, 5, "long"), (2, 3, "short"))
together, also_said = through_mp4((4, 5, "first"), (4, 6, "second"))
print("1-5 long, 2-3 short   ->", within)
print("4-5 first, 4-6 second ->", together)
print("warnings:", repr(said + also_said))
if (within != [(1, 2, "long"), (2, 3, "short")] or together != [(4, 4, "first"), (4, 6, "second")]
        or said or also_said):
    sys.exit("This has changed.")
EOF
