#!/usr/bin/env bash
# Tests of the build environment: that it is made where there is no root, no namespace or neither, that
# nothing outside it can be written, and what is said where it cannot be made. Runs on the machine
# itself, not inside the environment. Ends with a count:
#
#   N passed, N failed, N skipped

set -uo pipefail
project=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
cache=${NUMERAL_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/numeral}
folder=$(mktemp -d)
chmod 755 "$folder"
passed=0 failed=0 skipped=0
trap 'chmod -R u+w "$folder"; rm -rf --one-file-system "$folder"' EXIT

# check NAME COMMAND...: one test; it passes where COMMAND succeeds.
check() {
  local name=$1 log=$folder/log
  shift
  if "$@" >"$log" 2>&1; then
    passed=$((passed + 1)) && echo "ok: $name"
  else
    failed=$((failed + 1)) && echo "FAILED: $name" && tail -n 20 "$log"
  fi
}
skip() { skipped=$((skipped + 1)) && echo "skipped: $1: $2"; }

# copy_project PATH: a copy of the project's files as they are now, without what was built.
copy_project() {
  mkdir -p "$1"
  (cd "$project" && git ls-files -z --cached --others --exclude-standard | tar -c --null --files-from - --ignore-failed-read) | tar -x -C "$1"
}

# refused MESSAGE COMMAND...: true where COMMAND fails within a minute with one line, which has MESSAGE.
refused() {
  local message=$1 output
  shift
  output=$(timeout 60 "$@" 2>&1) && { echo "it succeeded: $output" && return 1; }
  output=$(grep -v '^Making the build environment' <<<"$output")
  echo "$output"
  [ "$(wc -l <<<"$output")" = 1 ] && [[ $output == numeral:*"$message"* ]]
}

# --- Where it works -------------------------------------------------------------------------------

# What is run in the environment: a compiler, and attempts to write what is the machine's.
cat >"$folder/inside.sh" <<'INSIDE'
set -eu
cd "$(mktemp -d)"
echo 'int main() { return 42; }' >answer.cpp
if em++ answer.cpp -o answer.js && node answer.js; then exit 1; else [ $? = 42 ]; fi
[ "$HOME" = "$NUMERAL_CACHE/home" ] && touch "$HOME/written"
for place in "$@"; do
  if (touch "$place/numeral-was-here") 2>/dev/null && [ -e "$place/numeral-was-here" ]; then echo "$place"; fi
done
INSIDE

# works_as COMMAND...: the environment as COMMAND runs it, with a cache of its own. What was written to
# the machine's own folders inside is not on the machine.
works_as() {
  local place places=(/etc /etc/ssl/certs /usr /usr/local /opt /root /home /var /srv)
  timeout 600 "$@" env HOME=/nonexistent NUMERAL_CACHE="$folder/cache" NUMERAL_PACKAGES=page "$folder/project/scripts/box" \
    sh "$folder/inside.sh" "${places[@]}" || return
  for place in "${places[@]}"; do
    [ ! -e "$place/numeral-was-here" ] || { echo "$place was written" && rm -f "$place/numeral-was-here" && return 1; }
  done
}

# Namespaces forbidden to a user: a limit of zero for those inside a namespace.
cat >"$folder/without-namespaces.sh" <<'WITHOUT'
mount -t proc proc /proc && echo 0 >/proc/sys/user/max_user_namespaces &&
  ! unshare --user true 2>/dev/null && exec setpriv --no-new-privs --bounding-set=-all --inh-caps=-all "$@"
WITHOUT

test_everywhere() {
  local root
  root=$(find "$cache" -maxdepth 1 -type d -name 'debian-????????????' | head -n 1)
  [ -n "$root" ] || { skip "everywhere" "this machine's own packages are used" && return; }
  copy_project "$folder/project"
  printf 'ID=debian\nVERSION_ID="13"\n' >"$folder/debian-13"
  # The root that is there already stands in for one made anew.
  mkdir -p "$folder/cache"
  cp -a "$root" "$folder/cache/"
  chmod 777 "$folder"
  if [ "$(id -u)" != 0 ]; then
    check "an ordinary user" works_as env
  else
    check "root" works_as env
    chown -R 65534:65534 "$folder/cache" "$folder/project"
    check "an ordinary user" works_as setpriv --reuid=65534 --regid=65534 --clear-groups --
    check "an ordinary user where namespaces are forbidden" works_as \
      setpriv --reuid=65534 --regid=65534 --clear-groups -- unshare --user --map-root-user --pid --fork --mount bash "$folder/without-namespaces.sh"
    # shellcheck disable=SC2016
    check "an ordinary user on a Debian 13 that lacks the packages" works_as unshare --mount bash -c '
      mount --bind "$1" /etc/os-release && shift && exec setpriv --reuid=65534 --regid=65534 --clear-groups -- "$@"' on "$folder/debian-13"
    chown -R 0:0 "$folder/cache" "$folder/project"
    if command -v capsh >/dev/null; then
      # shellcheck disable=SC2016
      check "root without CAP_SYS_ADMIN, as in a container" works_as capsh --drop=cap_sys_admin --shell="$(command -v env)" --
    else
      skip "root without CAP_SYS_ADMIN" "there is no capsh here"
    fi
  fi
}

# --- Where it does not ----------------------------------------------------------------------------

