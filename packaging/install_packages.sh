#!/bin/sh
# Installs what building, testing (--tests), packaging (--packages) and static checks (--checks) need on Debian 12 or Ubuntu 24.04 and later; asks for nothing that is there.
set -eu

packages="build-essential cmake ninja-build pkg-config ccache python3 python3-pip python3-venv
qt6-base-dev qt6-charts-dev qt6-multimedia-dev libqt6opengl6-dev qt6-l10n-tools qt6-tools-dev qt6-tools-dev-tools qt6-translations-l10n
libgl1-mesa-dev libopencv-dev libgstreamer1.0-dev gstreamer1.0-plugins-base gstreamer1.0-plugins-good libavdevice-dev libavfilter-dev libavformat-dev libavcodec-dev libavutil-dev libswresample-dev libswscale-dev
libfmt-dev libspdlog-dev nlohmann-json3-dev libexpected-dev libssl-dev libcli11-dev libcpp-httplib-dev
zlib1g-dev libheif-dev libwebp-dev libpugixml-dev libuchardet-dev libhunspell-dev libespeak-ng-dev libebur128-dev libxcb1-dev hunspell-en-us fonts-dejavu-core"
if [ "${1:-}" = --tests ]; then
    packages="$packages libgtest-dev libgmock-dev libsimde-dev ffmpeg xvfb openbox xdotool x11-apps x11-utils libgstrtspserver-1.0-dev clang-format pngquant default-jre-headless appstream desktop-file-utils libheif-examples"
fi
if [ "${1:-}" = --checks ]; then
    packages="$packages shellcheck cppcheck clang-tidy"
    # Debian 12's plain one is too old for C++20's ranges.
    if apt-cache show clang-tidy-16 >/dev/null 2>&1; then packages="$packages clang-tidy-16"; fi
fi
if [ "${1:-}" = --packages ]; then
    packages="$packages dpkg-dev file patchelf qt6-wayland squashfs-tools libsquashfuse-dev libfuse3-dev libzstd-dev xz-utils"
fi

# From libheif 1.16 on, its decoders are packages of their own.
if apt-cache show libheif-plugin-libde265 >/dev/null 2>&1; then
    packages="$packages libheif-plugin-libde265 libheif-plugin-dav1d"
    [ "${1:-}" != --tests ] || packages="$packages libheif-plugin-x265 libheif-plugin-aomenc"
fi

# A package is there, too, when an installed one provides it: Debian 13's qt6-base-dev provides libqt6opengl6-dev.
installed=" $(dpkg-query -W -f='${db:Status-Abbrev} ${Package}, ${Provides}\n' 2>/dev/null |
    sed -n 's/^ii *//p' | sed 's/([^)]*)//g' | tr -s ', \n' ' ') "
missing=""
for package in $packages; do
    case "$installed" in
    *" $package "*) ;;
    *) missing="$missing $package" ;;
    esac
done
[ -n "$missing" ] || exit 0

command -v apt-get >/dev/null || {
    echo "This is not a Debian or Ubuntu system. Install the equivalents of:$missing" >&2
    exit 1
}
as_root=""
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "Run as root, or install sudo; needed packages:$missing" >&2; exit 1; }
    as_root=sudo
fi
echo "Installing:$missing" >&2
$as_root apt-get update -q
# shellcheck disable=SC2086 # a list
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing
