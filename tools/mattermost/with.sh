#!/usr/bin/env bash
# Runs a command with what build/mattermost.env says in its environment: with.sh
# COMMAND... It brings a server up for it and takes it down again; one that was
# already running is used, and left running. MEMBERS is as for `make mattermost`.
set -euo pipefail
cd "$(dirname "$0")/../.."

env=build/mattermost.env
running() (
	[[ -f $env ]] && . "$env" && kill -0 "$(cat "$MM_PIDFILE")" 2>/dev/null
)
if ! running; then
	trap 'make --no-print-directory mattermost-down >&2' EXIT
fi
make --no-print-directory mattermost MEMBERS="${MEMBERS:-0}" >&2
set -a
. "$env"
set +a
"$@"
