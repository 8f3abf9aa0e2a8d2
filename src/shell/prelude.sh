# Functions for scripts that change a host. Each does one thing safely, on dash, bash and busybox.
# Needs the variables refused_code, state_folder, backup_folder, backup_index_file and pending_file. `run` is the run's id.
# shellcheck shell=sh disable=SC2154,SC2174

umask 022

# refuse TEXT...: the host is not as the plan saw it. Says so, and ends the unit without a further change.
refuse() {
  printf '%s\n' "$*"
  exit "$refused_code"
}

# sum PATH: prints the SHA-256 of a file.
sum() { sha256sum <"$1" | cut -d ' ' -f 1; }

# require_unchanged PATH SUM: refuses unless the SHA-256 is SUM. With SUM `absent`: refuses if the file exists.
require_unchanged() {
  if [ "$2" = absent ]; then
    if [ -e "$1" ] || [ -L "$1" ]; then refuse "$1 appeared after the plan was made"; fi
  else
    if [ -L "$1" ] || ! [ -f "$1" ]; then refuse "$1 is no longer the file that the plan saw"; fi
    [ "$(sum "$1")" = "$2" ] || refuse "$1 changed after the plan was made"
  fi
}

# check_attributes PATH ATTRIBUTES: refuses unless mode and owners are as planned, written as `MODE OWNER:GROUP`.
check_attributes() {
  [ "$(stat -c '%a %U:%G' "$1" 2>/dev/null)" = "$2" ] || refuse "owner or mode of $1 changed after the plan was made"
}

# backup_once PATH: keeps a copy of the file as it was before fastboot first changed it. The index says by which run.
backup_once() {
  [ -f "$1" ] || return 0
  backup=$backup_folder$1
  if [ -e "$backup" ]; then return 0; fi
  mkdir -p -m 0755 "$state_folder" && mkdir -p -m 0700 "$backup_folder" && mkdir -p "${backup%/*}"
  cp -p "$1" "$backup.new"
  (umask 077; printf '%s\t%s\n' "${run:-}" "$1" >>"$backup_index_file")
  mv -f "$backup.new" "$backup"
}

# write_atomic PATH MODE UID:GID [SUM]: makes standard input the content of the file. A temporary file in the same folder
# is written, synced and renamed. With SUM: only if the content has this SHA-256.
write_atomic() (
  new="${1%/*}/.${1##*/}.fastboot-new"
  trap 'rm -f "$new"' EXIT
  rm -f "$new"
  umask 077
  set -C
  cat >"$new"
  set +C
  if [ $# -gt 3 ] && [ "$(sum "$new")" != "$4" ]; then refuse "$1 changed while it was edited"; fi
  chown "$3" "$new"
  chmod "$2" "$new"
  sync "$new" 2>/dev/null || sync
  mv -f "$new" "$1"
  if command -v restorecon >/dev/null; then restorecon "$1" || :; fi
)

# mark_pending HANDLER: notes a handler that must run, before the change that notifies it is made.
mark_pending() {
  mkdir -p -m 0755 "$state_folder"
  if [ -f "$pending_file" ] && grep -Fqx -e "$1" "$pending_file"; then return 0; fi
  { if [ -f "$pending_file" ]; then cat "$pending_file"; fi; printf '%s\n' "$1"; } | write_atomic "$pending_file" 0600 0:0
}

# mark_settled HANDLER: takes the handler off the list after it has run.
mark_settled() {
  [ -f "$pending_file" ] || return 0
  { grep -Fvx -e "$1" "$pending_file" || :; } | write_atomic "$pending_file" 0600 0:0
  if ! [ -s "$pending_file" ]; then rm -f "$pending_file"; fi
}
