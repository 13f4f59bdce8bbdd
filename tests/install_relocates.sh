#!/bin/sh
# Installs the program, moves it and captions with it: install_relocates.sh CMAKE BUILD
# Installed programs run for every user and from any folder: nothing may point into the build folder or someone's cache.
set -eu
cmake=$1
build=$2

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"$cmake" --install "$build" --prefix "$scratch/first" >/dev/null
mv "$scratch/first" "$scratch/moved"

program="$scratch/moved/bin/sightline"
for seldom in libtorch libopencv_imgcodecs libopencv_videoio; do
    ! ldd "$program" | grep -q "$seldom" || { echo "$seldom is loaded with the program, which needs it for few things." >&2; exit 1; }
done
readelf -d "$program" | grep -q '(RPATH)' || { echo "The libraries of a self-contained tree would not find each other." >&2; exit 1; }
foreign=$(ldd "$scratch/moved/lib/sightline/libsightline_torch.so" | grep -E '^[[:space:]]*lib(torch|c10|gomp|cudart|cupti)' |
    grep -v "$scratch/moved/" || true)
[ -z "$foreign" ] || { echo "Libraries from elsewhere: $foreign" >&2; exit 1; }

cd "$scratch"
env -i HOME="$scratch" PATH=/usr/bin:/bin "$program" caption --every 5s moved/share/sightline/resources/sample.mp4 >captions
env -i HOME="$scratch" PATH=/usr/bin:/bin "$program" caption moved/share/icons/hicolor/48x48/apps/io.sightline.Sightline.png >>captions
[ "$(wc -l <captions)" -ge 3 ] || { echo "Too few captions:" >&2; cat captions >&2; exit 1; }
# The comparison of engines is what LibTorch is loaded for.
env -i HOME="$scratch" PATH=/usr/bin:/bin "$program" bench engine --pictures 1 --rounds 1 -o engines.md
grep -q LibTorch engines.md || { echo "LibTorch did not run:" >&2; cat engines.md >&2; exit 1; }
for file in share/applications/io.sightline.Sightline.desktop share/mime/packages/io.sightline.Sightline.xml \
    share/icons/hicolor/48x48/apps/io.sightline.Sightline.png share/doc/sightline/copyright share/bash-completion/completions/sightline; do
    [ -s "moved/$file" ] || { echo "$file was not installed." >&2; exit 1; }
done
# What is shipped is small: no headers, and no CUDA libraries but the stubs of a few kB.
[ ! -e moved/include ] || { echo "Headers were installed." >&2; exit 1; }
large=$(find moved/lib/sightline -name 'libcu*' -size +64k)
[ -z "$large" ] || { echo "Not a stub: $large" >&2; exit 1; }
# Desktops read these; the validators are there where --tests installed them.
if command -v desktop-file-validate >/dev/null; then
    desktop-file-validate moved/share/applications/io.sightline.Sightline.desktop
fi
if command -v appstreamcli >/dev/null; then
    # Without SIGHTLINE_HOMEPAGE there is none, of which newer versions warn.
    appstreamcli validate --no-net moved/share/metainfo/io.sightline.Sightline.metainfo.xml >told ||
        appstreamcli validate --no-net --override=url-homepage-missing=info moved/share/metainfo/io.sightline.Sightline.metainfo.xml >told || { cat told >&2; exit 1; }
fi
