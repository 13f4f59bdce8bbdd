#!/usr/bin/env python3
"""Checks that each folder includes only what ARCHITECTURE.md allows: check_includes.py SOURCE_FOLDER"""

import re
import sys
from pathlib import Path

# Rooms of core/media, and core/ folders that a page of the window may include.
MEDIA = {"core/media", "core/media/files", "core/media/live", "core/media/writing"}
PAGE = MEDIA | {"core/base", "core/inference", "core/captions", "core/pipeline"}
# Folder: the folders of ours it may include besides itself.
ALLOWED = {
    "core/base": set(),
    "core/media": {"core/base"},
    "core/media/files": {"core/base", "core/media"},
    "core/media/live": {"core/base", "core/media", "core/media/files"},
    "core/media/writing": {"core/base", "core/media", "core/media/files"},
    "core/opencv": {"core/base", "core/media", "core/media/live"},
    "core/captions": {"core/base"},
    "core/inference/kernels": set(),
    "core/inference": {"core/base", "core/inference/kernels", "core/media"},
    "core/torch": {"core/base", "core/inference"},
    "core/subtitles": {"core/base", "core/captions"},
    "core/scenes": {"core/base", "core/media", "core/captions"},
    "core/pipeline": MEDIA | {"core/base", "core/inference", "core/captions", "core/scenes"},
    "core/narration": MEDIA | {"core/base", "core/captions", "core/inference", "core/scenes"},
    "core/annotate": MEDIA | {"core/base", "core/captions", "core/inference", "core/narration", "core/pipeline", "core/subtitles"},
    "core/feed": {"core/base", "core/media", "core/captions", "core/pipeline"},
    "core/benchmark": {"core/base", "core/media", "core/media/files", "core/inference"},
    "ui/player": PAGE | {"ui"},
    "ui/live": PAGE | {"core/feed", "core/narration", "core/subtitles", "ui", "ui/player"},
    "ui/video": PAGE | {"core/annotate", "core/narration", "core/subtitles", "ui", "ui/player"},
    "ui/lab": PAGE | {"core/benchmark", "ui", "ui/player"},
    "ui": PAGE | {"core/benchmark", "ui/player", "ui/live", "ui/video", "ui/lab"},
    "app": MEDIA | {"core/base", "core/inference", "core/captions", "core/subtitles", "core/scenes", "core/pipeline", "core/annotate",
                    "core/narration", "core/feed", "core/benchmark", "ui", "ui/player", "ui/live", "ui/video", "ui/lab"},
}
# Headers of libraries: pattern, and the files that may include them.
LIBRARIES = [
    (re.compile(r"Q[A-Za-z]+$|Qt.*/"), re.compile(r"(ui|app)/")),
    (re.compile(r"(torch|ATen|c10|caffe2)/"), re.compile(r"core/torch/\w+\.(cpp|h)$")),
    (re.compile(r"lib(av|sw)\w+/"), re.compile(r"core/media/")),
    (re.compile(r"opencv2/"), re.compile(r"core/(media|media/files|inference|opencv)/\w+\.cpp$")),
    (re.compile(r"gst/"), re.compile(r"core/media/live/\w+\.cpp$")),
    (re.compile(r"pugixml|uchardet/|iconv"), re.compile(r"core/subtitles/")),
    (re.compile(r"hunspell"), re.compile(r"ui/video/")),
    (re.compile(r"espeak-ng/|ebur128"), re.compile(r"core/narration/\w+\.cpp$")),
    (re.compile(r"httplib\.h"), re.compile(r"core/feed/\w+\.cpp$")),
    (re.compile(r"xcb/"), re.compile(r"ui/live/\w+\.cpp$")),
    (re.compile(r"CLI/"), re.compile(r"app/\w+\.cpp$")),
]
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def main() -> None:
    root = Path(sys.argv[1])
    problems = []
    files = [path for top in ("core", "ui", "app") for path in sorted((root / top).rglob("*")) if path.suffix in (".h", ".cpp")]
    for path in files:
        name = path.relative_to(root).as_posix()
        folder = name.rsplit("/", 1)[0]
        if folder not in ALLOWED:
            problems.append(f"{name}: folder {folder} is not in the table of check_includes.py")
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            match = INCLUDE.match(line)
            if not match:
                continue
            header = match[2]
            if match[1] == '"':
                target = header.rsplit("/", 1)[0]
                if target != folder and target not in ALLOWED[folder]:
                    problems.append(f"{name}:{number}: {folder} may not include {header}")
            for pattern, users in LIBRARIES:
                if pattern.match(header) and not users.match(name):
                    problems.append(f"{name}:{number}: may not include {header}")
    if len(files) < 20:
        problems.append(f"only {len(files)} files found under {root}: wrong folder?")
    print("\n".join(problems) or f"{len(files)} files, all includes allowed")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
