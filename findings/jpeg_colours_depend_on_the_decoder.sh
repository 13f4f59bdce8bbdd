#!/usr/bin/env bash
# One JPEG, two decoders: FFmpeg and libjpeg-turbo differ by 39 of 255 at the edges of colours, not by rounding.
#
# Expected: decoders of baseline JPEG agree to a level or two, as the standard's bounds on the inverse transform do.
# Seen: they agree so in brightness, and at 4:4:4 in all; the colour samples of 4:2:0, which most JPEGs have, are
#   enlarged by interpolation in libjpeg-turbo and otherwise by FFmpeg. Networks trained on pictures by Pillow and run
#   on pictures by FFmpeg see other colours, and golden outputs cannot be compared exactly.
# Source: the JPEG standard (ITU-T T.81 and T.83) bounds the transform's error and leaves the enlarging of colour
#   open. pytorch/vision issue 8088 expects two decoders to be alike; sgl-project pull request 34163 measures the cost.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m pip install --quiet --no-cache-dir --no-compile --disable-pip-version-check --root-user-action ignore \
    --target packages pillow==13.0.0 av==18.1.0 numpy==2.4.6
PYTHONPATH=packages python3 - <<'EOF'
import sys

import av
import numpy as np
import PIL
from PIL import Image

print("Pillow", PIL.__version__, "beside PyAV", av.__version__)
picture = np.zeros((32, 32, 3), np.uint8)
picture[:, :13] = (0, 0, 255)
picture[:, 13:] = (255, 0, 0)


def difference(name, **options):
    """The largest difference between the two decoders' pictures."""
    Image.fromarray(picture).save(name, quality=95, **options)
    pillow = np.asarray(Image.open(name)).astype(int)
    with av.open(name) as file:
        ffmpeg = next(file.decode(video=0)).to_ndarray(format="rgb24").astype(int)
    return int(abs(pillow - ffmpeg).max())


full = difference("full.jpg", subsampling="4:4:4")
quarter = difference("quarter.jpg", subsampling="4:2:0")
print(f"largest difference of 255: 4:4:4 {full}, 4:2:0 {quarter}")
if full > 3 or quarter < 25:
    sys.exit("This has changed.")
EOF
