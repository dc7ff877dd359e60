#!/bin/sh
# A Chromium for the browser tests.
#
# In:  nothing. Out: one line that says which browser the tests will use; exit 1 when there can be none.
# Order: the system's own; the system's package (as root, with apt); the one that an npm package carries,
# unpacked under the user's state folder, where core/kinfold/testing/browser.py looks for it.
set -eu

VERSION=153.0.0
CARRIED="@sparticuz/chromium@$VERSION"
PLACE="${XDG_STATE_HOME:-$HOME/.local/state}/kinfold/browser"
ROOT=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
PATH="$ROOT/.venv/bin:$PATH"
export PATH

say() { echo "kinfold: $*"; }

find_system_browser() {
  for name in chromium chromium-browser google-chrome; do
    command -v "$name" && return 0
  done
  return 1
}

has_chinese_font() { command -v fc-list >/dev/null && [ -n "$(fc-list :lang=zh family)" ]; }

may_use_apt() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

install_by_apt() {
  log=$(mktemp)
  say "installing Chromium and a Chinese font with apt (about 190 MB, once)"
  if apt-get update -qq >"$log" 2>&1 &&
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
      chromium fontconfig fonts-wqy-microhei >>"$log" 2>&1; then
    rm -f "$log"
    return 0
  fi
  tail -n 5 "$log" >&2
  rm -f "$log"
  return 1
}

# The package holds brotli files for a kind of machine that starts functions; we only unpack them.
unpack_carried() {
  [ -f "$PLACE/.unpacked-$VERSION" ] && return 0
  say "unpacking the Chromium of the npm package $CARRIED (about 70 MB, once)"
  mkdir -p "$PLACE"
  npm install --prefix "$PLACE/npm" --no-save --no-audit --no-fund --loglevel=error "$CARRIED"
  bin="$PLACE/npm/node_modules/@sparticuz/chromium/bin"
  unbrotli() {
    node -e 'process.stdin.pipe(require("node:zlib").createBrotliDecompress()).pipe(process.stdout)' <"$1"
  }
  unbrotli "$bin/chromium.br" >"$PLACE/chromium"
  chmod 755 "$PLACE/chromium"
  for archive in al2023 swiftshader; do
    unbrotli "$bin/$archive.tar.br" | tar -x -C "$PLACE" -f -
  done
  rm -rf "$PLACE/npm"
  touch "$PLACE/.unpacked-$VERSION"
}

if browser=$(find_system_browser) && { has_chinese_font || ! may_use_apt; }; then
  say "browser tests use $browser"
elif may_use_apt && install_by_apt; then
  say "browser tests use $(find_system_browser)"
elif browser=$(find_system_browser); then
  say "browser tests use $browser, without a Chinese font"
else
  unpack_carried
  if ! LD_LIBRARY_PATH="$PLACE/lib" "$PLACE/chromium" --version >/dev/null 2>&1; then
    say "the unpacked Chromium does not start on this machine: install a package named chromium" >&2
    exit 1
  fi
  say "browser tests use $PLACE/chromium (npm), without a Chinese font"
fi
