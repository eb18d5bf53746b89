#!/usr/bin/env bash
# Lists what is in the machine's own folders: path, size, mode and time of the last change (of content or
# mode; no program can set it) of every file. Two lists that are the same say that nothing was written.
#
#   list_files.sh EXCEPT...   leaves out these folders

except=()
for folder in "$@"; do except+=(-path "$folder" -o); done
for folder in /etc /usr /opt /root /home; do
  # A folder's own size and time change with temporary files in it.
  find "$folder" -xdev \( "${except[@]}" -false \) -prune -o -type d -printf '%p %m\n' -o -printf '%p %s %m %C@ %l\n' 2>/dev/null
done | LC_ALL=C sort
