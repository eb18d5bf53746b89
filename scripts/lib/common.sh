# Shared by every script: where things are, and how progress is printed. To be sourced.
# shellcheck shell=bash

set -euo pipefail

# die MESSAGE: prints it as an error and ends the script.
die() {
  printf 'numeral: %s\n' "$*" >&2
  exit 1
}

# check_path NAME PATH: refuses the paths that tools of the build cannot cope with.
check_path() {
  local other=${2//[[:alnum:]._\/+-]/}
  [[ $other != *[[:ascii:]]* ]] ||
    die "$1 is '$2': move it to a path of letters, digits and . _ + - alone (no spaces)"
  [ ${#2} -le 200 ] || die "$1 has a path of ${#2} characters ($2): move it to one of at most 200"
}

project_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
check_path "the project's folder" "$project_dir"
[ -n "${NUMERAL_CACHE:-${XDG_CACHE_HOME:-${HOME:-}}}" ] || die "HOME is not set: say where to keep what is built with NUMERAL_CACHE=FOLDER"
export NUMERAL_CACHE=${NUMERAL_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/numeral}
mkdir -p "$NUMERAL_CACHE" 2>/dev/null && [ -w "$NUMERAL_CACHE" ] && [ -x "$NUMERAL_CACHE" ] ||
  die "the cache folder $NUMERAL_CACHE cannot be written: choose another with NUMERAL_CACHE=FOLDER"
NUMERAL_CACHE=$(cd "$NUMERAL_CACHE" && pwd -P)
check_path "the cache folder" "$NUMERAL_CACHE"

# The number of steps the running script has; set it before the first `step`.
steps_total=1
steps_done=0

# step TEXT COMMAND...: runs COMMAND as the next numbered step and says how long it took.
step() {
  local text=$1 started=$SECONDS
  shift
  steps_done=$((steps_done + 1))
  printf '\n[%d/%d] %s\n' "$steps_done" "$steps_total" "$text"
  "$@" || die "step $steps_done of $steps_total failed: $text"
  printf '[%d/%d] done in %d s\n' "$steps_done" "$steps_total" "$((SECONDS - started))"
}

# wait_for_lock FILE PURPOSE: waits until no other process holds the lock FILE, and holds it from then
# on, through the file descriptor lock_fd, which the caller closes.
wait_for_lock() {
  command -v flock >/dev/null || die "this needs the program 'flock', of util-linux: install it and run this again"
  exec {lock_fd}>"$1"
  flock --nonblock "$lock_fd" || {
    echo "Another run is $2; waiting until it is done"
    flock "$lock_fd"
  }
}

# lock_builds: keeps other scripts from building in this project's folder until this script ends or
# calls unlock_builds. The scripts that it calls do not wait for it.
lock_builds() {
  [ -z "${NUMERAL_BUILDS_LOCKED:-}" ] || return 0
  mkdir -p "$project_dir/build"
  wait_for_lock "$project_dir/build/lock" "building in $project_dir"
  builds_lock_fd=$lock_fd
  export NUMERAL_BUILDS_LOCKED=yes
}
unlock_builds() {
  [ -z "${builds_lock_fd:-}" ] || exec {builds_lock_fd}>&-
}
