#!/usr/bin/env bash
# Runs one step of the set-up once per state of its inputs:
#   stage.sh NAME "what a person reads" INPUT... -- COMMAND...
# The stamp holds the hash of the inputs and is written last, so an interrupted step runs again.
set -euo pipefail

name=$1 says=$2; shift 2
inputs=()
while [ "$1" != -- ]; do inputs+=("$1"); shift; done
shift

mkdir -p build/stamps
stamp=build/stamps/$name
hash=$({ printf '%s\n' "$*"; find "${inputs[@]}" -type f -not -path '*/node_modules/*' -not -path '*/dist/*' -print0 \
  | LC_ALL=C sort -z | xargs -0 sha256sum; } | sha256sum | cut -d' ' -f1)
[ -f "$stamp" ] && [ "$(cat "$stamp")" = "$hash" ] && exit 0

echo "== $says"
start=$SECONDS
rm -f "$stamp"
"$@"
printf '%s' "$hash" > "$stamp"
echo "   done in $((SECONDS - start)) s"
