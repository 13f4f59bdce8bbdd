#!/bin/sh
# Makes a package of the release build, in build/packages, and beside it what is in it (SPDX): package.sh deb | tarball | appimage [RUNTIME]
#
# deb       for the Debian or Ubuntu release of this machine; depends on its Qt, OpenCV and FFmpeg
# tarball   self-contained: unpack it anywhere on a system with a C library no older than this machine's, run bin/sightline
# appimage  the same in one file. It begins with a small program that mounts or unpacks the rest: appimage/runtime.cpp, or, where
#           RUNTIME names one, AppImage's own type 2 runtime, which no Debian, Python or npm package was found to hold.
set -eu
cd "$(dirname "$0")/.."

kind=${1:-}
runtime=${2:-}
case $kind in
deb | tarball | appimage) ;;
*) sed -n '2,7s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac

packaging/install_packages.sh --packages
cmake --preset release
cmake --build --preset release
version=$(sed -n 's/^project(Sightline VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
packages=build/packages
mkdir -p $packages

if [ "$kind" = deb ]; then
    (cd build/release && cpack -G DEB)
    mv build/release/sightline_*.deb $packages
    for package in "$packages"/sightline_*.deb; do packaging/sbom.py "$package" >"${package%.deb}.spdx.json"; done
    ls -l $packages/sightline_*.deb
    exit
fi

name=sightline-$version-$(uname -m)
rm -rf "${packages:?}/$name"
cmake --install build/release --strip --prefix "$packages/$name" >/dev/null
packaging/bundle_libraries.py "$packages/$name"
if [ "$kind" = tarball ]; then
    packaging/sbom.py "$packages/$name" >"$packages/$name.tar.spdx.json"
    tar -C $packages --owner=0 --group=0 --numeric-owner --sort=name -c "$name" | xz -T0 -6 >"$packages/$name.tar.xz"
    ls -l "$packages/$name.tar.xz"
    exit
fi

folder=$packages/Sightline.AppDir
rm -rf $folder
mkdir $folder
mv "$packages/$name" $folder/usr
ln -s usr/bin/sightline $folder/AppRun
cp $folder/usr/share/applications/io.sightline.Sightline.desktop $folder/usr/share/icons/hicolor/scalable/apps/io.sightline.Sightline.svg $folder
ln -s io.sightline.Sightline.svg $folder/.DirIcon
image=$packages/$name.squashfs
rm -f "$image"
mksquashfs $folder "$image" -root-owned -noappend -comp zstd -quiet -no-progress
linked=""
if [ -z "$runtime" ]; then
    for library in libsquashfuse_ll libfuse3 libzstd libc; do linked="$linked $("${CXX:-g++}" -print-file-name=$library.a)"; done
    runtime=build/release/appimage_runtime
    "${CXX:-g++}" -std=c++20 -Os -static -s -isystem /usr/include/squashfuse packaging/appimage/runtime.cpp -o $runtime \
        -lsquashfuse_ll -lsquashfuse -lfuse3 -lzstd -pthread
    # What tells an AppImage of type 2 from other programs.
    printf 'AI\002' | dd of=$runtime bs=1 seek=8 conv=notrunc status=none
fi
cat "$runtime" "$image" >"$packages/$name.AppImage"
chmod +x "$packages/$name.AppImage"
# shellcheck disable=SC2086 # names without spaces
packaging/sbom.py $folder/usr $linked >"$packages/$name.AppImage.spdx.json"
rm "$image"
ls -l "$packages/$name.AppImage"
