#!/usr/bin/env python3
"""Checks packaging/sbom.py on a small installed tree: check_sbom.py SOURCE_FOLDER PROGRAM LIBRARY..."""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path


def tree(prefix: Path, program: Path, libraries: list[Path], source: Path) -> None:
    for folder in ("bin", "share/sightline/models", "share/sightline/resources", "share/icons", "lib/sightline"):
        (prefix / folder).mkdir(parents=True)
    shutil.copy(program, prefix / "bin/sightline")
    for library in libraries:
        shutil.copy(library, prefix / "lib/sightline")
    for bundle in source.glob("models/sightline-*.pt"):
        shutil.copy(bundle, prefix / "share/sightline/models")
    for file in source.glob("resources/*"):
        if file.is_file():
            shutil.copy(file, prefix / "share/sightline/resources")
    shutil.copy(source / "packaging/icons/48.png", prefix / "share/icons")
    (prefix / "lib/sightline/libcudart.so.12").write_bytes(b"a stub")


def check(found: dict, prefix: Path, source: Path) -> list[str]:
    problems = []
    ids = [element["SPDXID"] for element in (*found["packages"], *found["files"])]
    if len(set(ids)) != len(ids):
        problems.append("an identifier stands twice")
    for element in ids:
        if not re.fullmatch(r"SPDXRef-[A-Za-z0-9.-]+", element):
            problems.append(f"{element} is no SPDX identifier")
    known = {*ids, "SPDXRef-DOCUMENT"}
    for relationship in found["relationships"]:
        if not {relationship["spdxElementId"], relationship["relatedSpdxElement"]} <= known:
            problems.append(f"a relationship of what is not there: {relationship}")
    # SPDX 2.3, 7.8 and 7.9; validators refuse others.
    holders = {found["spdxElementId"] for found in found["relationships"]
               if found["relationshipType"] == "CONTAINS" and found["relatedSpdxElement"].startswith("SPDXRef-File-")}  # fmt: skip
    for package in found["packages"]:
        is_holder = package["SPDXID"] in holders
        if package["filesAnalyzed"] != is_holder or ("packageVerificationCode" in package) != is_holder:
            problems.append(f"{package['name']} holds files: {is_holder}, which it does not say so")
    own = {licence["licenseId"] for licence in found["hasExtractedLicensingInfos"]}
    for element in (*found["packages"], *found["files"]):
        for named in re.findall(r"LicenseRef-[A-Za-z0-9.-]+", element["licenseConcluded"]):
            if named not in own:
                problems.append(f"{named} is not explained")
    files = {file["fileName"]: file for file in found["files"]}
    for path in prefix.rglob("*"):
        if path.is_file() and f"./{path.relative_to(prefix)}" not in files:
            problems.append(f"{path.relative_to(prefix)} is not listed")
    notes = (source / "resources/LICENCES.md").read_text(encoding="utf-8")
    for name in re.findall(r"`(\w+\.\w+)`", notes):
        if (source / "resources" / name).is_file() and not name.endswith(".py"):
            file = files.get(f"./share/sightline/resources/{name}")
            if file is None or file["licenseConcluded"] == "NOASSERTION":
                problems.append(f"{name} has a note in LICENCES.md, but no licence here")
    names = {package["name"]: package for package in found["packages"]}
    for name in ("Sightline", "LibTorch", "sample clip", "Silero VAD"):
        if name not in names:
            problems.append(f"{name} is missing")
    for bundle in source.glob("models/sightline-*.pt"):
        if "Training data:" not in names.get(f"weights {bundle.name}", {}).get("comment", ""):
            problems.append(f"{bundle.name} does not say what it was trained on")
    if shutil.which("dpkg"):
        for source_package, licence in (("qt6-base", "LGPL-3.0-only"), ("opencv", "Apache-2.0"), ("ffmpeg", "GPL-2.0-or-later")):
            if not any(f"Source package {source_package};" in p.get("comment", "") and p["licenseDeclared"] == licence
                       for p in found["packages"]):  # fmt: skip
                problems.append(f"{source_package} is missing")
    return problems


def main() -> None:
    source, program, *libraries = (Path(argument) for argument in sys.argv[1:])
    with tempfile.TemporaryDirectory() as folder:
        prefix = Path(folder) / "tree"
        tree(prefix, program, libraries, source)
        command = [sys.executable, source / "packaging/sbom.py", prefix]
        found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        problems = check(found, prefix, source)
    print("\n".join(problems) or f"{len(found['packages'])} packages, {len(found['files'])} files")
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
