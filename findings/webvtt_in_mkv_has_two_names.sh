#!/usr/bin/env bash
# WebVTT that mkvmerge puts into Matroska is unknown to FFmpeg, which writes WebVTT into Matroska itself.
#
# Expected: Matroska's codec list has one name for WebVTT, S_TEXT/WEBVTT; a program that writes WebVTT into .mkv
#   writes that one and reads it.
# Seen: FFmpeg 9.0 writes D_WEBVTT/SUBTITLES, WebM's name, into .mkv too. For mkvmerge's S_TEXT/WEBVTT it finds a
#   subtitle track without a codec, and cannot convert it. Players on FFmpeg show nothing.
# Source: Matroska Codec Specifications (IETF CELLAR draft), "S_TEXT/WEBVTT". jellyfin-ffmpeg issue 734 and
#   mpv issue 3247 tell of it.
# Needs mkvmerge of the distribution (package mkvtoolnix).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m pip install --quiet --no-cache-dir --no-compile --disable-pip-version-check --root-user-action ignore \
    --target packages imageio-ffmpeg==0.8.1
ffmpeg=$(PYTHONPATH=packages python3 -c 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())')
"$ffmpeg" -version | sed -n 1p
mkvmerge --version
printf 'WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nhello\n' > in.vtt
"$ffmpeg" -v error -i in.vtt -c copy by_ffmpeg.mkv
mkvmerge --quiet -o by_mkvmerge.mkv in.vtt
failed=0
for writer in ffmpeg mkvmerge; do
    name=$(grep -aoE '[SD]_[A-Z/]*WEBVTT[A-Z/]*' "by_$writer.mkv" | sed -n 1p)
    text=$("$ffmpeg" -v error -i "by_$writer.mkv" -f srt - 2> error.txt | sed -n 3p) || true
    echo "written by $writer as $name, read by FFmpeg: ${text:-$(head -n 1 error.txt)}"
    case "$writer $name ${text:-nothing}" in
        "ffmpeg D_WEBVTT/SUBTITLES hello" | "mkvmerge S_TEXT/WEBVTT nothing") ;;
        *) failed=1 ;;
    esac
done
if [ "$failed" = 1 ]; then
    echo "This has changed." >&2
    exit 1
fi
