#!/usr/bin/env python3
"""Says what a package holds and needs, as SPDX 2.3 JSON: sbom.py PREFIX|PACKAGE.deb [STATIC.a...] >sightline.spdx.json

PREFIX is an installed tree (cmake --install, packaging/bundle_libraries.py). Every file of it is listed with its digests and
belongs to a package: the program, LibTorch, each bundle of weights (with the licence and the training data that its manifest
names), the sample clip, the speech model, or the Debian package that a library was copied from. Libraries of the system that
the program loads are packages without files. Licences of the main ones are stated here; for the others SPDX's NOASSERTION
stands, and the comment names the file in which Debian has them. STATIC.a are libraries of this machine that are linked into what
the tree is put into, an AppImage.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import uuid
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GPL_WITH_EXCEPTION = "GPL-3.0-or-later WITH GCC-exception-3.1"
# By the name of Debian's source package; what its copyright file says of the libraries that are loaded.
LICENCES = {
    "cpp-httplib": "MIT",
    "espeak-ng": "GPL-3.0-or-later",
    "ffmpeg": "GPL-2.0-or-later",  # as Debian builds it, with x264
    "fmtlib": "MIT",
    "fuse3": "LGPL-2.1-only",
    "gcc-12": GPL_WITH_EXCEPTION,
    "gcc-13": GPL_WITH_EXCEPTION,
    "gcc-14": GPL_WITH_EXCEPTION,
    "glib2.0": "LGPL-2.1-or-later",
    "glibc": "LGPL-2.1-or-later",
    "gstreamer1.0": "LGPL-2.1-or-later",
    "hunspell": "MPL-1.1 OR GPL-2.0-or-later OR LGPL-2.1-or-later",
    "libheif": "LGPL-3.0-or-later",
    "libwebp": "BSD-3-Clause",
    "libzstd": "BSD-3-Clause",
    "opencv": "Apache-2.0",
    "openssl": "Apache-2.0",
    "pugixml": "MIT",
    "qt6-base": "LGPL-3.0-only",
    "qt6-charts": "GPL-3.0-only",
    "qt6-multimedia": "LGPL-3.0-only",
    "qt6-svg": "LGPL-3.0-only",
    "qt6-wayland": "LGPL-3.0-only",
    "spdlog": "MIT",
    "squashfuse": "BSD-2-Clause",
    "uchardet": "MPL-1.1 OR GPL-2.0-or-later OR LGPL-2.1-or-later",
}
SAMPLE = {
    "name": "sample clip",
    "licence": "CC0-1.0",
    "comment": "Made by resources/make_sample.py from photographs that are CC0 (Stefan van der Walt, Rachel Michetti) or in the "
    "public domain (SpaceX, NASA); share/sightline/resources/LICENCES.md",
}
SPEECH = {
    "name": "Silero VAD",
    "licence": "MIT",
    "version": "6.2.3",
    "comment": "Copyright 2020-present Silero Team; its notice is in share/sightline/resources/LICENCES.md",
    "download": "https://github.com/snakers4/silero-vad",
}


def version() -> str:
    return re.search(r"^project\(Sightline VERSION ([\d.]+)", (ROOT / "CMakeLists.txt").read_text(encoding="utf-8"), re.MULTILINE)[1]


def torch_version() -> str:
    return re.search(r'^VERSION = "([\d.]+)"', (ROOT / "packaging/get_libtorch.py").read_text(encoding="utf-8"), re.MULTILINE)[1]


def identifier(text: str) -> str:
    return "SPDXRef-" + re.sub(r"[^A-Za-z0-9.-]", "-", text)


def told(*command: object) -> str:
    """What a program says; nothing where it fails or is not there."""
    if not shutil.which(str(command[0])):
        return ""
    return subprocess.run([str(part) for part in command], check=False, capture_output=True, text=True).stdout


def names_of(library: str) -> tuple[str, ...]:
    """What Debian may call a file on this machine."""
    return library, library.removeprefix("/usr"), os.path.realpath(library)


class Debian:
    """Which packages files of this machine belong to. Asked once for all: each question takes a second."""

    def __init__(self, libraries: Iterable[str]):
        paths = sorted({name for library in libraries for name in names_of(library)})
        self.package_of = {path: name for name, path in re.findall(r"^([^:, ]+)[^ ]*: (/.*)$", told("dpkg", "-S", *paths), re.MULTILINE)}
        names = sorted(set(self.package_of.values()))
        listed = told("dpkg-query", "-W", "-f=${Package}\t${Version}\t${source:Package}\n", *names) if names else ""
        self.versions = {name: (version, source) for name, version, source in (line.split("\t") for line in listed.splitlines())}

    def find(self, library: str) -> tuple[str, str, str] | None:
        """Name, version and source package."""
        found = next((self.package_of[name] for name in names_of(library) if name in self.package_of), None)
        return (found, *self.versions[found]) if found in self.versions else None


class Document:
    def __init__(self, debian_packages: Debian) -> None:
        self.debian_packages = debian_packages
        self.packages: dict[str, dict] = {}
        self.files: list[dict] = []
        self.relationships: list[dict] = []
        self.licences: dict[str, dict] = {}
        self.digests: dict[str, list[str]] = {}  # of the files of each package

    def relate(self, one: str, how: str, other: str) -> None:
        found = {"spdxElementId": one, "relationshipType": how, "relatedSpdxElement": other}
        if found not in self.relationships:
            self.relationships.append(found)

    def package(self, name: str, licence: str = "NOASSERTION", **more: str) -> str:
        key = identifier(f"Package-{name}")
        if key not in self.packages:
            known = {"name": name, "SPDXID": key, "downloadLocation": more.pop("download", "NOASSERTION"), "filesAnalyzed": False,
                     "licenseConcluded": licence, "licenseDeclared": licence, "copyrightText": "NOASSERTION"}  # fmt: skip
            names = {"version": "versionInfo", "comment": "comment", "supplier": "supplier"}
            self.packages[key] = known | {names[what]: said for what, said in more.items()}
        return key

    def own_licence(self, name: str, text: str) -> str:
        """The reference of a licence that SPDX has no name for."""
        key = "LicenseRef-" + re.sub(r"[^A-Za-z0-9.-]", "-", name)
        self.licences[key] = {"licenseId": key, "name": name, "extractedText": text}
        return key

    def debian(self, library: str) -> str:
        """The package of a library that is on this machine."""
        known = self.debian_packages.find(library)
        if not known:
            return self.package(Path(library).name)
        name, number, source = known
        return self.package(name, LICENCES.get(source, "NOASSERTION"), version=number, supplier="Organization: Debian",
                            comment=f"Source package {source}; licences: /usr/share/doc/{name}/copyright")  # fmt: skip

    def file(self, path: Path, name: str, package: str) -> None:
        sha1, sha256 = hashlib.sha1(usedforsecurity=False), hashlib.sha256()
        with path.open("rb") as opened:
            while block := opened.read(1 << 20):
                sha1.update(block)
                sha256.update(block)
        licence = self.packages[package]["licenseDeclared"]
        key = identifier(f"File-{name}")
        self.files.append({
            "fileName": f"./{name}", "SPDXID": key, "licenseConcluded": licence, "licenseInfoInFiles": [licence],
            "copyrightText": "NOASSERTION",
            "checksums": [{"algorithm": "SHA1", "checksumValue": sha1.hexdigest()},
                          {"algorithm": "SHA256", "checksumValue": sha256.hexdigest()}],
        })  # fmt: skip
        self.relate(package, "CONTAINS", key)
        self.digests.setdefault(package, []).append(sha1.hexdigest())

    def tell_what_was_analyzed(self) -> None:
        """SPDX 2.3, 7.8 to 7.14: a package whose files are listed has a code made of their digests, and their licences."""
        for key, digests in self.digests.items():
            package = self.packages[key]
            code = hashlib.sha1("".join(sorted(digests)).encode(), usedforsecurity=False).hexdigest()
            package["filesAnalyzed"] = True
            package["packageVerificationCode"] = {"packageVerificationCodeValue": code}
            package["licenseInfoFromFiles"] = [package["licenseDeclared"]]

    def json(self, name: str, top: str) -> dict:
        self.tell_what_was_analyzed()
        for package in self.packages:
            if package != top:
                contained = any(found["spdxElementId"] == package for found in self.relationships)
                self.relate(top, "CONTAINS" if contained else "DEPENDS_ON", package)
        content = hashlib.sha256(json.dumps(self.files).encode()).hexdigest()
        return {
            "spdxVersion": "SPDX-2.3",
            "dataLicense": "CC0-1.0",
            "SPDXID": "SPDXRef-DOCUMENT",
            "name": name,
            "documentNamespace": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, content)}",
            "creationInfo": {"created": made().strftime("%Y-%m-%dT%H:%M:%SZ"), "creators": ["Tool: sightline packaging/sbom.py"]},
            "documentDescribes": [top],
            "packages": list(self.packages.values()),
            "files": self.files,
            "relationships": [{"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": top},
                              *self.relationships],
            "hasExtractedLicensingInfos": list(self.licences.values()),
        }  # fmt: skip


def made() -> datetime:
    """Now, or the time that a reproducible build names."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    return datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC)


