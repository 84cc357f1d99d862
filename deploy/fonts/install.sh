#!/usr/bin/env bash
# Brings the two printed faces and their licence into build/fonts; the other weights are thrown away. Beside them the
# second font, for rare names: LXGW WenKai of the Debian package, where it is installed (`hejie doctor` tells).
set -euo pipefail
here=$(dirname "$0")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$here/package.json" "$here/package-lock.json" "$here/.npmrc" "$work/"
npm ci --prefix "$work" --ignore-scripts --no-audit --no-fund --loglevel=error
faces=$work/node_modules/@expo-google-fonts/noto-serif-sc
mkdir -p build/fonts
cp "$faces/400Regular/NotoSerifSC_400Regular.ttf" "$faces/700Bold/NotoSerifSC_700Bold.ttf" "$faces/LICENSE_FONT" build/fonts/
second=/usr/share/fonts/truetype/lxgw-wenkai
if [ -e "$second/LXGWWenKai-Regular.ttf" ]; then
  cp "$second/LXGWWenKai-Regular.ttf" "$second/LXGWWenKai-Bold.ttf" build/fonts/
fi
