#!/bin/sh
# Proves that the kernels give AArch64 the bytes that they give x86-64: aarch64_kernels.sh [FOLDER FOR OBJECTS]
# Cross-compiles the int8 layers, the encoder over them and their unit tests, and runs them in QEMU, with dot products and
# on a CPU without. Time is not measured there. The program itself is not built: that needs an AArch64 LibTorch, FFmpeg and Qt.
# Installs nothing. Needs, on Debian: g++-aarch64-linux-gnu qemu-user googletest libexpected-dev
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
compiler=${CXX_AARCH64:-aarch64-linux-gnu-g++}
googletest=/usr/src/googletest/googletest
qemu=""
for name in qemu-aarch64 qemu-aarch64-static; do
    if [ -z "$qemu" ] && command -v "$name" >/dev/null; then qemu=$name; fi
done
if ! command -v "$compiler" >/dev/null || [ -z "$qemu" ] || [ ! -d "$googletest" ] || [ ! -f /usr/include/tl/expected.hpp ]; then
    echo "Needed: packages g++-aarch64-linux-gnu qemu-user googletest libexpected-dev" >&2
    exit 1
fi

if [ $# -gt 0 ]; then
    folder=$1
    mkdir -p "$folder/include/tl"
else
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
    mkdir -p "$folder/include/tl"
fi
cp /usr/include/tl/expected.hpp "$folder/include/tl/"  # alone: the other headers there are of another processor

compile() { # SOURCE FLAGS...
    source=$1
    shift
    object=$folder/$(echo "$source" | tr '/' '_').o
    "$compiler" -std=c++20 -O2 -Wall -Wextra -Werror "-I$root" -isystem "$folder/include" -isystem "$googletest/include" "$@" -c "$source" -o "$object"
    objects="$objects $object"
}

cd "$root"
objects=""
for source in core/inference/kernels/*.cpp; do
    compile "$source" -O3 -ffp-contract=off  # as core/inference/kernels/CMakeLists.txt says
done
for source in simd_math int8_linear int8_convolution fused_encoder work_team; do
    compile "core/inference/$source.cpp" -O3 -ffp-contract=off  # as core/inference/CMakeLists.txt says
done
for source in tests/core/inference/int8_convolution_test.cpp tests/core/inference/int8_linear_test.cpp tests/core/inference/simd_path_test.cpp; do
    compile "$source"
done
compile "$googletest/src/gtest-all.cc" "-I$googletest" -w
compile "$googletest/src/gtest_main.cc" -w
# shellcheck disable=SC2086 # a list
"$compiler" $objects -o "$folder/kernels_test"

for cpu in "max:NEON dot product" "cortex-a53:portable"; do
    echo "== $qemu -cpu ${cpu%%:*}: ${cpu#*:}"
    SIGHTLINE_EXPECTED_SIMD=${cpu#*:} "$qemu" -L /usr/aarch64-linux-gnu -cpu "${cpu%%:*}" "$folder/kernels_test" --gtest_brief=1
done
