# Shared by every script: where things are, and how progress is printed. To be sourced.
# shellcheck shell=bash

set -euo pipefail

project_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
export NUMERAL_CACHE=${NUMERAL_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/numeral}
mkdir -p "$NUMERAL_CACHE"
NUMERAL_CACHE=$(cd "$NUMERAL_CACHE" && pwd)

# Prints MESSAGE as an error and ends the script.
die() {
  printf 'numeral: %s\n' "$*" >&2
  exit 1
}

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

# packages_of GROUP...: the Debian packages of these groups, one a line.
packages_of() {
  awk -v groups=" $* " 'NF == 2 && $1 !~ /^#/ && index(groups, " " $1 " ") { print $2 }' \
    "$project_dir/scripts/packages.txt"
}
