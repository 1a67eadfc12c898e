#!/bin/sh
# Renew requirements/ from pyproject.toml: tools/lock.sh [--upgrade]
set -eu

upgrade=${1:-}

lock() {
    output=requirements/$1.txt
    shift
    .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --annotation-style line \
        --custom-compile-command "make lock" $upgrade --output-file "$output" "$@"
}

lock dev pyproject.toml --group dev
lock runtime pyproject.toml --constraints requirements/dev.txt
lock bootstrap --group bootstrap --constraints requirements/dev.txt
