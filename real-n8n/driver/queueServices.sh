#!/usr/bin/env bash
# Installs what n8n's queue mode needs beside n8n, from Debian's packages, where it is missing: Redis and PostgreSQL.
# `npm run test:queue` calls it, and starts servers of its own from them. Does nothing when both are there.
set -euo pipefail

missing=() root=()
command -v redis-server >/dev/null || missing+=(redis-server)
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null || missing+=(postgresql)
[ "${#missing[@]}" -eq 0 ] && exit 0
if ! command -v apt-get >/dev/null; then
	echo "Missing: ${missing[*]}. There is no apt-get here: install Redis and PostgreSQL 11 or newer in your system's way." >&2
	exit 1
fi
[ "$(id -u)" -eq 0 ] || root=(sudo)
echo "Installing ${missing[*]}"
"${root[@]}" apt-get update -qq
"${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
