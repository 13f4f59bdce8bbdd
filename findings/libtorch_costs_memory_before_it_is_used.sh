#!/usr/bin/env bash
# A program that only links LibTorch, and calls none of it, has a hundred megabytes more before main() begins.
#
# Expected: the half gigabyte of libtorch_cpu.so is mapped, and pages come into memory when something uses them; a program
#   that runs no network pays address space, a few relocated pages, and a moment to resolve symbols.
# Seen: 104 MB more resident than the same program without it, 57 of them written ones that no other process shares,
#   and a fifth of a second of CPU time, with every start. They are there before main(): constructors of global
#   objects register all operators with their schemas and kernels, and relocations write to their tables.
# Source: PyTorch's C++ documentation of TORCH_LIBRARY says that its function runs at static initialization time; the library
#   registers its own operators that way. What that takes is said neither there nor on the page "Installing C++ distributions".
#
# Needs g++ as well, on x86-64; downloads 0.9 GB.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
TMPDIR=$folder python3 -m pip install --quiet --no-cache-dir --no-compile --disable-pip-version-check --root-user-action ignore \
    --target packages --no-deps torch==2.9.1 nvidia-cuda-runtime-cu12==12.8.90 nvidia-cuda-cupti-cu12==12.8.90
cat > idle.cpp <<'END'
#include <sys/resource.h>

#include <fstream>
#include <iostream>
#include <string>

int main() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmRSS:") || line.starts_with("RssAnon:")) {
            std::cout << std::stol(line.substr(line.find(':') + 1)) / 1024 << ' ';
        }
    }
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    std::cout << (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000 + (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1000 << '\n';
}
END
libraries=packages/torch/lib
cuda=$(find packages/nvidia -name lib -type d | tr '\n' ':')
g++ -std=c++20 -O2 idle.cpp -o without
g++ -std=c++20 -O2 idle.cpp -o with -Wl,--no-as-needed "$libraries/libtorch_cpu.so" "$libraries/libc10.so" -Wl,-rpath-link,"$libraries:$cuda"
export LD_LIBRARY_PATH="$PWD/$libraries:$cuda"
./with > /dev/null # the files are in memory from here on
read -r total own ms <<< "$(./without)"
read -r torch_total torch_own torch_ms <<< "$(./with)"

python3 -c "
import re
print('torch', re.search(r\"__version__ = '([^']+)'\", open('packages/torch/version.py').read())[1])
print('without it: ${total} MB resident, ${own} of its own, ${ms} ms of CPU time')
print('linked, unused: ${torch_total} MB resident, ${torch_own} of its own, ${torch_ms} ms of CPU time')
assert ${torch_total} - ${total} > 60, 'pages come with their use'
assert ${torch_own} - ${own} > 30, 'nothing of it is written before it is used'
"
