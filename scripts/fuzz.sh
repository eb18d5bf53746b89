#!/usr/bin/env bash
# Looks for inputs that break what reads bytes from outside: scripts/fuzz.sh [TARGET] [SECONDS].
# Without a target all of them take their turn, 600 seconds each. What was found is in
# build/fuzz/TARGET; a copy of it belongs into a test.

source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

mapfile -t targets < <(cd "$project_dir/fuzz" && basename -s _fuzz.cpp -- *_fuzz.cpp)
seconds=600
wanted=("${targets[@]}")
if [[ " ${targets[*]} " == *" ${1:-} "* ]]; then wanted=("$1") && shift; fi
if [[ ${1:-} =~ ^[1-9][0-9]*$ ]]; then seconds=$1 && shift; fi
[ $# -eq 0 ] || die "usage: scripts/fuzz.sh [$(IFS='|' && echo "${targets[*]}")] [SECONDS]"

cd "$project_dir"
export NUMERAL_PACKAGES="page native fuzz"

build_fuzzers() {
  scripts/box cmake --preset native-fuzz
  scripts/box cmake --build --preset native-fuzz --target "${wanted[@]/%/_fuzz}"
}

# seeds_of TARGET: the folder with what it begins with. Models are too large to be kept twice.
seeds_of() {
  case $1 in
    model | model_card) echo model ;;
    *) echo "fuzz/corpus/$1" ;;
  esac
}

# fuzz TARGET: with what earlier runs have found as well.
fuzz() {
  local found=build/fuzz/$1
  mkdir -p "$found/corpus"
  scripts/box "build/native-fuzz/bin/$1_fuzz" -max_total_time="$seconds" -timeout=30 \
    -rss_limit_mb=2048 -max_len=500000 -len_control=1000 -print_final_stats=1 -print_funcs=0 -verbosity=0 \
    -artifact_prefix="$found/" "$found/corpus" "$(seeds_of "$1")" ||
    die "$1: an input breaks it; it is in $found"
}

steps_total=$((${#wanted[@]} + 1))
step "Fuzzers" build_fuzzers
for target in "${wanted[@]}"; do
  step "$target, $seconds s" fuzz "$target"
done
