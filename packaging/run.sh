#!/bin/sh
# Builds Sightline and captions the sample clip: on the terminal, then, where there is a display, in the window.
set -eu
cd "$(dirname "$0")/.."

packaging/install_packages.sh
cmake --preset release
cmake --build --preset release --target sightline

build/release/bin/sightline caption --timings resources/sample.mp4
if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    exec build/release/bin/sightline --sample
fi
echo "No display here; with one, the same command plays the clip with its captions in a window." >&2
