#!/usr/bin/env python3
"""Puts LibTorch (CPU) into a cache folder and prints that folder.

Order: the folder named by --installed, if it holds LibTorch; the cached copy; the CPU wheel of a PyTorch wheel index
given by SIGHTLINE_TORCH_INDEX (PyTorch's "Start locally" page names its CPU index: a 0.2 GB download); otherwise the
standard wheel, a 0.9 GB download of which 0.5 GB is kept. Only headers, libtorch_cpu, libc10, libgomp and, for the
standard wheel, the two CUDA runtime libraries that libtorch_cpu.so is linked against are kept; none of them needs a GPU.
"""

import argparse
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

VERSION = "2.9.1"
PYTHON = "3.11"  # any CPython wheel holds the same C++ libraries
CUDA_WHEELS = ("nvidia-cuda-runtime-cu12==12.8.90", "nvidia-cuda-cupti-cu12==12.8.90")
KEPT = re.compile(
    r"torch/include/.*|torch/lib/(libtorch_cpu|libc10)\.so|torch/lib/libgomp[^/]*|"
    r"torch\.libs/libgomp[^/]*|torch/version\.py|torch-[^/]*\.dist-info/(licenses/)?(LICENSE|NOTICE)"
)
KEPT_CUDA = re.compile(r"nvidia/[^/]*/lib/(libcudart|libcupti)\.so\.\d+")


def holds_libtorch(folder: Path) -> bool:
    return (folder / "include/torch/csrc/api/include/torch/torch.h").exists() and any(
        (folder / "lib").glob("libtorch_cpu.so")
    )


def download(requirement: str, into: Path, index: str | None) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--no-cache-dir", "--only-binary=:all:",
               "--python-version", PYTHON, "--implementation", "cp", "--dest", str(into), requirement]  # fmt: skip
    for tag in ("manylinux_2_28", "manylinux2014", "manylinux_2_17", "manylinux_2_27", "manylinux1"):
        command += ["--platform", f"{tag}_{platform.machine()}"]
    command += ["--platform", f"linux_{platform.machine()}"]
    if index:
        command += ["--index-url", index]
    before = set(into.glob("*.whl"))
    subprocess.run(command, check=True, stdout=sys.stderr, env={**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"})
    return (set(into.glob("*.whl")) - before).pop()


def unpack(wheel: Path, pattern: re.Pattern, root: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.infolist():
            if member.is_dir() or not pattern.fullmatch(member.filename):
                continue
            name = member.filename
            if ("/lib/" in name and ".so" in name) or name.startswith("torch.libs/"):
                target = root / "lib" / Path(name).name
            elif ".dist-info/" in name:
                target = root / "licences" / Path(name).name
            else:
                target = root / name.removeprefix("torch/")
            target.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(member) as source, target.open("wb") as file:
                shutil.copyfileobj(source, file)


def fetch(cache: Path) -> Path:
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as scratch:
        scratch_path = Path(scratch)
        os.environ["TMPDIR"] = scratch  # pip's own files too: /tmp may be memory
        root = scratch_path / "libtorch"
        wheels = scratch_path / "wheels"
        wheels.mkdir()
        index = os.environ.get("SIGHTLINE_TORCH_INDEX")
        wheel = None
        if index:
            try:
                wheel = download(f"torch=={VERSION}+cpu", wheels, index)
            except subprocess.CalledProcessError:
                print(f"{index} does not answer with torch {VERSION}+cpu; taking the standard wheel.", file=sys.stderr)
        if wheel is None:
            print(f"Downloading LibTorch {VERSION} (0.9 GB, once; 0.5 GB is kept in {cache}).", file=sys.stderr, flush=True)
            try:
                wheel = download(f"torch=={VERSION}", wheels, None)
                if platform.machine() == "x86_64":  # other machines' standard wheels are CPU-only
                    for requirement in CUDA_WHEELS:
                        unpack(download(requirement, wheels, None), KEPT_CUDA, root)
            except subprocess.CalledProcessError:
                raise SystemExit(
                    f"Cannot download LibTorch {VERSION}: pip says why above. Check the network and try again, or set "
                    "LIBTORCH_ROOT to the folder of an installed LibTorch."
                ) from None
        unpack(wheel, KEPT, root)
        if not holds_libtorch(root):
            raise SystemExit(f"{wheel.name} does not hold LibTorch. Set LIBTORCH_ROOT to the folder of an installed LibTorch instead.")
        final = cache / f"libtorch-{VERSION}"
        shutil.rmtree(final, ignore_errors=True)
        root.replace(final)
    return final


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    default = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "sightline"
    parser.add_argument("--cache", type=Path, default=default, help="cache folder (default: %(default)s)")
    parser.add_argument("--installed", type=Path, help="an installed LibTorch to use as it is")
    arguments = parser.parse_args()
    if arguments.installed:
        if not holds_libtorch(arguments.installed):
            raise SystemExit(f"{arguments.installed} does not hold LibTorch (include/torch and lib/libtorch_cpu.so).")
        print(arguments.installed)
        return
    cached = arguments.cache / f"libtorch-{VERSION}"
    print(cached if holds_libtorch(cached) else fetch(arguments.cache))


if __name__ == "__main__":
    main()
