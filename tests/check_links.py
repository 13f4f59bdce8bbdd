#!/usr/bin/env python3
"""Checks that links and pictures of all Markdown files lead somewhere, and to headings that exist: check_links.py SOURCE_FOLDER

Links to the web are not followed."""

import re
import sys
import unicodedata
from pathlib import Path

LINK = re.compile(r"\[(?:[^\[\]]|\[[^\]]*\]\([^)]*\))*\]\(([^)\s]+)\)")
PICTURE = re.compile(r"!\[[^\]]*\]\(([^)\s]+)\)")
SKIPPED = {".git", "build", "node_modules", "work"}


def without_code(text: str) -> str:
    """What is shown as it is holds no links: blocks indented after a blank line, and code spans."""
    text = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"(?<=\n\n)(?:    .*\n)+", "\n", text)
    return re.sub(r"`[^`\n]*`", lambda match: "x" * len(match[0]), text)


def anchor(heading: str) -> str:
    """As GitHub and the manual's window make it."""
    kept = (c for c in heading.lower() if c in "-_ " or unicodedata.category(c)[0] in "LN")
    return "".join(kept).replace(" ", "-")


def anchors(path: Path) -> set[str]:
    text = re.sub(r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    headings = re.findall(r"^#{1,6} +(.+?)\s*$", text, flags=re.MULTILINE)
    return {anchor(heading.replace("`", "")) for heading in headings}


def problems_of(path: Path, root: Path) -> list[str]:
    text = without_code(path.read_text(encoding="utf-8"))
    problems = []
    for link in {*LINK.findall(text), *PICTURE.findall(text)}:
        if re.match(r"[a-z]+:", link):
            continue
        name, _, fragment = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        if not target.exists() or root not in target.parents:
            problems.append(f"{path.relative_to(root)}: {link} leads nowhere")
        elif fragment and (target.suffix != ".md" or fragment not in anchors(target)):
            problems.append(f"{path.relative_to(root)}: {link}: {target.name} has no such heading")
    return problems


def main() -> None:
    root = Path(sys.argv[1]).resolve()
    files = [path for path in sorted(root.rglob("*.md")) if not SKIPPED & set(path.relative_to(root).parts)]
    problems = [problem for path in files for problem in problems_of(path, root)]
    manual = root / "resources" / "manual"
    index = (manual / "index.md").read_text(encoding="utf-8")
    problems += [f"index.md does not list {page.name}" for page in sorted(manual.glob("*.md"))
                 if page.name != "index.md" and f"]({page.name})" not in index]
    if len(files) < 15:
        problems.append(f"only {len(files)} files found under {root}: wrong folder?")
    print("\n".join(problems) or f"{len(files)} files, all links lead somewhere")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
