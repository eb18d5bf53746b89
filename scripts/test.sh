#!/usr/bin/env bash
# Sets up all that is needed, builds, and tests:
#
#   scripts/test.sh [--thorough]
#
# Without an option: whether it works here. These are all native tests, what is only built to
# WebAssembly, the page's main paths in Chromium, the format of the sources, and clang-tidy on what was
# changed. With --thorough, which CI runs, everything: clang-tidy on all C++, the native tests without
# libtorch with sanitizers, what the fuzzers have kept and found, every browser test, in Chromium and
# Firefox, the package with bundlers, frameworks and hosts, the set-up in all its ways, and that none of it
# has changed anything of the machine.
#
# Ends with the time of each step and a count:
#
#   N passed, N failed, N skipped

source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

usage="usage: scripts/test.sh [--thorough]"
thorough=false
for option in "$@"; do
  case $option in
    --thorough) thorough=true ;;
    -h | --help) echo "$usage"; exit 0 ;;
    *) die "unknown option '$option'; $usage" ;;
  esac
done

cd "$project_dir"
export NUMERAL_PACKAGES="page native test"
! $thorough || NUMERAL_PACKAGES+=" fuzz"
export NUMERAL_MNIST=$NUMERAL_CACHE/mnist
logs=build/test-logs
mkdir -p "$logs"
lock_builds
passed=0 failed=0 skipped=0
times=()

# timed_step TEXT COMMAND...: a step whose time is told once more at the end.
timed_step() {
  local started=$SECONDS
  step "$@"
  times+=("$(printf '%5d s  %s' "$((SECONDS - started))" "$1")")
}

# count PASSED FAILED SKIPPED: adds to the totals.
count() {
  passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3))
}

# run_ctest PRESET [OPTION...]: runs the preset's Catch2 tests and counts them. A run that ends
# without its closing line counts as one failure.
run_ctest() {
  local preset=$1 log=$logs/ctest-$1.log total bad skips
  shift
  scripts/box ctest --preset "$preset" --parallel "$(nproc)" "$@" |& tee "$log" |
    grep -vE '^ *Start +[0-9]+:|^ *[0-9]+/[0-9]+ Test .* Passed' || true
  total=$(sed -nE 's/^.* tests failed out of ([0-9]+)$/\1/p' "$log")
  bad=$(sed -nE 's/^.*, ([0-9]+) tests failed out of [0-9]+$/\1/p' "$log")
  skips=$(grep -cE '\*\*\*Skipped' "$log" || true)
  if [ -n "$total" ]; then count $((total - bad - skips)) "$bad" "$skips"; else count 0 1 0; fi
}

