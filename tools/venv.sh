#!/bin/sh
# Make .venv, or bring it up to date, from a lock of hashes: tools/venv.sh runtime|dev
#
# pip installs the locked uv, and uv the rest (a third of the time). Where uv cannot, say because
# only pip's configuration knows the way to the packages, pip installs everything.
set -eu

lock=requirements/$1.txt
bin=.venv/bin

suits() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
    for python in ${PYTHON:+"$PYTHON"} python3.13 python3.12 python3.11 python3; do
        if suits "$python"; then return; fi
    done
    found=$(python3 --version 2>/dev/null || echo "none was found")
    echo "dodam needs Python 3.11 or newer ($found); set PYTHON=/path/to/python to name one." >&2
    exit 1
}

make_venv() {
    find_python
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        echo "$python lacks its venv module; on Debian and Ubuntu: apt install python3-venv" >&2
        exit 1
    fi
    echo "Making .venv with $("$python" --version) …"
    "$python" -m venv --clear .venv
}

with_pip() { $bin/python -m pip install -qq --disable-pip-version-check "$@"; }

with_uv() {
    index=${PIP_INDEX_URL:-$($bin/python -m pip config get global.index-url 2>/dev/null || :)}
    UV_HTTP_TIMEOUT=${UV_HTTP_TIMEOUT:-10} $bin/uv pip install --quiet --python $bin/python \
        ${index:+--default-index "$index"} "$@" 2>/dev/null
}

suits $bin/python || make_venv
echo "Installing $lock …"
with_pip --require-hashes -r requirements/bootstrap.txt
with_uv --require-hashes -r "$lock" || with_pip --require-hashes -r "$lock"
with_uv --no-deps --no-build-isolation -e . || with_pip --no-deps --no-build-isolation -e .
