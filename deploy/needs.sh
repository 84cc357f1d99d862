#!/usr/bin/env bash
# Checks what this machine must have before anything is set up: `needs.sh run` or `needs.sh test`.
# One line per missing thing with the command that mends it. As root (or with `sudo -n`) it installs
# Debian packages itself; otherwise it stops before touching anything.
set -euo pipefail

what=${1:-}
case "$what" in
  run | test) ;;
  *) echo "usage: deploy/needs.sh run|test" >&2; exit 2 ;;
esac

packages=()   # Debian packages that would mend what is missing
lines=()      # what to tell a person
manual=0      # something no Debian package of this release mends

missing() { packages+=("$2"); lines+=("missing: $1   mend: apt-get install $2"); }
have() { command -v "$1" >/dev/null 2>&1; }

if ! have python3; then
  missing "python3 (3.11 or newer)" python3
elif ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  lines+=("too old: $(python3 --version), 3.11 or newer is needed   mend: install Debian 12 or newer"); manual=1
fi
# ensurepip is what a Debian python3 without python3-venv lacks.
if ! have python3 || ! python3 -c 'import venv, ensurepip' 2>/dev/null; then missing "python3 venv" python3-venv; fi

if ! have node; then
  missing "node (20 or newer)" nodejs
elif ! node -e 'process.exit(Number(process.versions.node.split(".")[0]) < 20 ? 1 : 0)'; then
  lines+=("too old: node $(node --version), 20 or newer is needed   mend: install nodejs 20 or newer (Debian 13 has it)"); manual=1
fi
have npm || missing npm npm
have make || missing make make
# Without it all but rare names is printed, and `hejie doctor` tells: no reason to stop who cannot install it.
if [ ! -e /usr/share/fonts/truetype/lxgw-wenkai/LXGWWenKai-Regular.ttf ] && { [ "$what" = test ] || [ "$(id -u)" = 0 ]; }; then
  missing "second font (rare characters of names)" fonts-lxgw-wenkai
fi

if [ "$what" = test ]; then
  have chromium || missing "chromium (browser tests)" chromium
  have pdfsig && have pdftoppm || missing "pdfsig, pdftoppm (independent PDF judge)" poppler-utils
  have qpdf || missing "qpdf (independent PDF judge)" qpdf
  have openssl || missing "openssl (independent signature judge)" openssl
  have git || missing git git
  have cc && [ -e /usr/include/openssl/evp.h ] || missing "cc, OpenSSL's headers (compiled part of the media plane)" "gcc libc6-dev libssl-dev"
  [ -e "$(python3 -c 'import sysconfig; print(sysconfig.get_path("include"))')/Python.h" ] || missing "Python's headers" python3-dev
  have turnserver || missing "coturn (media through a TURN server)" coturn
  have ffprobe || missing "ffprobe (independent judge of exported recordings)" ffmpeg
  have ip || missing "ip (networks of tests)" iproute2
  ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || missing "PostgreSQL (the database in place of SQLite)" postgresql
  have softhsm2-util || missing "softhsm2 (institution keys in a module)" softhsm2
  have mutool && have gs || missing "mutool, gs (files re-saved by other tools)" "mupdf-tools ghostscript"
  have javac || missing "javac (independent PDF judge)" default-jdk-headless
  for jar in preflight pdfbox2 bcmail bcpkix commons-io jaxb-api javax.activation; do
    [ -e "/usr/share/java/$jar.jar" ] || missing "PDFBox and BouncyCastle (independent PDF judge): $jar.jar" \
      "libpdfbox2-java libbcprov-java libbcpkix-java libbcmail-java libcommons-io-java libjaxb-api-java libactivation-java"
  done
  [ -n "$(fc-list :lang=zh 2>/dev/null | head -n 1)" ] || missing "a Chinese screen font (screenshots)" fonts-noto-cjk
fi

[ ${#lines[@]} -eq 0 ] && exit 0
if [ "${2:-}" = --again ]; then
  printf 'still %s\n' "${lines[@]}" >&2
  exit 1
fi
printf '%s\n' "${lines[@]}" >&2

if [ "$manual" = 0 ]; then
  as_root=()
  if [ "$(id -u)" != 0 ]; then
    have sudo && sudo -n true 2>/dev/null && as_root=(sudo -n) || manual=1
  fi
fi
if [ "$manual" = 1 ] || ! have apt-get; then
  echo "Nothing was changed. Mend the lines above, then run the command again." >&2
  exit 1
fi

mapfile -t packages < <(printf '%s\n' ${packages[*]} | sort -u)
echo "installing Debian packages: ${packages[*]}" >&2
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
exec "$0" "$what" --again
