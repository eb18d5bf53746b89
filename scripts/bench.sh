#!/usr/bin/env bash
# Runs every benchmark, prints tables and writes the same as JSON under build/bench. With --rounds N
# the browser benchmark goes N rounds in place of ten, which take about an hour.

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
steps_total=11

install_peers() {
  (cd bench/browser && ../../scripts/box npm ci --silent --no-audit --no-fund)
}

# Other networks than Numeral's, with onnxruntime_wasm.
build_models() {
  local models=build/bench/models
  mkdir -p "$models"
  scripts/box build/native/bin/export_networks "$models" >/dev/null
  cp model/digits.onnx "$models"
  export ONNXRUNTIME_WASM_CACHE=$NUMERAL_CACHE/onnxruntime-wasm ONNXRUNTIME_WASM_DOWNLOADS=$NUMERAL_CACHE/sources
  # shellcheck disable=SC2016
  scripts/box bash -c 'ONNXRUNTIME_WASM_MIRROR=$NUMERAL_MIRROR emcmake cmake -G Ninja -S bench/models -B build/bench/wasm -DCMAKE_BUILD_TYPE=Release "-DMODELS=$1"' \
    bash "$PWD/$models/digits.onnx;$PWD/$models/mobilenet_v2.onnx;$PWD/$models/transformer.onnx;$PWD/$models/recurrent.onnx"
  scripts/box cmake --build build/bench/wasm
}

step "Build environment" scripts/box true
step "The page" scripts/run.sh --build-only
step "What is measured inside WebAssembly" scripts/box cmake --build --preset wasm --target wasm_bench
step "Peers for the browser" install_peers
step "Benchmark programs" scripts/lib/build-native recognition_bench training_bench export_networks
step "MNIST" scripts/box scripts/lib/fetch-mnist
step "Recognition, native" scripts/box build/native/bin/recognition_bench \
  --benchmark_out=build/bench/recognition.json --benchmark_out_format=json
step "Training, on two cores" scripts/box taskset --cpu-list 0,1 build/native/bin/training_bench \
  --benchmark_enable_random_interleaving=true \
  --benchmark_out=build/bench/training.json --benchmark_out_format=json
step "In the browser, $rounds rounds" scripts/box node bench/browser/bench.mjs --rounds "$rounds"
step "Other networks: build" build_models
step "Other networks, with onnxruntime-web, $rounds rounds" scripts/box node bench/browser/models_bench.mjs --rounds "$rounds"