def manifest_of(bundle: Path) -> dict:
    with zipfile.ZipFile(bundle) as opened:
        return json.loads(opened.read(next(name for name in opened.namelist() if name.endswith("/extra/manifest.json"))))


def libraries_of(file: Path) -> dict[str, str]:
    """Name and path of what the loader takes."""
    return dict(re.findall(r"^\s*(\S+) => (/\S+)", told("ldd", file), re.MULTILINE))


def weights(document: Document, bundle: Path) -> str:
    manifest = manifest_of(bundle)
    name = f"weights {bundle.name}"
    licence = document.own_licence(f"weights-{bundle.stem}", manifest["licence"])
    return document.package(name, licence, version=manifest["sha256"][:12],
                            comment=f"{manifest['licence']} Training data: {manifest['training_data']}")  # fmt: skip


def source_of(path: Path, name: str, plugins: str) -> str | None:
    """What file of this machine a library of the tree is a copy of; nothing for what is no library of Debian's."""
    if "lib/sightline/qt6/plugins/" in name:
        return f"{plugins}/{name.split('qt6/plugins/')[1]}"
    if re.search(r"lib/sightline/lib(?!cudart|cupti|torch|c10|gomp|sightline)", name):  # the first two are stubs of this project's
        return system_libraries().get(path.name, path.name)
    return None


