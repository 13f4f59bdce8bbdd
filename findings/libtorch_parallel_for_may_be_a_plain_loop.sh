#!/usr/bin/env bash
# at::parallel_for in one's own code runs on one thread, without a word, where the compiler was not told of OpenMP.
#
# Expected: a program that links LibTorch and calls at::parallel_for uses LibTorch's threads, as LibTorch's own layers in
#   the same program do; the number of threads that it asks for and that at::get_parallel_info() tells is the one it gets.
# Seen: at::get_num_threads() says 2, the report names OpenMP as the backend, and all of the range is run by the thread
#   that calls. Compiled with -fopenmp, the same file uses 2. A TensorIterator's for_each, which is compiled into LibTorch,
#   uses 2 either way.
# Source: "CPU threading and TorchScript inference" in PyTorch's documentation tells to use at::parallel_for in operators
#   of one's own and names no flag. Its body is a template in ATen/Parallel-inl.h, behind a macro that
#   ATen/ParallelOpenMP.h sets only where _OPENMP is; the flags that TorchConfig.cmake gives have no -fopenmp.
#
# Needs g++ as well, on x86-64; downloads 0.9 GB.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
TMPDIR=$folder python3 -m pip install --quiet --no-cache-dir --no-compile --disable-pip-version-check --root-user-action ignore \
    --target packages --no-deps torch==2.9.1 nvidia-cuda-runtime-cu12==12.8.90 nvidia-cuda-cupti-cu12==12.8.90
cat > threads.cpp <<'EOF'
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/TensorIterator.h>
#include <chrono>
#include <iostream>
#include <mutex>
#include <set>
#include <thread>

// Threads that called note().
struct Threads {
    std::mutex mutex;
    std::set<std::thread::id> ids;
    void note() {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        const std::lock_guard lock(mutex);
        ids.insert(std::this_thread::get_id());
    }
};

int main() {
    at::set_num_threads(2);
    const std::string info = at::get_parallel_info();
    const bool openMp = info.find("ATen parallel backend: OpenMP") != std::string::npos;
    Threads own;
    at::parallel_for(0, 1000, 1, [&](int64_t, int64_t) { own.note(); });
    Threads theirs;
    at::Tensor numbers = at::zeros({1000});
    at::TensorIterator parts = at::TensorIteratorConfig().add_output(numbers).check_all_same_dtype(false).resize_outputs(false).build();
    parts.for_each([&](char**, const int64_t*, int64_t, int64_t) { theirs.note(); }, 1);
    std::cout << at::get_num_threads() << " threads set, " << (openMp ? "OpenMP" : "another backend")
              << "; at::parallel_for used " << own.ids.size() << ", TensorIterator::for_each " << theirs.ids.size() << "\n";
    return openMp && theirs.ids.size() == 2 ? static_cast<int>(own.ids.size()) : 100;
}
EOF
torch=$folder/packages/torch
echo "LibTorch $(sed -n "s/^__version__ = '\(.*\)'/\1/p" "$torch/version.py")"

# Prints what a build with these flags says; its exit code is the number of threads that at::parallel_for used.
run() {
    g++ -std=c++17 -O1 "$@" -isystem "$torch/include" threads.cpp -o threads "$torch/lib/libtorch_cpu.so" "$torch/lib/libc10.so" \
        -Wl,-rpath,"$torch/lib:$folder/packages/nvidia/cuda_runtime/lib:$folder/packages/nvidia/cuda_cupti/lib" -Wl,--allow-shlib-undefined
    ./threads && return 0 || return $?
}
echo -n "as TorchConfig.cmake compiles: "
plain=0; run || plain=$?
echo -n "with -fopenmp: "
told=0; run -fopenmp || told=$?
if [ "$plain" != 1 ] || [ "$told" != 2 ]; then
    echo "This has changed." >&2
    exit 1
fi
