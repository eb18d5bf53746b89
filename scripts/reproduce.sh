#!/usr/bin/env bash
# Shows that the build is reproducible: builds the page twice from the last commit, in two folders,
# each with an empty cache of its own, and compares all files of the two sites byte by byte.
#
#   scripts/reproduce.sh [--share-root]
#
# Takes ten minutes on two cores. With --share-root both use the Debian root and the downloaded sources of
# the usual cache; all else is still built twice.

source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

usage="usage: scripts/reproduce.sh [--share-root]"
share=false
case ${1:-} in
  '') ;;
  --share-root) share=true && shift ;;
  -h | --help) echo "$usage" && exit 0 ;;
esac
[ $# -eq 0 ] || die "unknown option '$1'; $usage"

cd "$project_dir"
commit=$(git rev-parse --verify HEAD) || die "this compares builds of the last commit, and $project_dir is no git repository"
[ -z "$(git status --porcelain)" ] || echo "What is not committed is left out."
! $share || NUMERAL_PACKAGES=page scripts/box true

folder=$(mktemp -d)

# build NAME SETTING...: builds the commit in the folder NAME, with these environment variables.
build() {
  local place=$folder/$1 cache=$folder/$1-cache
  shift
  mkdir -p "$place" "$cache/sources"
  git archive "$commit" | tar -x -C "$place" || return
  if $share; then
    ln -s "$NUMERAL_CACHE"/debian-* "$cache/"
    cp "$NUMERAL_CACHE"/sources/*.tar.* "$cache/sources/" 2>/dev/null || true
  fi
  env CCACHE_DISABLE=1 NUMERAL_CACHE="$cache" "$@" "$place/scripts/run.sh" --build-only >"$place.log" 2>&1 ||
    die "this build failed: $(tail -n 1 "$place.log"); $place.log has the rest"
  grep -E '^(\[[123]/3\] done|numeral:)' "$place.log"
  (cd "$place/build/site" && find . -type f -printf '%P\n' | LC_ALL=C sort | xargs -d '\n' sha256sum) >"$place.sums"
}

steps_total=3
step "The page of ${commit:0:10}, in $folder/one" build one TZ=Pacific/Kiritimati
step "The page again, in $folder/another-one" build another-one TZ=Pacific/Pago_Pago CMAKE_BUILD_PARALLEL_LEVEL=$(($(nproc) + 1))

# Names of the files that are in one site alone, or not the same in both.
compare() {
  local different
  different=$(LC_ALL=C diff "$folder/one.sums" "$folder/another-one.sums" | sed -nE 's/^[<>] [0-9a-f]+  //p' | sort -u)
  if [ -n "$different" ]; then
    echo "These differ between $folder/one/build/site and $folder/another-one/build/site:"
    echo "$different"
    return 1
  fi
  cat "$folder/one.sums"
  echo "All $(wc -l <"$folder/one.sums") files are the same in both."
}
step "Comparing both" compare
rm -rf --one-file-system "$folder"
