#!/usr/bin/env bash
# On a machine with GPUs and PyTorch, without Debian's packages and without a network: builds the training
# program against that PyTorch, tests it on the GPUs, trains on MNIST for a moment, and measures images a
# second beside a plain libtorch loop and a loop in PyTorch's Python. All of it is also written to a file.
#
#   scripts/gpu-check.sh MNIST [REPORT]     MNIST: the folder of its four files, which may be gzipped;
#                                           REPORT: build/gpu/report.txt if not given
#
# It needs python3 with PyTorch, CMake 3.28, a C++20 compiler, and the development files of FreeType, OpenSSL
# and zlib. CMake fetches other libraries where the system has none (docs/gpu.md lists them); libraries in a
# folder of their own are found with CMAKE_PREFIX_PATH=FOLDER.

set -euo pipefail
[ $# -ge 1 ] || { sed -n '2,/^$/s/^# \{0,1\}//p' "$0" >&2; exit 2; }
data=$(cd "$1" && pwd)
cd "$(dirname "${BASH_SOURCE[0]}")/.."
report=${2:-build/gpu/report.txt}
build=build/gpu
bin=$build/bin
mkdir -p "$build" "$(dirname "$report")"
exec > >(tee "$report") 2>&1

heading() { printf '\n## %s (%d s)\n' "$*" "$SECONDS"; }

# train NAME OPTION...: a short training run; prints its last lines.
train() {
  local name=$1
  shift
  "$bin/numeral-train" --data "$data" --out "$build/$name" --epochs 2 "${negatives[@]}" "$@" 2>&1 |
    tr '\r' '\n' | grep -E 'epoch [0-9]+/[0-9]+:|test accuracy|numeral-train:' || true
}

heading The machine
nvidia-smi --query-gpu=name,driver_version,memory.total,compute_cap --format=csv || echo "no nvidia-smi"
python3 -c 'import torch; print("PyTorch", torch.__version__, "CUDA", torch.version.cuda, "cuDNN",
  torch.backends.cudnn.version(), "GPUs:", torch.cuda.device_count())'
c++ --version | head -1
nproc

heading Build
cmake -S . -B "$build" -DCMAKE_BUILD_TYPE=Release -DNUMERAL_PUBLISH=OFF -DNUMERAL_PYTHON=python3 -DBUILD_TESTING=ON |
  grep -vE '^-- (Detecting|Check|Looking|Performing)' || true
cmake --build "$build" --parallel --target numeral-train
optional() { cmake --build "$build" --parallel --target "$1" 2>/dev/null >"$build/$1.log" || rm -f "$bin/$1"; }
optional device_tests
optional training_bench

mapfile -t gpus < <(python3 -c 'import torch; [print(f"cuda:{i}") for i in range(torch.cuda.device_count())]')
[ ${#gpus[@]} -gt 0 ] || gpus=(cpu)
negatives=()
[ -e /usr/share/fonts/truetype/breip/Breip.ttf ] || negatives=(--negatives 0)
all=$(IFS=,; echo "${gpus[*]}")
[ ${#gpus[@]} -gt 1 ] || all=${gpus[0]},${gpus[0]}

heading Tests
failed=0
if [ -x "$bin/device_tests" ]; then "$bin/device_tests" || failed=1; else echo "device_tests: not built (Catch2 3?)"; fi
"$bin/numeral-train" --data "$data" --out "$build/none" --devices cuda:99 || echo "(exit status $?)"

for gpu in "${gpus[@]}"; do
  for precision in auto float32; do
    heading "MNIST, two epochs, $gpu, $precision"
    train "$gpu-$precision" --devices "$gpu" --precision "$precision"
  done
done
heading "MNIST, two epochs, two or more workers: $all"
train "workers" --devices "$all"

heading Images a second
if [ -x "$bin/training_bench" ]; then
  "$bin/training_bench" "--device=${gpus[0]}" --benchmark_filter=epoch |
    grep -E --line-buffered 'Benchmark|median' || echo "training_bench ended with status ${PIPESTATUS[0]}"
else
  echo "training_bench: not built (Google Benchmark?)"
fi
python3 bench/train_pytorch.py "${gpus[0]}"

heading Done
echo "The report is in $report"
exit "$failed"