def describe(prefix: Path, linked: list[str]) -> dict:
    program = prefix / "bin/sightline"
    loaded = libraries_of(program)
    for library in sorted(prefix.glob("lib/sightline/libsightline_*.so")):
        loaded |= libraries_of(library)
    if not loaded:
        raise SystemExit(f"{prefix} is no installed tree: ldd tells nothing of bin/sightline.")
    plugins = told("/usr/lib/qt6/bin/qtpaths6", "-query", "QT_INSTALL_PLUGINS").strip()
    files = {path.relative_to(prefix).as_posix(): path for path in sorted(prefix.rglob("*"))
             if path.is_file() and not path.is_symlink()}  # fmt: skip
    sources = {name: source for name, path in files.items() if (source := source_of(path, name, plugins))}
    document = Document(Debian([*loaded.values(), *sources.values(), *linked]))
    top = document.package("Sightline", "MIT", version=version())
    torch = functools.partial(document.package, "LibTorch", "BSD-3-Clause", version=torch_version(),
                              download="https://github.com/pytorch/pytorch",
                              comment="With what PyTorch contains; texts in share/doc/sightline/libtorch")  # fmt: skip
    for name, path in files.items():
        package = top
        if path.suffix == ".pt":
            package = weights(document, path)
        elif name.endswith("resources/sample.mp4"):
            package = document.package(**SAMPLE)
        elif name.endswith("resources/silero_vad.jit"):
            package = document.package(**SPEECH)
        elif re.search(r"lib/sightline/lib(torch_cpu|c10)\.|doc/sightline/libtorch/", name):
            package = torch()
        elif "lib/sightline/libgomp" in name:
            package = document.package("libgomp", GPL_WITH_EXCEPTION, comment="As PyTorch's wheel brings it")
        elif name in sources:
            package = document.debian(sources[name])
        document.file(path, name, package)
    for name, path in sorted(loaded.items()):
        if not Path(path).resolve().is_relative_to(prefix.resolve()):
            torch() if re.match(r"lib(torch_cpu|c10)\.", name) else document.debian(path)
    for library in linked:
        document.relate(top, "STATIC_LINK", document.debian(library))
    return document.json(f"sightline-{version()}", top)


@functools.cache
def system_libraries() -> dict[str, str]:
    return dict(re.findall(r"^\s*(\S+) \(.*\) => (/\S+)", told("/sbin/ldconfig", "-p"), re.MULTILINE))


def main() -> None:
    if len(sys.argv) < 2:
        raise SystemExit(__doc__.splitlines()[0])
    asked, linked = Path(sys.argv[1]), sys.argv[2:]
    if asked.suffix == ".deb":
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(["dpkg-deb", "-x", asked, folder], check=True)
            found = describe(Path(folder) / "usr", linked)
    else:
        found = describe(asked, linked)
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
