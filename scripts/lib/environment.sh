# The build environment: Debian 13's packages, on the machine itself or in a root file system of their
# own. To be sourced after common.sh; scripts/box is its front.
#
# The root file system is unpacked from the packages that scripts/packages.lock names. No package's
# script runs, so nothing needs root or touches the machine. Commands run inside it through bubblewrap,
# which needs namespaces, or else through proot, which is slower and needs nothing; both come with it.
# shellcheck shell=bash

packages_lock=$project_dir/scripts/packages.lock
lock_key=$(sha256sum "$packages_lock")
root_dir=$NUMERAL_CACHE/debian-${lock_key:0:12}
# What is unpacked: the lock, or what took its place where its packages are no longer to be had.
packages_plan=$packages_lock
[ ! -e "$root_dir.plan" ] || packages_plan=$root_dir.plan

# environment_ensure GROUP...: makes the packages of these groups available.
environment_ensure() {
  local group packages
  for group in "$@"; do
    grep -q "^$group " "$project_dir/scripts/packages.txt" || die "scripts/packages.txt has no group '$group'"
  done
  # Servers are not installed on the machine itself, where they would start: tests do without them there.
  mapfile -t packages < <(packages_of "$@" | grep -vxE 'caddy|nginx')
  if is_new_debian && { machine_has "${packages[@]}" || machine_install "${packages[@]}"; }; then
    root_dir=''
  else
    root_ensure "$@"
  fi
}

# environment_exec COMMAND...: replaces this process by COMMAND inside the environment.
environment_exec() {
  # What a command keeps in its home, it keeps in the cache; of the user's own, npm's settings are read.
  mkdir -p "$NUMERAL_CACHE/home"
  [ -z "${HOME:-}" ] || copy_newest "$NUMERAL_CACHE/home/.npmrc" "$HOME/.npmrc"
  export HOME=$NUMERAL_CACHE/home CCACHE_DIR=$NUMERAL_CACHE/ccache
  unset XDG_CACHE_HOME XDG_CONFIG_HOME XDG_DATA_HOME XDG_RUNTIME_DIR
  NUMERAL_MIRROR=$(debian_mirror)
  export NUMERAL_MIRROR
  if [ -z "$root_dir" ]; then exec "$@"; else root_exec "$@"; fi
}

# copy_newest TARGET SOURCE...: makes TARGET a copy of the first SOURCE that there is. Another process
# that reads it sees the old or the new one whole.
copy_newest() {
  local target=$1 source
  shift
  for source in "$@"; do
    [ -r "$source" ] || continue
    cmp -s "$source" "$target" || { cp "$source" "$target.$$" && mv -f "$target.$$" "$target"; }
    return
  done
}

# packages_of GROUP...: the packages that scripts/packages.txt names for these groups, one a line.
packages_of() {
  awk -v groups=" $* " 'NF == 2 && $1 !~ /^#/ && index(groups, " " $1 " ") { print $2 }' "$project_dir/scripts/packages.txt"
}

# True where this machine is Debian 13 or newer (testing and unstable have no version number).
is_new_debian() {
  local ID='' VERSION_ID=''
  # shellcheck disable=SC1091
  [ -r /etc/os-release ] && . /etc/os-release
  [ "$ID" = debian ] && { [ -z "$VERSION_ID" ] || [ "${VERSION_ID%%.*}" -ge 13 ]; }
}

# machine_has PACKAGE...: true where all are installed on the machine itself.
machine_has() {
  local states
  # It fails where it has never heard of one.
  states=$(dpkg-query -W -f '${db:Status-Status}\n' "$@" 2>/dev/null) && ! grep -qv '^installed$' <<<"$states"
}

# machine_install PACKAGE...: installs them on the machine itself where this is root's to do.
machine_install() {
  [ "$(id -u)" = 0 ] || return
  echo "Installing Debian packages on this machine: $*"
  apt-get update -q
  DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@"
}