# run_node_tests FOLDER [NAME...]: the folder's tests of these files, or all, counted likewise. Of those
# that fail all is shown.
run_node_tests() {
  local folder=$1 log=$logs/${1##*/}.log good bad skips
  shift
  (
    cd "$folder"
    OMP_NUM_THREADS=1 NUMERAL_SITE=$project_dir/build/site NUMERAL_RECOGNIZE=$project_dir/build/native/bin/numeral-recognize \
      ../../scripts/box node --test --test-concurrency="$(nproc)" --test-timeout=300000 \
      --test-reporter=tap "${@/%/.test.mjs}"
  ) |& tee "$log" | awk '/^not ok/ { failed = 1 } /^# Subtest|^ok/ { failed = 0 } failed || /^ok/' || true
  good=$(sed -nE 's/^# pass ([0-9]+)$/\1/p' "$log")
  bad=$(sed -nE 's/^# fail ([0-9]+)$/\1/p' "$log")
  skips=$(sed -nE 's/^# skipped ([0-9]+)$/\1/p' "$log")
  if [ -n "$good" ]; then count "$good" "$bad" "$skips"; else count 0 1 0; fi
}

# check TEXT COMMAND...: one test that is a whole command.
check() {
  local text=$1
  shift
  if "$@"; then count 1 0 0; else echo "FAILED: $text"; count 0 1 0; fi
}

# changed_sources: the sources that clang-tidy reads and that differ from what the main branch has, and
# those that include a changed header, one a line; all where it is not known what has changed.
changed_sources() {
  local base changed name
  base=$(git merge-base HEAD origin/main 2>/dev/null || git rev-parse --verify --quiet HEAD 2>/dev/null || true)
  changed=$([ -z "$base" ] || { git diff --name-only --diff-filter=d "$base" && git ls-files --others --exclude-standard; })
  if [ -z "$base" ] || grep -qx '\.clang-tidy' <<<"$changed"; then
    scripts/lib/check-tidy --list
    return
  fi
  {
    grep -E '^(src|torch_onnx|train)/.*\.cpp$' <<<"$changed" || true
    for name in $(grep -E '^(src|torch_onnx|train)/.*\.h$' <<<"$changed" || true); do
      grep -rlE --include='*.cpp' "[\"</]$(basename "$name")[\">]" src torch_onnx train || true
    done
  } | sort -u | grep -Fxf <(scripts/lib/check-tidy --list) || true
}

lint_changed() {
  local files
  mapfile -t files < <(changed_sources)
  if [ ${#files[@]} -eq 0 ]; then
    echo "No C++ was changed."
  else
    echo "${files[*]}"
    check "clang-tidy" scripts/box scripts/lib/check-tidy "${files[@]}"
  fi
}

check_text() {
  check "includes between folders" scripts/lib/check-includes
  check "files that the documents name" scripts/lib/check-documents
}

build_sanitized() {
  scripts/box cmake --preset native-asan
  scripts/box cmake --build --preset native-asan --target src_tests train_base_tests fuzz_replays
}

test_in_webassembly() {
  scripts/box cmake --build --preset wasm --target wasm_tests
  scripts/box node build/wasm/bin/wasm_tests.cjs
}

# The exchanges between the workers of a program; not those of several programs, which Gloo carries: it
# is not built with the sanitizer, which takes its threads for races.
test_exchanges() {
  scripts/box cmake --preset native-tsan
  scripts/box cmake --build --preset native-tsan --target exchange_tests
  OMP_NUM_THREADS=1 TSAN_OPTIONS="halt_on_error=1 suppressions=$project_dir/tests/sanitizers/races.txt" \
    scripts/box build/native-tsan/bin/exchange_tests "~[gloo]"
}

# install_node_packages FOLDER: the packages that its tests need.
install_node_packages() {
  (cd "$1" && ../../scripts/box npm ci --silent --no-audit --no-fund)
}

# list_machine FILE: what is in the machine's own folders, but for the project and the cache.
list_machine() {
  tests/setup/list_files.sh "$project_dir" "$NUMERAL_CACHE" >"$1"
}

machine_is_unchanged() {
  list_machine "$logs/machine-after"
  diff "$logs/machine-before" "$logs/machine-after" || {
    echo "These files of the machine have changed; if another program wrote them meanwhile, run this again"
    false
  }
}

test_setup() {
  local log=$logs/setup.log line
  tests/setup/setup_test.sh |& tee "$log" || true
  line=$(tail -n 1 "$log")
  if [[ $line =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed,\ ([0-9]+)\ skipped$ ]]; then count "${BASH_REMATCH[@]:1}"; else count 0 1 0; fi
}

test_guide() {
  scripts/box node --test tests/guide/libtorch-to-browser.test.mjs
}

# From opening the page to an answer, in every way in which people and other pages get there.
main_paths=(answer drawing errors inputs keyboard loading module number numeral-pad parity photo recognition tools)

steps_total=11
! $thorough || steps_total=20
! $thorough || timed_step "What is on this machine" list_machine "$logs/machine-before"
timed_step "Build environment" scripts/box true
timed_step "MNIST" scripts/box scripts/lib/fetch-mnist
timed_step "The page" scripts/run.sh --build-only
if $thorough; then
  timed_step "Native programs, tests and benchmarks" scripts/lib/build-native
else
  timed_step "Native programs and tests" scripts/lib/build-native tests
fi
timed_step "Browser tests: packages" install_node_packages tests/browser
timed_step "Source format" check "clang-format" scripts/box scripts/lib/check-format
timed_step "Includes and documents" check_text
if $thorough; then
  timed_step "Source lint" check "clang-tidy" scripts/box scripts/lib/check-tidy
else
  timed_step "Source lint of what was changed" lint_changed
fi
timed_step "Tests in WebAssembly" check "what is only built to WebAssembly" test_in_webassembly
timed_step "Native tests" run_ctest native
if $thorough; then
  timed_step "Tests with sanitizers: build" build_sanitized
  # What the fuzzers have kept and found they read again. Programs with libtorch, which is not built with the
  # sanitizers, are left out: building and running them takes a quarter of an hour.
  timed_step "Native tests with sanitizers" run_ctest native-asan --exclude-regex "_NOT_BUILT|^torch_onnx:"
  timed_step "Exchanges of threads with the thread sanitizer" check "thread sanitizer" test_exchanges
  timed_step "From libtorch to the browser" check "the commands of docs/libtorch-to-browser.md" test_guide
  timed_step "Browser tests" run_node_tests tests/browser
  timed_step "Bundlers and frameworks: packages" install_node_packages tests/frameworks
  timed_step "Bundlers and frameworks" run_node_tests tests/frameworks
  timed_step "Set-up" test_setup
  timed_step "What is on this machine now" check "nothing of the machine was changed" machine_is_unchanged
else
  timed_step "Browser tests of the main paths" run_node_tests tests/browser "${main_paths[@]}"
fi

printf '\nWhere the time went:\n'
printf '%s\n' "${times[@]}"
printf '\nThe logs are in %s.\n%d passed, %d failed, %d skipped\n' "$logs" "$passed" "$failed" "$skipped"
[ "$failed" -eq 0 ]
