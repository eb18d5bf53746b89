# The build environment: Debian 13's packages, on the machine itself or in a root file system
# of their own. To be sourced after common.sh; scripts/box is its front.
# shellcheck shell=bash

debian_release=trixie
debian_version=13
root_dir=$NUMERAL_CACHE/$debian_release-$(uname -m)

source "$project_dir/scripts/lib/packages-lock.sh"

# True where this machine is Debian 13 or newer (testing and unstable have no version number).
host_is_new_debian() {
  local ID='' VERSION_ID=''
  # shellcheck disable=SC1091
  [ -r /etc/os-release ] && . /etc/os-release
  [ "$ID" = debian ] && { [ -z "$VERSION_ID" ] || [ "${VERSION_ID%%.*}" -ge "$debian_version" ]; }
}

# How to run a command as root: directly, or through sudo.
as_root=()
[ "$(id -u)" = 0 ] || as_root=(sudo --preserve-env)

require_root() {
  [ "$(id -u)" = 0 ] || command -v sudo >/dev/null ||
    die "setting up the build environment needs root or sudo; or use the Containerfile"
}

# environment_ensure GROUP...: makes the packages of these groups available.
environment_ensure() {
  if host_is_new_debian; then
    host_install "$@"
  else
    require_root
    root_make
    root_install "$@"
  fi
}

# environment_exec COMMAND...: replaces this process by COMMAND inside the environment.
environment_exec() {
  export CCACHE_DIR=$NUMERAL_CACHE/ccache
  if host_is_new_debian; then
    exec "$@"
  else
    root_exec "$@"
  fi
}

