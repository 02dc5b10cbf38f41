#!/usr/bin/env bash
# Runs the tests that need a real Mattermost: those of the packages whose tests import
# mmtest.
set -euo pipefail
cd "$(dirname "$0")/../.."

packages=$(go list -f '{{.ImportPath}} {{.TestImports}} {{.XTestImports}}' ./... |
	awk '/adapters\/mattermost\/mmtest/ { print $1 }' | sort -u)
if [[ -z $packages ]]; then
	echo "no test imports mmtest" >&2
	exit 1
fi
# One package at a time: some stop the server.
# Only what needs the server: the rest ran without one. MM_OUTAGE=60s is the outage that
# is promised; 15 s are tried by default.
# shellcheck disable=SC2086 # one word a package
exec tools/mattermost/with.sh go test -count=1 -p 1 -timeout 20m -run "Mattermost|Member|Server" "$@" $packages
