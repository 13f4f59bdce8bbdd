#!/usr/bin/env bash
# FFmpeg mixes 5.1 down to stereo 7.7 dB louder for float samples than for integer ones, and above full scale.
#
# Expected: -ac 2 uses one matrix; the sample format changes precision, not loudness. Six channels that peak at 0.5
#   come out at 0.5 in either format.
# Seen: 0.500 as 16-bit integers, 1.207 as floats. Whoever plays or stores the floats clips what was never loud.
# Source: the option rematrix_maxval in FFmpeg's "Resampler Options" is described as a way of preventing clipping and
#   names no sample format. libswresample/rematrix.c bounds the matrix at 1 when it is unset, unless output and internal
#   format are both float. Players met it: mpv issue 3142. Setting rematrix_maxval=1 makes both alike.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m pip install --quiet --no-cache-dir --no-compile --disable-pip-version-check --root-user-action ignore \
    --target packages imageio-ffmpeg==0.8.1
PYTHONPATH=packages python3 - <<'EOF'
import array
import subprocess
import sys

import imageio_ffmpeg

FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()
print("FFmpeg", imageio_ffmpeg.get_ffmpeg_version())
SINE = "0.5*sin(2*PI*440*t)"


def peak(kind, *options):
    """The loudest sample of 5.1 mixed to stereo, where 1 is full scale."""
    source = f"aevalsrc={'|'.join([SINE] * 6)}:c=5.1:s=48000:d=1,aformat=s16"
    raw = subprocess.run([FFMPEG, "-v", "error", "-f", "lavfi", "-i", source, *options, "-f", kind, "-"],
                         check=True, capture_output=True).stdout
    samples = array.array("f" if kind == "f32le" else "h", raw)
    return max(map(abs, samples)) / (1 if kind == "f32le" else 32768)


whole = peak("s16le", "-ac", "2")
real = peak("f32le", "-ac", "2")
bounded = peak("f32le", "-af", "aresample=ochl=stereo:rematrix_maxval=1")
print(f"each channel peaks at 0.500; mixed to stereo: 16-bit {whole:.3f}, float {real:.3f}, "
      f"float with rematrix_maxval=1 {bounded:.3f}")
if not (abs(whole - 0.5) < 0.01 and abs(real - 1.207) < 0.01 and abs(bounded - 0.5) < 0.01):
    sys.exit("This has changed.")
EOF
