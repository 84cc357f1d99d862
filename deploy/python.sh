#!/usr/bin/env bash
# Makes the virtual environment from a hashed lock file and puts the command `hejie` into it.
set -euo pipefail
lock=$1
[ -x .venv/bin/python ] || python3 -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
