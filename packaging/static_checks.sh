#!/bin/sh
# Static checks: static_checks.sh [quick | tidy]
#
# quick   Python (ruff; mypy where PyTorch is installed, whose types it needs) and shell scripts (shellcheck): a minute
#         without an argument, the same and C++ (cppcheck): some minutes
# tidy    the same, then clang-tidy as build/dev is compiled: an hour of a CPU. What it says of all files was not gone
#         through yet.
#
# .ruff.toml, .mypy.ini, .clang-tidy and packaging/cppcheck.txt say what is left out, each with its reason.
set -eu
cd "$(dirname "$0")/.."

packaging/install_packages.sh --checks
venv="${XDG_CACHE_HOME:-$HOME/.cache}/sightline/venv-checks"
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r tests/requirements-checks.txt

"$venv/bin/ruff" check .
typed=""
for python in "${SIGHTLINE_PYTHON:-}" "${XDG_CACHE_HOME:-$HOME/.cache}/sightline/venv-tests/bin/python" models/work/venv/bin/python; do
    if [ -z "$typed" ] && [ -x "$python" ] && "$python" -c "import torch" 2>/dev/null; then typed=$python; fi
done
if [ -n "$typed" ]; then
    "$venv/bin/mypy" --python-executable "$typed"
else
    echo "mypy: skipped, PyTorch is not installed (models/requirements.txt)"
fi
# shellcheck disable=SC2046 # names without spaces
shellcheck $(git ls-files '*.sh' .ci/run)
[ "${1:-}" != quick ] || exit 0

# check OPTIONS...: the files named on standard input. Qt's macros are for what includes Qt.
check() {
    cppcheck --file-list=- -I. --std=c++20 --language=c++ --enable=warning,performance,portability --inline-suppr \
        --suppressions-list=packaging/cppcheck.txt --error-exitcode=1 --quiet -j "$(nproc)" "$@"
}
git ls-files 'core/*.cpp' | check
git ls-files 'ui/*.cpp' 'app/*.cpp' | check --library=qt
[ "${1:-}" = tidy ] || exit 0

[ -e build/dev/compile_commands.json ] || cmake --preset dev
cmake --build --preset dev  # the headers that Qt's tools make
# The newest: older ones do not know C++20 well.
tidy=$(command -v clang-tidy-19 clang-tidy-18 clang-tidy-16 clang-tidy | head -n 1)
git ls-files 'core/*.cpp' 'ui/*.cpp' 'app/*.cpp' | xargs -P "$(nproc)" -n 1 "$tidy" -p build/dev --quiet \
    --extra-arg=-Wno-unknown-warning-option
