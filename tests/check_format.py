#!/usr/bin/env python3
"""Checks the C++ sources against .clang-format: check_format.py CLANG_FORMAT SOURCE_FOLDER"""

import subprocess
import sys
from pathlib import Path


def main() -> None:
    root = Path(sys.argv[2])
    files = [str(path) for top in ("core", "ui", "app", "tests") for path in sorted((root / top).rglob("*"))
             if path.suffix in (".h", ".cpp")]  # fmt: skip
    sys.exit(subprocess.run([sys.argv[1], "--dry-run", "-Werror", "--style=file", *files], check=False).returncode)


if __name__ == "__main__":
    main()
