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
foreign=$(ldd "$program" | grep -E '^[[:space:]]*lib(torch|c10|gomp|cudart|cupti)' | grep -v "$scratch/moved/" || true)
[ -z "$foreign" ] || { echo "Libraries from elsewhere: $foreign" >&2; exit 1; }

cd "$scratch"
env -i HOME="$scratch" PATH=/usr/bin:/bin "$program" caption --every 5s moved/share/sightline/resources/sample.mp4 >captions
[ "$(wc -l <captions)" -ge 2 ] || { echo "Too few captions:" >&2; cat captions >&2; exit 1; }
for file in share/applications/sightline.desktop share/mime/packages/sightline.xml share/doc/sightline/copyright; do
    [ -s "moved/$file" ] || { echo "$file was not installed." >&2; exit 1; }
done
