#!/usr/bin/env bash
# Runs the tests whose name matches a pattern, in the packages that have any, and
# fails when none has: a renamed test must not pass by not running.
# Usage: tools/run-named.sh PATTERN [go test flags]
set -euo pipefail

pattern=$1
shift

# `go test -list` prints the names in a package, then a line that names it.
mapfile -t packages < <(go test -list "$pattern" ./... |
	awk '$1 == "ok" { if (found) print $2; found = 0; next } /^Test/ { found = 1 }')
if ((${#packages[@]} == 0)); then
	echo "no test matches $pattern" >&2
	exit 1
fi
go test -run "$pattern" "$@" "${packages[@]}"
