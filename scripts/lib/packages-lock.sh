# What scripts/packages.lock pins, compared with what there is. To be sourced after common.sh.
# shellcheck shell=bash

packages_lock=$project_dir/scripts/packages.lock

# lock_field NAME: what the lock's line "NAME: ..." says.
lock_field() {
  sed -n "s/^$1: //p" "$packages_lock"
}

# The packages that dpkg knows as installed: "package version architecture" lines.
installed_packages() {
  dpkg-query -W -f '${db:Status-Status} ${Package} ${Version} ${Architecture}\n' |
    sed -n 's/^installed //p'
}

# apt_plan ARGUMENT...: what apt-get would download for this, as "package version architecture
# SHA-256" lines: the checksums are those of the mirror's signed index, which apt accepts no other
# file than. An empty cache, since apt does not list what it has. Fails where it cannot be.
apt_plan() {
  local cache
  cache=$(mktemp -d)
  apt-get -q -y --no-install-recommends -o Acquire::ForceHash=SHA256 -o Dir::Cache::archives="$cache/" \
    --print-uris "$@" >"$cache/plan" || { rm -r "$cache" && return 1; }
  sed -nE "s/^'[^']*' ([^_]+)_([^_]+)_([^_]+)\.deb [0-9]+ SHA256:([0-9a-f]+)$/\1 \2 \3 \4/p" "$cache/plan" |
    sed 's/%3a/:/'
  rm -r "$cache"
}

# lock_compare [--strict]: reads "package version architecture [SHA-256]" lines, of which the last one
# counts for a package, and prints a line for each that is not as the lock has it:
#   moved cmake 3.31.6-3 (pinned 3.31.6-2)
#   wrong cmake 3.31.6-2: SHA-256 01ab..., pinned 23cd...
# With --strict also for those with a checksum that the lock does not know.
lock_compare() {
  awk -v strict="${1:-}" '
    FNR == NR {
      if ($4 ~ /^[0-9a-f]+$/ && length($4) == 64) { pinned[$1, $3] = $2; sum[$1, $3] = $4 }
      next
    }
    { version[$1, $3] = $2; found[$1, $3] = $4 }
    END {
      for (key in version) {
        split(key, part, SUBSEP)
        if (!(key in pinned)) {
          if (strict && found[key] != "") print "moved", part[1], version[key], "(not in the lock)"
        } else if (version[key] != pinned[key])
          print "moved", part[1], version[key], "(pinned " pinned[key] ")"
        else if (found[key] != "" && found[key] != sum[key])
          print "wrong", part[1], version[key] ": SHA-256 " found[key] ", pinned " sum[key]
      }
    }' "$packages_lock" - | sort
}

# The first few of the lines that lock_compare printed with this first word, and how many more.
lock_list() {
  awk -v kind="$1" '
    $1 == kind { sub(/^[a-z]+ /, ""); if (++count <= 5) text = text (count > 1 ? ", " : "") $0 }
    END { if (count > 5) text = text " and " count - 5 " more"; print text }'
}
