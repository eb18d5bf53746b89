# Downloads Debian packages, checked against the plan that names them. To be sourced after
# environment.sh.
# shellcheck shell=bash

# download URL FILE [URL FILE]...: a FILE is there only when all are whole. What went wrong is in the
# first one's FILE.error.
download() {
  local i program=() pairs=("$@") error=$2.error
  for ((i = 1; i < $#; i += 2)); do pairs[i]+=.part; done
  if [ -x /usr/lib/apt/apt-helper ]; then # with apt's proxies and certificates
    program=(timeout --foreground 600 /usr/lib/apt/apt-helper -o Acquire::Retries=2 -o Acquire::http::Timeout=10
      -o Acquire::https::Timeout=10 -o APT::Sandbox::User=root download-file "${pairs[@]}")
  elif command -v curl >/dev/null; then
    program=(curl --fail --fail-early --location --silent --show-error --retry 2 --connect-timeout 10 --speed-limit 1000 --speed-time 20)
    for ((i = 0; i < $#; i += 2)); do program+=(--output "${pairs[i + 1]}" "${pairs[i]}"); done
  elif command -v wget >/dev/null; then
    # shellcheck disable=SC2016
    program=(bash -ec 'while [ $# -gt 0 ]; do wget --no-verbose --tries 3 --timeout 10 --output-document "$2" "$1" && shift 2; done' wget "${pairs[@]}")
  else
    echo "this needs curl or wget: install one of them" >"$error"
    return 1
  fi
  "${program[@]}" >"$error" 2>&1 || return
  for ((i = 1; i < $#; i += 2)); do mv "${pairs[i]}" "${pairs[i]%.part}"; done
  rm "$error"
}

# absent FOLDER GROUP...: the paths in the mirror of the groups' packages that FOLDER has not got.
absent() {
  local path folder=$1
  shift
  planned "$@" | while read -r _ _ _ _ _ _ _ path; do
    [ -e "$folder/${path##*/}" ] || echo "$path"
  done
}

# download_all ADDRESS FOLDER: the paths on standard input, twenty at a time, or one by one where not all
# of them are to be had. Those that are not are left out.
download_all() {
  export -f download download_some
  ADDRESS=$1 FOLDER=$2 xargs -r -P 4 -n 20 bash -c 'download_some "$@"' download_some
}
download_some() {
  local path pairs=()
  for path in "$@"; do pairs+=("$ADDRESS/${path//+/%2b}" "$FOLDER/${path##*/}"); done
  download "${pairs[@]}" || [ $# = 1 ] || for path in "$@"; do download_some "$path" || true; done
}

# fetch_packages FOLDER GROUP...: brings the groups' packages into FOLDER. Versions that the mirror has
# no longer come from the lock's snapshot of Debian's archive. If that cannot be reached, today's take
# the place of all that the lock names.
fetch_packages() {
  local folder=$1 mirror snapshot left
  shift
  mirror=$(debian_mirror)
  # A mirror that does not answer is noticed at once.
  download "$mirror/dists/$(plan_field suite)/Release" "$folder/Release" ||
    die "could not download Debian's packages from $mirror: $(last_line "$folder/Release.error"): check the network, or name another mirror with NUMERAL_MIRROR=URL"
  absent "$folder" "$@" | download_all "$mirror" "$folder"
  left=$(absent "$folder" "$@")
  if [ -n "$left" ]; then
    snapshot=$(plan_field snapshot)
    # One first, as the snapshot may be out of reach.
    head -n 1 <<<"$left" | download_all "$snapshot" "$folder"
    [ "$(absent "$folder" "$@")" = "$left" ] || absent "$folder" "$@" | download_all "$snapshot" "$folder"
    left=$(absent "$folder" "$@")
  fi
  if [ -n "$left" ]; then
    echo "numeral: neither $mirror nor $snapshot has $(wc -l <<<"$left") of the packages that scripts/packages.lock pins (${left%%$'\n'*}): taking the mirror's own, so the built files may differ from the published ones" >&2
    packages_plan=$root_dir.plan
    "$project_dir/scripts/lib/lock-packages" "$packages_plan" >/dev/null
    absent "$folder" "$@" | download_all "$mirror" "$folder"
    left=$(absent "$folder" "$@")
    [ -z "$left" ] ||
      die "$mirror/${left%%$'\n'*} could not be downloaded: $(last_line "$folder/${left##*/}.error"): check the network and run this again"
  fi
  planned "$@" | awk -v folder="$folder" -F '[ /]' '{ print $5 "  " folder "/" $NF }' | sha256sum --check --quiet >"$folder/wrong" 2>/dev/null || {
    left=$(sed -n 's/: FAILED.*//p' "$folder/wrong")
    # shellcheck disable=SC2086
    rm -f $left
    die "the SHA-256 of ${left//$'\n'/ } is not the one that ${packages_plan##*/} pins: $mirror gave another file, so nothing was installed; run this again, or name another mirror with NUMERAL_MIRROR=URL"
  }
}

last_line() { grep -v '^$' "$1" | tail -n 1; }
