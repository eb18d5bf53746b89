#!/usr/bin/env bash
# Runs every benchmark, prints tables and writes the same as JSON under build/bench. With --rounds N
# the browser benchmark goes N rounds in place of ten, which take about 40 minutes.

source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

rounds=10
while [ $# -gt 0 ]; do
  case $1 in
    --rounds) rounds=${2:-} && shift 2 || die "--rounds: expected a number" ;;
    *) die "usage: scripts/bench.sh [--rounds N]" ;;
  esac
done
[[ $rounds =~ ^[1-9][0-9]*$ ]] || die "--rounds: expected a number from 1 on, found '$rounds'"
cd "$project_dir"
export NUMERAL_PACKAGES="page native test" NUMERAL_MNIST=$NUMERAL_CACHE/mnist
mkdir -p build/bench
steps_total=9

install_peers() {
  (cd bench/browser && ../../scripts/box npm ci --silent --no-audit --no-fund)
}

step "Build environment" scripts/box true
step "The page" scripts/run.sh --build-only
step "What is measured inside WebAssembly" scripts/box cmake --build --preset wasm --target wasm_bench
step "Peers for the browser" install_peers
step "Benchmark programs" scripts/lib/build-native recognition_bench training_bench
step "MNIST" scripts/box scripts/lib/fetch-mnist
step "Recognition, native" scripts/box build/native/bin/recognition_bench \
  --benchmark_out=build/bench/recognition.json --benchmark_out_format=json
step "Training, on two cores" scripts/box taskset --cpu-list 0,1 build/native/bin/training_bench \
  --benchmark_enable_random_interleaving=true \
  --benchmark_out=build/bench/training.json --benchmark_out_format=json
step "In the browser, $rounds rounds" scripts/box node bench/browser/bench.mjs --rounds "$rounds"
