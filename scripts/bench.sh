#!/usr/bin/env bash
# Runs every benchmark, prints a table and writes the same as JSON under build/bench.

source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

[ $# -eq 0 ] || die "usage: scripts/bench.sh (it takes no options)"
cd "$project_dir"
export NUMERAL_PACKAGES="page native test"
mkdir -p build/bench
steps_total=4
step "Build environment" scripts/box true
step "Benchmark programs" scripts/lib/build-native recognition_bench training_bench
step "Recognition, native" scripts/box build/native/bin/recognition_bench \
  --benchmark_out=build/bench/recognition.json --benchmark_out_format=json
step "Training, on two cores" scripts/box taskset --cpu-list 0,1 build/native/bin/training_bench \
  --benchmark_enable_random_interleaving=true \
  --benchmark_out=build/bench/training.json --benchmark_out_format=json