host_install() {
  local package missing=()
  while read -r package; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done < <(packages_of "$@")
  if [ ${#missing[@]} -gt 0 ]; then
    require_root
    echo "Installing ${#missing[@]} Debian packages: ${missing[*]}"
    "${as_root[@]}" apt-get update -q
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"
  fi
  host_compare
}

# Says which of this machine's packages are not those of the lock: once for each state of both.
host_compare() {
  local stamp=$NUMERAL_CACHE/compared moved
  [ ! "$stamp" -nt /var/lib/dpkg/status ] || [ ! "$stamp" -nt "$packages_lock" ] || return 0
  moved=$(installed_packages | lock_compare | lock_list moved)
  [ -z "$moved" ] ||
    echo "numeral: packages of this machine differ from scripts/packages.lock, so the built files may differ from the published ones: $moved" >&2
  touch "$stamp"
}

# The Debian mirror of this machine's own apt configuration; nothing (debootstrap then takes
# Debian's own) where there is none.
debian_mirror() {
  cat /etc/apt/sources.list /etc/apt/sources.list.d/*.{list,sources} 2>/dev/null |
    awk '/^URIs:/ { print $2 } /^deb / { for (i = 2; i <= NF; i++) if ($i ~ /^[a-z]+:\/\//) { print $i; break } }' |
    grep -E '/debian/?$' | head -n 1 || true
}

# Makes the root file system, once: in a temporary folder that gets its name when it is whole.
root_make() {
  [ ! -d "$root_dir" ] || return 0
  local started=$SECONDS partial=$root_dir.partial mirror
  exec {lock}>"$root_dir.lock"
  flock "$lock"
  if [ ! -d "$root_dir" ]; then
    mirror=$(debian_mirror)
    echo "Making a Debian $debian_version root file system in $root_dir (about a minute)"
    if ! command -v debootstrap >/dev/null; then
      command -v apt-get >/dev/null ||
        die "this needs debootstrap: install it with your package manager, or use the Containerfile"
      "${as_root[@]}" apt-get update -q >/dev/null || true
      "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y debootstrap >"$root_dir.log" 2>&1 ||
        die "could not install debootstrap; see $root_dir.log"
    fi
    "${as_root[@]}" rm -rf --one-file-system "$partial"
    # What debootstrap mounts goes with its namespace, however it ends.
    "${as_root[@]}" unshare --mount debootstrap --variant=minbase "$debian_release" "$partial" ${mirror:+"$mirror"} \
      >"$root_dir.log" 2>&1 ||
      die "debootstrap failed${mirror:+ from $mirror}; the end of $root_dir.log says why: $(tail -n 1 "$root_dir.log")"
    root_check "$partial"
    # Proxies, certificates and the like are the machine's own.
    if command -v apt-config >/dev/null; then
      apt-config dump Acquire | grep -E '^Acquire::.* "' | "${as_root[@]}" tee "$partial/etc/apt/apt.conf.d/50host" >/dev/null
    fi
    "${as_root[@]}" mkdir -p "$partial/var/lib/numeral"
    "${as_root[@]}" mv "$partial" "$root_dir"
    echo "Made it in $((SECONDS - started)) s"
  fi
  exec {lock}>&-
}

# Compares the files that debootstrap made the root PATH from with the lock. Their versions are
# root_install's business.
root_check() {
  local wrong file name version architecture sum
  wrong=$(
    for file in "$1"/var/cache/apt/archives/*.deb; do
      IFS=_ read -r name version architecture <<<"$(basename "$file" .deb)"
      read -r sum _ < <(sha256sum "$file")
      echo "$name ${version//%3a/:} $architecture $sum"
    done | lock_compare | lock_list wrong
  )
  [ -z "$wrong" ] ||
    die "a package's file is not the pinned one though its version is, so no root was made: $wrong; see scripts/packages.lock"
}

# Installs package groups into the root. A group's stamp, named by its package list (and the lock,
# for what is built from), is written when all of it is there; an interrupted installation has none
# and is taken up again.
root_install() {
  local group stamp packages key locked
  for group in "$@"; do
    packages=$(packages_of "$group")
    [ -n "$packages" ] || die "scripts/packages.txt has no group '$group'"
    key=$packages locked=()
    case $group in page | native) locked=(--locked) key+=$(<"$packages_lock") ;; esac
    stamp=/var/lib/numeral/$group-$(sha256sum <<<"$key" | cut -c1-16)
    [ ! -e "$root_dir$stamp" ] || continue
    exec {lock}>"$root_dir.lock"
    flock "$lock"
    if [ ! -e "$root_dir$stamp" ]; then
      local started=$SECONDS
      echo "Installing the packages for '$group' ($(wc -w <<<"$packages") named) into the Debian root"
      # shellcheck disable=SC2086
      (
        cd /
        root_exec_user=0:0 root_exec bash -euc '
          "$1" "${@:3}"
          touch "$2"' install "$project_dir/scripts/lib/install-packages" "$stamp" "${locked[@]}" $packages
      ) >"$root_dir.log" 2>&1 ||
        die "installing '$group' failed; the end of $root_dir.log says why: $(sed -n 's/^numeral: //p; /^E:/p; /^dpkg: error/p' "$root_dir.log" | tail -n 1)"
      grep '^numeral: ' "$root_dir.log" >&2 || true
      echo "Installed them in $((SECONDS - started)) s"
    fi
    exec {lock}>&-
  done
}

# Replaces this (sub)shell by a command inside the root, run as the user who called, in a mount
# namespace that ends with it.
root_exec() {
  exec "${as_root[@]}" env NUMERAL_ROOT="$root_dir" NUMERAL_PROJECT="$project_dir" NUMERAL_DIRECTORY="$PWD" \
    NUMERAL_USER="${root_exec_user:-$(id -u):$(id -g)}" HOME="$HOME" \
    unshare --mount -- bash -euc '
      same_inside() {
        [ -e "$1" ] || return 0
        if [ -d "$1" ]; then
          mkdir -p "$NUMERAL_ROOT$1"
        else
          mkdir -p "$(dirname "$NUMERAL_ROOT$1")"
          touch "$NUMERAL_ROOT$1"
        fi
        mount --rbind "$1" "$NUMERAL_ROOT$1"
      }
      mkdir -p "$NUMERAL_ROOT$HOME"
      for place in /dev /proc /sys /tmp /etc/resolv.conf /etc/hosts /etc/ssl/certs "$HOME/.npmrc" \
        "$NUMERAL_PROJECT" "$NUMERAL_CACHE" "$NUMERAL_DIRECTORY"; do
        [ "$place" = / ] || same_inside "$place"
      done
      exec chroot --userspec="$NUMERAL_USER" "$NUMERAL_ROOT" \
        bash -c "cd \"\$NUMERAL_DIRECTORY\" && exec \"\$@\"" box "$@"' box "$@"
}
