#!/usr/bin/env bash
# Types the README's first command where a newcomer does, in a fresh clone, and looks at
# the answer and at what it left behind.
set -euo pipefail
cd "$(dirname "$0")/.."

command="printf 'alice: /help\n' | go run . try -data :memory:"
grep -qF "$command" README.md || {
	echo "the README does not have the command tried here: $command" >&2
	exit 1
}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
git clone -q --no-hardlinks . "$dir/greffier"
cd "$dir/greffier"
answer=$(bash -euo pipefail -c "$command")
printf '%s\n' "$answer"
if [[ $answer != *alice* ]]; then
	echo "nothing was said to alice" >&2
	exit 1
fi
left=$(git status --porcelain --ignored)
if [[ $left ]]; then
	printf 'left behind:\n%s\n' "$left" >&2
	exit 1
fi
