#!/usr/bin/env bash
# Searches for inputs that break what reads bytes from outside, at random:
#
#   scripts/fuzz.sh [TARGET] [SECONDS]
#
# Without a target all of them take their turn, 600 seconds each. What was found is in
# build/fuzz/TARGET. Once it is mended, a copy belongs into fuzz/corpus/TARGET, or, where it is as
# large as a model, into a Catch2 test that makes it anew.
#
#   scripts/fuzz.sh --replay [TARGET]
#
# reads each file of fuzz/corpus once and searches nothing. It comes to the same every time: this is
# what scripts/test.sh does, in the same build.

source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

mapfile -t targets < <(cd "$project_dir/fuzz" && basename -s _fuzz.cpp -- *_fuzz.cpp)
seconds=600
replay=false
if [ "${1:-}" = --replay ]; then replay=true && shift; fi
wanted=("${targets[@]}")
if [[ " ${targets[*]} " == *" ${1:-} "* ]]; then wanted=("$1") && shift; fi
if ! $replay && [[ ${1:-} =~ ^[1-9][0-9]*$ ]]; then seconds=$1 && shift; fi
[ $# -eq 0 ] || die "usage: scripts/fuzz.sh [$(IFS='|' && echo "${targets[*]}")] [SECONDS], or --replay [TARGET]"

cd "$project_dir"
lock_builds

build_replays() {
  scripts/box cmake --preset native-asan
  scripts/box cmake --build --preset native-asan --target "${wanted[@]/%/_fuzz}"
}

replay() {
  scripts/box ctest --test-dir build/native-asan --output-on-failure --no-tests=error \
    --tests-regex "^fuzz:($(IFS='|' && echo "${wanted[*]}"))\$"
}

if $replay; then
  export NUMERAL_PACKAGES="page native test fuzz"
  steps_total=2
  step "Fuzzers, to replay" build_replays
  step "Replay" replay
  exit
fi

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
