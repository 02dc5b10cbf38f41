#!/usr/bin/env bash
# Does what the Dockerfile says without Docker: runs the RUN lines of the build stage on
# a copy of the tree, then the image's binary in a root directory that holds only what
# the final stage holds, as its user. It finds a binary that is not static, a file the
# image lacks, a path its user may not write, a healthcheck that does not check.
# Needs root (chroot) and Go.
set -euo pipefail
cd "$(dirname "$0")/.."

if ((EUID != 0)); then
	echo "docker-stages needs root, for chroot" >&2
	exit 1
fi

work=$(mktemp -d)
server=
cleanup() {
	if [[ $server ]]; then
		kill "$server" 2>/dev/null || true
		wait "$server" 2>/dev/null || true
	fi
	rm -rf "$work"
}
trap cleanup EXIT
mkdir "$work/src" "$work/rootfs"
chmod 755 "$work" "$work/rootfs"

# stage NAME INSTRUCTION: the arguments of an instruction in the stage build or final.
stage() {
	awk -v stage="$1" -v want="$2" '
		$1 == "FROM" { now = ($4 == "build") ? "build" : "final" }
		now == stage && $1 == want { sub(/^[A-Z]+ +/, ""); print }' Dockerfile
}

# words JSON_ARRAY: its elements, one a line. Ours hold no quotes, commas or spaces.
words() {
	sed 's/^[^[]*\[//; s/\].*//; s/[",]/ /g' | xargs -n1
}

unknown=$(awk '/^[A-Z]/ && $1 !~ /^(FROM|WORKDIR|COPY|ARG|RUN|ENV|USER|VOLUME|HEALTHCHECK|ENTRYPOINT|CMD)$/ { print $1 }' Dockerfile)
copies=$(stage final COPY)
if [[ $unknown || $copies != "--from=build /rootfs/ /" ]] || grep -q '\\$' Dockerfile; then
	echo "the Dockerfile has what this script does not know: ${unknown:-$copies}" >&2
	exit 1
fi

echo "build stage"
git ls-files -z --cached --others --exclude-standard |
	tar --null --anchored --exclude-from=.dockerignore --ignore-failed-read --files-from=- -cf - | tar -xf - -C "$work/src"
while IFS= read -r command; do
	(cd "$work/src" && VERSION=docker-stages bash -euo pipefail -c "${command//\/rootfs/$work/rootfs}") </dev/null
done < <(stage build RUN)

mapfile -t entry < <(stage final ENTRYPOINT | words)
mapfile -t cmd < <(stage final CMD | words)
mapfile -t health < <(stage final HEALTHCHECK | words)
mapfile -t environment < <(stage final ENV)
user=$(stage final USER)
dir=$(stage final WORKDIR)
chroot=$(command -v chroot)

# in_image COMMAND...: runs it as the image would.
in_image() {
	env -i "${environment[@]}" HOME=/data "$chroot" --userspec="$user" "$work/rootfs" "$@"
}

echo "image: $(du -sh "$work/rootfs" | cut -f1), user $user"
version=$(in_image "${entry[@]}" version)
echo "version: $version"
[[ $version == *docker-stages* ]] || {
	echo "the binary does not tell the version it was built with" >&2
	exit 1
}

answer=$(printf 'alice: /help\n' | in_image "${entry[@]}" try -data :memory:)
if [[ $answer != *alice* ]]; then
	printf 'try said nothing to alice:\n%s\n' "$answer" >&2
	exit 1
fi
echo "try: $(wc -l <<<"$answer") lines"

if in_image "${health[@]}" >/dev/null 2>&1; then
	echo "the healthcheck passes while nothing runs" >&2
	exit 1
fi
cp config/charters/demo.yaml "$work/rootfs$dir/charter.yaml"
environment+=(GREFFIER_CHARTER="$dir/charter.yaml")
# Not in_image: a function would be a shell between us and the server's signals.
env -i "${environment[@]}" HOME=/data "$chroot" --userspec="$user" "$work/rootfs" \
	"${entry[@]}" "${cmd[@]}" >"$work/log" 2>&1 </dev/null &
server=$!
for ((i = 0; i < 50; i++)); do
	if in_image "${health[@]}" >/dev/null 2>&1; then
		break
	fi
	if ! kill -0 "$server" 2>/dev/null; then
		break
	fi
	sleep 0.2
done
if ! in_image "${health[@]}"; then
	echo "the healthcheck fails; the server said:" >&2
	cat "$work/log" >&2
	exit 1
fi
echo "healthcheck: ok"
kill -TERM "$server"
status=0
wait "$server" || status=$?
server=
if ((status != 0)); then
	echo "serve ended with $status on SIGTERM; it said:" >&2
	cat "$work/log" >&2
	exit 1
fi
echo "stop: ok"