# The Debian mirror: NUMERAL_MIRROR, or that of this machine's own apt, or else the snapshot of Debian's
# archive that the lock names.
debian_mirror() {
  local mirror=${NUMERAL_MIRROR:-}
  [ -n "$mirror" ] || mirror=$({ cat /etc/apt/sources.list /etc/apt/sources.list.d/*.{list,sources} 2>/dev/null || true; } |
    awk '!found && /^URIs:|^deb / { for (i = 2; i <= NF; i++) if (!found && $i ~ /^https?:\/\/.*\/debian\/?$/) { print $i; found = 1 } }')
  [ -n "$mirror" ] || mirror=$(plan_field snapshot)
  echo "${mirror%/}"
}

# plan_field NAME: what the lock's line "NAME: ..." says.
plan_field() { sed -n "s/^$1: //p" "$packages_lock"; }

# planned GROUP...: the plan's lines of these groups and of the base that every root has, but for those
# that are there.
planned() {
  local there
  there=$(ls "$root_dir/var/lib/numeral" 2>/dev/null || true)
  awk -v wanted=" base $* " -v there=" ${there//$'\n'/ } " 'NF == 8 && $5 ~ /^[0-9a-f]+$/ {
    needed = 0
    for (i = split($1, groups, ","); i > 0; --i) {
      if (index(there, " " groups[i] " ")) next
      if (index(wanted, " " groups[i] " ")) needed = 1
    }
    if (needed) print
  }' "$packages_plan"
}

# root_ensure GROUP...: makes the root file system, or adds to it what these groups need. A group's
# stamp is written when all of it is there, so what was interrupted is gone on with.
root_ensure() {
  local group stamps=() started=$SECONDS debs=$root_dir.debs count megabytes download free tool
  for group in "$@"; do stamps+=("$root_dir/var/lib/numeral/$group"); done
  ! ls "${stamps[@]}" >/dev/null 2>&1 || return 0

  for tool in awk dd sha256sum tar xargs $(command -v dpkg-deb >/dev/null || echo xz); do
    command -v "$tool" >/dev/null || die "making the build environment needs the program '$tool': install it and run this again"
  done
  wait_for_lock "$root_dir.lock" "making $root_dir"
  read -r count download megabytes < <(planned "$@" |
    awk '{ bytes += $6; kilobytes += $7 } END { printf "%d %d %d\n", NR, bytes / 1e6, kilobytes / 1e3 }')
  if [ "$count" -gt 0 ]; then
    echo "Making the build environment in $root_dir: $count Debian packages, $download MB to download, $megabytes MB unpacked"
    mkdir -p "$debs" "$root_dir/var/lib/numeral"
    check_runnable
    free=$(df -Pm "$NUMERAL_CACHE" | awk 'NR == 2 { print $4 }')
    [ "$free" -ge $((download + megabytes)) ] ||
      die "$NUMERAL_CACHE has $free MB free, and the build environment needs $((download + megabytes)) MB: free some, or choose another folder with NUMERAL_CACHE=FOLDER"
    source "$project_dir/scripts/lib/fetch-packages.sh"
    fetch_packages "$debs" "$@"
    unpack_packages "$debs" "$@"
    rm -rf "$debs"
    echo "Made it in $((SECONDS - started)) s"
  fi
  touch "$root_dir/var/lib/numeral/base" "${stamps[@]}"
  exec {lock_fd}>&-
}

# Refuses a cache whose programs cannot be started.
check_runnable() {
  local probe=$root_dir.probe
  printf '#!/bin/sh\n' >"$probe"
  chmod +x "$probe"
  "$probe" 2>/dev/null ||
    die "programs in $NUMERAL_CACHE cannot be started (is it mounted with noexec?): choose another folder with NUMERAL_CACHE=FOLDER"
  rm "$probe"
}

# unpack_packages FOLDER GROUP...: unpacks the groups' packages into the root, and does what of their
# scripts matters here.
unpack_packages() {
  local folder=$1
  shift
  mkdir -p "$root_dir"/{dev,mnt,proc,run,sys,tmp,var/lib/dpkg/info,var/lib/numeral/status}
  {
    # base-files is the first: it brings the links from /bin to /usr/bin and the like.
    planned "$@" | awk -F '[ /]' '{ print $2 != "base-files", $NF }' | sort | cut -d ' ' -f 2 >"$folder/files" &&
      head -n 1 "$folder/files" | xargs -I FILE "$project_dir/scripts/lib/unpack-deb" "$folder/FILE" "$root_dir" &&
      tail -n +2 "$folder/files" | xargs -P "$(nproc)" -I FILE "$project_dir/scripts/lib/unpack-deb" "$folder/FILE" "$root_dir" &&
      cat "$root_dir"/var/lib/numeral/status/* >"$root_dir/var/lib/dpkg/status" &&
      (root_exec "$project_dir/scripts/lib/configure-root")
  } >"$root_dir.log" 2>&1 ||
    die "unpacking into $root_dir failed: $(grep -v '^$' "$root_dir.log" | head -n 1); run this again to go on"
}

# root_exec COMMAND...: replaces this process by COMMAND inside the root.
root_exec() {
  local loader place directory mounts=() bubblewrap proot=() certificates=etc/ssl/certs/ca-certificates.crt
  directory=$(pwd -P)
  # The root's own programs and libraries, whatever those of the machine are.
  loader=("$root_dir"/lib*/ld-linux-*.so.[0-9])
  loader=("${loader[0]}" --library-path "$(echo "$root_dir"/usr/lib/*-linux-gnu)")

  # Name resolution and certificates are the machine's.
  copy_newest "$root_dir/etc/resolv.conf" /etc/resolv.conf
  copy_newest "$root_dir/etc/hosts" /etc/hosts
  copy_newest "$root_dir/$certificates" "${SSL_CERT_FILE:-}" "/$certificates" /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/ca-bundle.pem /etc/ssl/cert.pem
  export SSL_CERT_FILE=/$certificates NODE_EXTRA_CA_CERTS=/$certificates
  export PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 TMPDIR=/tmp
  unset LD_LIBRARY_PATH LD_PRELOAD

  for place in /tmp "$project_dir" "$NUMERAL_CACHE"; do
    mounts+=(--bind "$place" "$place") proot+=(-b "$place")
  done
  # The current directory is there too, unless the root has one of the same name.
  case $directory/ in
    /tmp/* | "$project_dir"/* | "$NUMERAL_CACHE"/*) ;;
    // | /bin/* | /boot/* | /dev/* | /etc/* | /lib*/* | /proc/* | /run/* | /sbin/* | /sys/* | /usr/* | /var/*) directory=/ ;;
    *) mounts=(--ro-bind "$directory" "$directory" "${mounts[@]}") proot+=(-b "$directory") ;;
  esac
  for place in /dev/nvidia* /dev/dri /dev/kfd; do
    [ ! -e "$place" ] || mounts+=(--dev-bind "$place" "$place")
  done
  bubblewrap=("${loader[@]}" "$root_dir/usr/bin/bwrap" --bind "$root_dir" / --dev /dev --proc /proc --ro-bind /sys /sys
    --tmpfs /run "${mounts[@]}" --chdir "$directory" --unshare-pid --die-with-parent)
  if "${bubblewrap[@]}" true 2>/dev/null; then exec "${bubblewrap[@]}" "$@"; fi

  # proot 5.1 does not know statx, without which programs use stat. It fails to read the name of a file
  # that stands near the end of a heap, so heaps get room there.
  export PROOT_TMP_DIR=$NUMERAL_CACHE/home MALLOC_TOP_PAD_=64000000
  proot=("${loader[@]}" "$root_dir/usr/bin/setpriv" --pdeathsig QUIT
    "${loader[@]}" "$root_dir/usr/bin/proot" -r "$root_dir" -b /dev -b /proc -b /sys "${proot[@]}" -w "$directory"
    /usr/bin/enosys --syscall statx)
  "${proot[@]}" /bin/true 2>/dev/null ||
    die "this machine allows neither namespaces nor tracing, and one of them is needed to run programs in $root_dir: use the Containerfile, or Debian 13"
  exec "${proot[@]}" "$@"
}
