#!/usr/bin/env bash
# Builds the page into build/site, where it is out of date, and serves it:
#
#   scripts/run.sh [--port N] [--build-only]

source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

usage="usage: scripts/run.sh [--port N] [--build-only]"
port=8000
serve=true
while [ $# -gt 0 ]; do
  case $1 in
    --port) [ $# -gt 1 ] || die "--port needs a number"; port=$2; shift 2 ;;
    --build-only) serve=false; shift ;;
    -h | --help) echo "$usage"; exit 0 ;;
    *) die "unknown option '$1'; $usage" ;;
  esac
done
[[ $port =~ ^[0-9]{1,5}$ ]] && ((port >= 1 && port <= 65535)) || die "--port: expected 1 to 65535, found '$port'"
! $serve || ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null ||
  die "--port: something else is served on port $port already; choose another"

cd "$project_dir"
export NUMERAL_PACKAGES=page
lock_builds
steps_total=3
step "Build environment" scripts/box true
step "ONNX Runtime for WebAssembly" scripts/box cmake --preset wasm
step "The page" scripts/box cmake --build --preset wasm
echo
echo "The page is in build/site."
if $serve; then
  unlock_builds
  echo "Serving it on http://127.0.0.1:$port/ (stop with Ctrl-C)"
  exec scripts/box python3 -m http.server "$port" --bind 127.0.0.1 --directory build/site
fi
