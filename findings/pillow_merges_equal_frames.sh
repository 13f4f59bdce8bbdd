#!/usr/bin/env bash
# Five pictures saved by Pillow as GIF, APNG or WebP come back as two where neighbours are equal; as AVIF they are five.
#
# Expected: save_all with append_images writes the pictures that it is given, so that picture n is frame n, and all
#   formats do alike.
# Seen: red, red, red, blue, blue at 100 ms each is two frames of 300 and 200 ms. Only AVIF keeps five. Whatever
#   numbers frames (labels beside an animation, a test's counted pictures) is wrong after the first still moment.
# Source: Pillow's "Saving sequences": append_images is a list of images to append as additional frames. Answered as
#   intended in Pillow issues 7613 (GIF) and 8720 (WebP).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m pip install --quiet --no-cache-dir --no-compile --disable-pip-version-check --root-user-action ignore \
    --target packages pillow==13.0.0
PYTHONPATH=packages python3 - <<'EOF'
import io
import sys

import PIL
from PIL import Image

print("Pillow", PIL.__version__)
pictures = [Image.new("RGB", (8, 8), colour) for colour in ("red", "red", "red", "blue", "blue")]
found = {}
for kind in ("GIF", "PNG", "WEBP", "AVIF"):
    file = io.BytesIO()
    pictures[0].save(file, kind, save_all=True, append_images=pictures[1:], duration=100)
    animation = Image.open(file)
    durations = []
    for index in range(animation.n_frames):
        animation.seek(index)
        animation.load()
        durations.append(round(animation.info["duration"]))
    found[kind] = durations
    print(f"{kind}: {len(pictures)} pictures saved, {animation.n_frames} read, of {durations} ms")
if found != {"GIF": [300, 200], "PNG": [300, 200], "WEBP": [300, 200], "AVIF": [100] * 5}:
    sys.exit("This has changed.")
EOF
