#!/usr/bin/env bash
# "ffmpeg -i in.mp4 -c copy out.mkv" moves every picture by 23 ms in FFmpeg 7.0, and by nothing in FFmpeg 9.0.
#
# Expected: a copy into another container keeps the pictures' times, apart from Matroska's rounding to 1 ms. Captions
#   made for the MP4 fit the copy.
# Seen: FFmpeg 7.0 moves the pictures by one AAC packet (1024 samples at 44.1 kHz), because the packet with the
#   encoder's priming, at -23 ms in MP4, is moved to zero and takes everything along. FFmpeg 9.0 leaves the pictures at
#   zero. Whoever times captions against the one file and shows them with the other is off by most of a picture.
# Source: FFmpeg's format options, avoid_negative_ts: timestamps are shifted where the format requires it; Matroska's
#   signed times and CodecDelay could hold them as they are. A user's case: cryptochrome/dovi_convert issue 48.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
for version in 0.6.0 0.8.1; do
    python3 -m pip install --quiet --no-cache-dir --no-compile --disable-pip-version-check --root-user-action ignore \
        --target "packages-$version" "imageio-ffmpeg==$version"
    cp "packages-$version"/imageio_ffmpeg/binaries/ffmpeg-* "ffmpeg-$version"
done
# Prints the times in ms of the first three pictures: reads lines "stream, dts, pts, duration, size, checksum".
times() {
    ./ffmpeg-0.8.1 -v error -copyts -i "$1" -map 0:v -c copy -enc_time_base:v 1:1000 -f framecrc - |
        awk -F ', *' '/^#tb/ { split($0, a, /[ \/]/); ms = 1000 * a[3] / a[4] }
                      !/^#/ && n < 3 { printf "%s%d", n++ ? " " : "", $3 * ms + 0.5 }'
}
./ffmpeg-0.8.1 -v error -f lavfi -i testsrc=size=64x64:rate=25:duration=1 \
    -f lavfi -i sine=sample_rate=44100:duration=1 -c:v mpeg4 -c:a aac in.mp4
echo "in.mp4: pictures at $(times in.mp4) ms"
[ "$(times in.mp4)" = "0 40 80" ]
for version in 0.6.0 0.8.1; do
    "./ffmpeg-$version" -v error -y -i in.mp4 -c copy out.mkv
    found=$(times out.mkv)
    echo "copied by $("./ffmpeg-$version" -version | awk 'NR == 1 { print "FFmpeg", $3 }'): pictures at $found ms"
    case $version in
        0.6.0) known="23 63 103" ;;
        *) known="0 40 80" ;;
    esac
    if [ "$found" != "$known" ]; then
        echo "This has changed." >&2
        exit 1
    fi
done
