#!/bin/sh
# Configures the release preset with everything hidden that only tests use: release_without_test_packages.sh CMAKE SOURCE LIBTORCH
# A user's machine has no GoogleTest, no ffmpeg program and no Python test packages.
set -eu
cmake=$1
source=$2
libtorch=$3

build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT

cd "$source"
"$cmake" --preset release -B "$build" -DLIBTORCH_ROOT="$libtorch" \
    -DCMAKE_DISABLE_FIND_PACKAGE_GTest=ON -DCMAKE_DISABLE_FIND_PACKAGE_GMock=ON \
    -DCMAKE_DISABLE_FIND_PACKAGE_Qt6Test=ON -DCMAKE_DISABLE_FIND_PACKAGE_Python3=ON \
    -DPNGQUANT=PNGQUANT-NOTFOUND -DCLANG_FORMAT=CLANG_FORMAT-NOTFOUND

if [ -e "$build/tests" ]; then
    echo "The release build looks at tests/." >&2
    exit 1
fi
if grep -iE '^(gtest|gmock|qt6test)[^=]*_dir:' "$build/CMakeCache.txt" | grep -v NOTFOUND; then
    echo "The release build found test packages." >&2
    exit 1
fi
