#!/usr/bin/env bash
# Builds the compiled part of the media plane beside its sources. Without a compiler or OpenSSL's headers nothing is
# built and the same work is done in Python: nothing here may stop an installation.
set -euo pipefail
folder=signaling/media/native
python=.venv/bin/python

rm -f "$folder"/_twin*.so
if ! command -v cc >/dev/null; then
  echo "   no C compiler: media is forwarded in Python (mend: apt-get install gcc libssl-dev python3-dev)"
  exit 0
fi
target=$folder/_twin$($python -c 'import sysconfig; print(sysconfig.get_config_var("EXT_SUFFIX"))')
include=$($python -c 'import sysconfig; print(sysconfig.get_path("include"))')
trap 'rm -f "$target.part"' EXIT
if cc -shared -fPIC -O2 -std=c11 -Wall -Wextra -fstack-protector-strong -D_FORTIFY_SOURCE=2 -Wl,-z,relro,-z,now \
  -I"$include" -o "$target.part" "$folder"/*.c -lcrypto 2>build/native.log; then
  mv "$target.part" "$target"
else
  echo "   the compiler refused (build/native.log): media is forwarded in Python (mend: apt-get install gcc libssl-dev python3-dev)"
fi
