#!/usr/bin/env python3
"""Makes an installed tree self-contained: bundle_libraries.py PREFIX

Copies the shared libraries that bin/sightline, its library for LibTorch and Qt's plugins need into PREFIX/lib/sightline, and the plugins and Qt's
translations below it, and tells Qt where they are. Left out is what must be the system's: the C and C++ libraries, the
graphics drivers' side of OpenGL, X11 and Wayland, ALSA, and fonts (the list that AppImages keep to). So the tree runs on
systems with these and a C library no older than this machine's.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

SYSTEMS = re.compile(
    r"(ld-linux[^.]*|libanl|libBrokenLocale|libc|libdl|libm|libmvec|libnsl|libnss_\w+|libpthread|libresolv|librt|libthread_db|libutil|"
    r"libstdc\+\+|libgcc_s|libGL|libEGL|libGLX|libGLdispatch|libOpenGL|libGLESv2|libgbm|libdrm|libglapi|libX11|libX11-xcb|libxcb|"
    r"libwayland-\w+|libasound|libfontconfig|libfreetype|libharfbuzz|libfribidi|libexpat|libz|"
    r"libICE|libSM|libuuid)\.so.*"
)
PLUGINS = (
    "platforms/libq(xcb|offscreen|minimal|wayland-.*)\\.so",
    "(xcbglintegrations|platforminputcontexts|tls|wayland-.*)/.*\\.so",
    "(imageformats|iconengines)/lib(qjpeg|qgif|qico|qsvg|qwebp|qsvgicon)\\.so",
    "platformthemes/libqxdgdesktopportal\\.so",
    "multimedia/libffmpegmediaplugin\\.so",
)
TRANSLATIONS = "qtbase_(de|zh_CN)\\.qm"


def qt_folder(what: str) -> Path:
    for program in ("/usr/lib/qt6/bin/qtpaths6", "qtpaths6", "/usr/lib/qt6/bin/qmake6", "qmake6"):
        if shutil.which(program):
            return Path(subprocess.run([program, "-query", what], check=True, capture_output=True, text=True).stdout.strip())
    raise SystemExit("Qt's qtpaths6 is not there; it is in Debian's qt6-base-dev-tools.")


def needed(file: Path) -> dict[str, Path]:
    """What the loader takes for the libraries of `file` and theirs."""
    told = subprocess.run(["ldd", file], check=True, capture_output=True, text=True).stdout
    if "not found" in told:
        raise SystemExit(f"{file} needs libraries that are not there:\n{told}")
    return {name: Path(path).resolve() for name, path in re.findall(r"^\s*(\S+) => (/\S+)", told, re.MULTILINE)}


def search_path(file: Path) -> str:
    return subprocess.run(["patchelf", "--print-rpath", file], check=True, capture_output=True, text=True).stdout.strip()


def main() -> None:
    prefix = Path(sys.argv[1]).resolve()
    if not shutil.which("patchelf"):
        raise SystemExit("patchelf is not there; it is in Debian's package of that name.")
    private = prefix / "lib/sightline"
    qt = private / "qt6"
    plugins = qt_folder("QT_INSTALL_PLUGINS")
    own = [prefix / "bin/sightline", *sorted(private.glob("libsightline_*.so"))]
    roots = [*own]
    for pattern in PLUGINS:
        for plugin in sorted(plugins.rglob("*.so")):
            name = plugin.relative_to(plugins)
            if re.fullmatch(pattern, name.as_posix()):
                target = qt / "plugins" / name
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(plugin, target)
                roots.append(plugin)
    translations = qt_folder("QT_INSTALL_TRANSLATIONS")
    for file in translations.glob("*.qm") if translations.is_dir() else []:
        if re.fullmatch(TRANSLATIONS, file.name):
            (qt / "translations").mkdir(exist_ok=True)
            shutil.copy(file, qt / "translations")
    libraries: dict[str, Path] = {}
    for root in roots:
        libraries |= needed(root)
    copied = 0
    for name, path in sorted(libraries.items()):
        if SYSTEMS.fullmatch(name) or path.is_relative_to(private):
            continue
        target = private / name
        shutil.copy(path, target)
        target.chmod(0o644)
        if search_path(target):  # would hide the program's own search path
            subprocess.run(["patchelf", "--set-rpath", "$ORIGIN", target], check=True)
        copied += 1
    for plugin in qt.rglob("*.so"):
        if search_path(plugin):
            subprocess.run(["patchelf", "--remove-rpath", plugin], check=True)
    (prefix / "bin/qt.conf").write_text("[Paths]\nPrefix = ../lib/sightline/qt6\nPlugins = plugins\nTranslations = translations\n")
    kept = sorted(name for name in libraries if SYSTEMS.fullmatch(name))
    print(f"{copied} libraries and {len(roots) - len(own)} plugins of Qt copied; the system's: {' '.join(kept)}")


if __name__ == "__main__":
    main()
