#!/usr/bin/env bash
# In OpenCV white is Y 255 by COLOR_BGR2YUV and Y 235 by COLOR_BGR2YUV_I420: the layout's name changes the range.
#
# Expected: I420 is the same YUV with a quarter of the colour samples in planes of their own, so that both have one Y.
# Seen: plain YUV fills 0 to 255, I420 only 16 to 235. Y planes of the two compared with each other, or full-range
#   planes given to COLOR_YUV2BGR_I420, lose contrast: white comes back as white, but so does Y 236 to 255.
# Source: OpenCV's "Color conversions" gives one formula for YUV with Y from all of R, G and B, and lists the 4:2:0
#   codes beside it as conversions between RGB and YUV 4:2:0, without a word on the range.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m pip install --quiet --no-cache-dir --no-compile --disable-pip-version-check --root-user-action ignore \
    --target packages opencv-python-headless==5.0.0.93 numpy==2.4.6
PYTHONPATH=packages python3 - <<'EOF'
import sys

import cv2
import numpy as np

print("OpenCV", cv2.__version__)
found = {}
for name, grey in (("black", 0), ("grey", 128), ("white", 255)):
    picture = np.full((8, 8, 3), grey, np.uint8)
    found[name] = (int(cv2.cvtColor(picture, cv2.COLOR_BGR2YUV)[0, 0, 0]),
                   int(cv2.cvtColor(picture, cv2.COLOR_BGR2YUV_I420)[0, 0]))
    print(f"{name} {grey}: Y {found[name][0]} by BGR2YUV, Y {found[name][1]} by BGR2YUV_I420")
planes = np.full((12, 8), 128, np.uint8)
planes[:8] = np.array([16, 126, 235, 236, 245, 250, 254, 255], np.uint8)
back = cv2.cvtColor(planes, cv2.COLOR_YUV2BGR_I420)[0, :, 0].tolist()
print("Y", planes[0].tolist(), "by YUV2BGR_I420:", back)
if found != {"black": (0, 16), "grey": (128, 126), "white": (255, 235)} or back[2:] != [255] * 6 or back[0] != 0:
    sys.exit("This has changed.")
EOF
