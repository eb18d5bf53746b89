#!/usr/bin/env bash
# Sets up all that is needed, builds everything and runs every test. Ends with a count:
#
#   N passed, N failed, N skipped

source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

[ $# -eq 0 ] || die "usage: scripts/test.sh (it takes no options)"
cd "$project_dir"
export NUMERAL_PACKAGES="page native test"
export NUMERAL_MNIST=$NUMERAL_CACHE/mnist
export OMP_NUM_THREADS=1 # the tests themselves run side by side
logs=build/test-logs
mkdir -p "$logs"
passed=0 failed=0 skipped=0

# count PASSED FAILED SKIPPED: adds to the totals.
count() {
  passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3))
}

# run_ctest PRESET [OPTION...]: runs the preset's Catch2 tests and counts them. A run that ends
# without its closing line counts as one failure.
run_ctest() {
  local preset=$1 log=$logs/ctest-$1.log total bad skips
  shift
  scripts/box ctest --test-dir "build/$preset" --output-on-failure --no-tests=error --parallel "$(nproc)" "$@" |& tee "$log" |
    grep -vE '^ *Start +[0-9]+:|^ *[0-9]+/[0-9]+ Test .* Passed' || true
  total=$(sed -nE 's/^.* tests failed out of ([0-9]+)$/\1/p' "$log")
  bad=$(sed -nE 's/^.*, ([0-9]+) tests failed out of [0-9]+$/\1/p' "$log")
  skips=$(grep -cE '\*\*\*Skipped' "$log" || true)
  if [ -n "$total" ]; then count $((total - bad - skips)) "$bad" "$skips"; else count 0 1 0; fi
}

# run_node_tests: the browser tests, counted likewise. Of those that fail all is shown.
run_node_tests() {
  local log=$logs/browser.log good bad skips
  (
    cd tests/browser
    NUMERAL_SITE=$project_dir/build/site NUMERAL_RECOGNIZE=$project_dir/build/native/bin/numeral-recognize \
      ../../scripts/box node --test --test-timeout=300000 --test-reporter=tap
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

build_sanitized() {
  scripts/box cmake --preset native-asan
  scripts/box cmake --build --preset native-asan --target src_tests report_tests parallel_tests train_tests
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
  TSAN_OPTIONS="halt_on_error=1 suppressions=$project_dir/tests/sanitizers/races.txt" \
    scripts/box build/native-tsan/bin/exchange_tests "~Workers sum*" "~Workers left alone*"
}

install_browser_tests() {
  (cd tests/browser && ../../scripts/box npm ci --silent --no-audit --no-fund)
}

too_long_sanitized='Killed at|Four processes|process that dies|Machines in networks|Ctrl-C on any'

steps_total=14
step "Build environment" scripts/box true
step "MNIST" scripts/box scripts/lib/fetch-mnist
step "The page" scripts/run.sh --build-only
step "Native programs and tests" scripts/lib/build-native
step "Tests with sanitizers: build" build_sanitized
step "Browser tests: packages" install_browser_tests
step "Source format" check "clang-format" scripts/box scripts/lib/check-format
step "Source lint" check "clang-tidy" scripts/box scripts/lib/check-tidy
step "Tests in WebAssembly" check "what is only built to WebAssembly" test_in_webassembly
step "Native tests" run_ctest native
# Tests that start and kill programs many times over are left out: they would take too long.
step "Native tests with sanitizers" run_ctest native-asan --exclude-regex "$too_long_sanitized"
step "Exchanges of threads with the thread sanitizer" check "thread sanitizer" test_exchanges
step "Fuzzers" check "fuzzers" scripts/fuzz.sh 10
step "Browser tests" run_node_tests

printf '\nThe logs are in %s.\n%d passed, %d failed, %d skipped\n' "$logs" "$passed" "$failed" "$skipped"
[ "$failed" -eq 0 ]
