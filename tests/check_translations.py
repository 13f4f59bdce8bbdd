#!/usr/bin/env python3
"""Checks that every string in ui/ is in the translation files, and translated: check_translations.py LUPDATE SOURCE_FOLDER

English is translated where it counts, because its plurals have to be told.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree


def main() -> None:
    lupdate, root = sys.argv[1], Path(sys.argv[2])
    problems = []
    with tempfile.TemporaryDirectory() as folder:
        for language in ("de", "zh_CN", "en"):
            file = Path(folder) / f"sightline_{language}.ts"
            shutil.copy(root / "resources" / "translations" / file.name, file)
            subprocess.run([lupdate, "-silent", "-no-obsolete", "-locations", "none", "-I", root, root / "ui", "-ts", file],
                           check=True, stdout=subprocess.DEVNULL)
            messages = list(ElementTree.parse(file).getroot().iter("message"))
            problems += [f"{language}: {message.findtext('source')}" for message in messages
                         if message.find("translation").get("type") and (language != "en" or message.get("numerus"))]
            if len(messages) < 200:
                problems.append(f"{language}: only {len(messages)} strings found under {root / 'ui'}: wrong folder?")
    print("\n".join(problems) or "every string is translated")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
