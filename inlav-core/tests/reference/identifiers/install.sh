#!/bin/sh
# Makes the reference values anew: ./install.sh, in this directory. Needs Python 3.10 or newer.
set -eu
environment=$(mktemp -d)
trap 'rm -rf "$environment"' EXIT
python3 -m venv "$environment"
"$environment/bin/pip" install --quiet --requirement requirements.txt
"$environment/bin/python" make.py
