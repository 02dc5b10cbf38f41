#!/usr/bin/env bash
# Runs every fuzz target of the module for FUZZTIME (60s), two at a time with a worker
# each. The first failure stops the rest and shows the input that caused it.
set -euo pipefail
cd "$(dirname "$0")/.."
export FUZZTIME=${FUZZTIME:-60s}

run_one() {
	local package=$1 target=$2 log
	log=$(mktemp)
	# Minimising an input that is merely interesting may take its full default of a
	# minute, during which nothing is fuzzed: cap it.
	if go test -run '^$' -fuzz "^$target\$" -fuzztime "$FUZZTIME" -fuzzminimizetime 200x \
		-parallel 1 "$package" >"$log" 2>&1; then
		echo "ok   $package $target: $(grep -o 'execs: [0-9]*' "$log" | tail -1)"
		rm -f "$log"
		return
	fi
	# When the time is up in the middle of a run, `go test` may call its own deadline a
	# failure (golang/go#75804). A real one names the input that it wrote, or panics.
	if grep -q '^ *context deadline exceeded$' "$log" && ! grep -qE 'Failing input|panic:|testdata/fuzz|_test\.go:[0-9]+:' "$log"; then
		echo "ok   $package $target: $(grep -o 'execs: [0-9]*' "$log" | tail -1), stopped at its deadline"
		rm -f "$log"
		return
	fi
	echo "FAIL $package $target"
	cat "$log"
	local input
	input=$(grep -o 'testdata/fuzz/[^ ]*' "$log" | head -1 || true)
	if [[ $input ]]; then
		echo "the input ($input, in the folder of $package):"
		cat "$(go list -f '{{.Dir}}' "$package")/$input"
	fi
	rm -f "$log"
	exit 255 # makes xargs stop
}
export -f run_one

# `go test -list` prints the names in a package, then a line that names it.
targets=$(go test -list '^Fuzz' ./... |
	awk '$1 == "ok" { for (i = 0; i < n; i++) print $2, name[i]; n = 0; next } /^Fuzz/ { name[n++] = $1 }')
if [[ -z $targets ]]; then
	echo "no fuzz target found" >&2
	exit 1
fi
echo "$(wc -l <<<"$targets") targets, $FUZZTIME each"
xargs -P 2 -L 1 bash -euo pipefail -c 'run_one "$1" "$2"' run_one <<<"$targets"
