#!/usr/bin/env bash
# Brings the two printed faces and their licence into build/fonts; the other weights are thrown away.
set -euo pipefail
here=$(dirname "$0")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$here/package.json" "$here/package-lock.json" "$here/.npmrc" "$work/"
npm ci --prefix "$work" --ignore-scripts --no-audit --no-fund --loglevel=error
faces=$work/node_modules/@expo-google-fonts/noto-serif-sc
mkdir -p build/fonts
cp "$faces/400Regular/NotoSerifSC_400Regular.ttf" "$faces/700Bold/NotoSerifSC_700Bold.ttf" "$faces/LICENSE_FONT" build/fonts/
