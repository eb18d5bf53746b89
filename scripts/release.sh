#!/usr/bin/env bash
# Makes the files of a release from the last commit, in build/release/: the site as a zip, the npm package, and
# their checksums. The same commit gives the same bytes on every machine.
#
#   scripts/release.sh

source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

usage="usage: scripts/release.sh"
case ${1:-} in
  '') ;;
  -h | --help) echo "$usage" && exit 0 ;;
  *) die "unknown option '$1'; $usage" ;;
esac

cd "$project_dir"
[ -z "$(git status --porcelain)" ] || die "a release is made of a commit, and something here is not committed: git status lists it"
version=$(sed -nE 's/^  VERSION ([0-9.]+)$/\1/p' CMakeLists.txt)
grep -q "^## $version\$" CHANGELOG.md || die "CHANGELOG.md says nothing of version $version, which CMakeLists.txt names"

export NUMERAL_PACKAGES=page
steps_total=2
step "The page" scripts/run.sh --build-only
step "Files of version $version" scripts/box scripts/lib/pack-release build/site build/release