test_refusals() {
  local box=$project/scripts/box
  check "no mirror answers" refused "could not download Debian's packages from http://127.0.0.1:9/debian" \
    env NUMERAL_CACHE="$folder/empty" NUMERAL_MIRROR=http://127.0.0.1:9/debian "$box" true
  check "nothing is kept of it" test ! -e "$folder/empty/"debian-*/usr
  check "a cache folder that cannot be made" refused "the cache folder /proc/numeral cannot be written" env NUMERAL_CACHE=/proc/numeral "$box" true
  check "a cache folder with a space" refused "no spaces" env NUMERAL_CACHE="$folder/of mine" "$box" true
  check "a project's folder with a space" copy_and_refuse "$folder/my project" "no spaces"
  check "a project's folder with a long path" copy_and_refuse "$folder/$(printf 'a%.0s' {1..100})/$(printf 'b%.0s' {1..100})" "at most 200"
  check "a group that there is not" refused "has no group 'pages'" env NUMERAL_PACKAGES=pages "$box" true
  if [ "$(id -u)" = 0 ] && unshare --mount true 2>/dev/null; then
    mkdir -p "$folder/mounted"
    check "a full disk" refused "MB free, and the build environment needs" unshare --mount bash -c '
      mount -t tmpfs -o size=20m none "$1" && NUMERAL_CACHE=$1 "$2" true' full "$folder/mounted" "$box"
    check "a cache folder that nothing can be run from" refused "noexec" unshare --mount bash -c '
      mount -t tmpfs -o noexec none "$1" && NUMERAL_CACHE=$1 "$2" true' noexec "$folder/mounted" "$box"
  else
    skip "a full disk, and one that nothing can be run from" "disks cannot be mounted here"
  fi
}
copy_and_refuse() {
  mkdir -p "$1/scripts"
  cp -r "$project"/scripts/. "$1/scripts/"
  refused "$2" env NUMERAL_CACHE="$folder/empty" "$1/scripts/box" true
}

# A mirror that has files of the right names and other contents.
test_wrong_packages() {
  local mirror=$folder/mirror path pid port
  mkdir -p "$mirror/dists/trixie"
  touch "$mirror/dists/trixie/Release"
  awk 'NF == 8 { print $8 }' "$project/scripts/packages.lock" | while read -r path; do
    mkdir -p "$mirror/${path%/*}"
    echo other >"$mirror/$path"
  done
  "$project/scripts/box" python3 -u -m http.server 0 --bind 127.0.0.1 --directory "$mirror" >"$folder/server" 2>/dev/null &
  pid=$!
  until port=$(sed -nE 's/.* port ([0-9]+) .*/\1/p' "$folder/server") && [ -n "$port" ]; do sleep 0.1; done
  check "a mirror with other files" refused "is not the one that packages.lock pins" \
    env NUMERAL_CACHE="$folder/empty" NUMERAL_MIRROR="http://127.0.0.1:$port" NUMERAL_PACKAGES=page "$project/scripts/box" true
  check "nothing is installed of it" test ! -e "$folder/empty/"debian-*/usr
  kill "$pid"
  wait "$pid" 2>/dev/null
}

# --- Interrupted, and at the same time ------------------------------------------------------------

# processes_in PATH: the processes that have it in their command line, but for those of this script.
processes_in() { pgrep -f -- "$1" | grep -vx "$$" || true; }

# killed_at SECONDS SIGNAL: sets the environment up anew and sends SIGNAL to all of the run then.
killed_at() {
  local pid
  setsid env NUMERAL_CACHE="$folder/killed" NUMERAL_PACKAGES=page "$project/scripts/box" true &
  pid=$!
  sleep "$1"
  kill -"$2" -- "-$pid" 2>/dev/null
  wait "$pid" 2>/dev/null
  sleep 1
  [ -z "$(processes_in "$folder/killed")" ] && ! grep -q "$folder/killed" /proc/mounts
}

test_interruptions() {
  check "killed at once" killed_at 0.3 KILL
  check "killed while packages are downloaded" killed_at 4 KILL
  check "Ctrl-C a little later" killed_at 10 INT
  check "killed while packages are unpacked" killed_at 25 KILL
  check "what was interrupted is gone on with" env NUMERAL_CACHE="$folder/killed" NUMERAL_PACKAGES=page "$project/scripts/box" em++ --version
  check "a killed command leaves no process" killed_command
  rm -rf "$folder/killed"
}

killed_command() {
  local pid
  "$project/scripts/box" sh -c "sleep 1000; : $folder/sleeping" &
  pid=$!
  until [ -n "$(processes_in "$folder/sleeping")" ]; do sleep 0.1; done
  sleep 1
  kill -KILL "$pid"
  wait "$pid" 2>/dev/null
  sleep 1
  [ -z "$(processes_in "$folder/sleeping")" ]
}

# A path with letters that are not ASCII: everything is built there, from the caches that are there.
test_other_letters() {
  local place=$folder/Schüler-数字
  copy_project "$place"
  export NUMERAL_BUILDS_LOCKED=
  check "a path with letters of other scripts" "$place/scripts/run.sh" --build-only
  check "the page is whole there" diff -rq "$project/build/site" "$place/build/site"
  check "of two at the same time, the second waits" two_at_once "$place"
}

two_at_once() {
  local second
  flock "$1/build/lock" sleep 5 &
  sleep 1
  second=$("$1/scripts/run.sh" --build-only 2>&1)
  echo "$second"
  grep -q "^Another run is building in $1; waiting" <<<"$second"
}

test_everywhere
test_refusals
test_wrong_packages
test_interruptions
test_other_letters

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
