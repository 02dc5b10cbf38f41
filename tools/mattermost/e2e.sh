#!/usr/bin/env bash
# Runs the tests that need a real Mattermost: those of the packages whose tests import
# mmtest. It brings a server up for them and takes it down again; one that was already
# running is used, and left running.
set -euo pipefail
cd "$(dirname "$0")/../.."

packages=$(go list -f '{{.ImportPath}} {{.TestImports}} {{.XTestImports}}' ./... |
	awk '/adapters\/mattermost\/mmtest/ { print $1 }' | sort -u)
if [[ -z $packages ]]; then
	echo "no test imports mmtest" >&2
	exit 1
fi

env=build/mattermost.env
running() (
	[[ -f $env ]] && . "$env" && kill -0 "$(cat "$MM_PIDFILE")" 2>/dev/null
)
if ! running; then
	trap 'make --no-print-directory mattermost-down' EXIT
fi
make --no-print-directory mattermost
set -a
. "$env"
set +a
# One package at a time: some stop the server.
# Only what needs the server: the rest ran without one. MM_OUTAGE=60s is the outage that
# is promised; 15 s are tried by default.
# shellcheck disable=SC2086 # one word a package
go test -count=1 -p 1 -timeout 20m -run "Mattermost|Member|Server" "$@" $packages
