import { BACKUP_FOLDER, BACKUP_INDEX_FILE, PENDING_HANDLERS_FILE, STATE_FOLDER } from '../core/host-paths.ts';

/**
 * Shell functions for change scripts, each doing one thing safely on dash, bash and busybox.
 *
 * `refuse TEXT`            the host is not as planned: say so, change nothing more of this unit (exit 75)
 * `same PATH SUM`          refuse unless the file's SHA-256 is SUM, or `absent` where there must be none
 * `held PATH WANT`         refuse unless its attributes are as planned, written as `MODE OWNER:GROUP`
 * `put PATH MODE UID:GID [SUM]`  standard input becomes the file's content: temporary file in the same folder, synced,
 *                          renamed; with SUM only if it is just that
 * `keep PATH`              the file as it was before fastboot first changed it, kept once under /var/lib/fastboot/backup,
 *                          where the file `index` says by which run ($run)
 * `mark_pending HANDLER`, `mark_settled HANDLER`  note a handler that must run before its change is made, and strike it off afterwards
 */
export const REFUSED = 75;

export const changePrelude = `umask 022
refuse() { printf '%s\\n' "$*"; exit ${REFUSED}; }
sum() { sha256sum <"$1" | cut -d ' ' -f 1; }
same() {
  if [ "$2" = absent ]; then
    if [ -e "$1" ] || [ -L "$1" ]; then refuse "$1 appeared after the plan was made"; fi
  else
    if [ -L "$1" ] || ! [ -f "$1" ]; then refuse "$1 is no longer the file that the plan saw"; fi
    [ "$(sum "$1")" = "$2" ] || refuse "$1 changed after the plan was made"
  fi
}
held() {
  [ "$(stat -c '%a %U:%G' "$1" 2>/dev/null)" = "$2" ] || refuse "owner or mode of $1 changed after the plan was made"
}
keep() {
  [ -f "$1" ] || return 0
  kept=${BACKUP_FOLDER}$1
  if [ -e "$kept" ]; then return 0; fi
  mkdir -p -m 0755 ${STATE_FOLDER} && mkdir -p -m 0700 ${BACKUP_FOLDER} && mkdir -p "\${kept%/*}"
  cp -p "$1" "$kept.new"
  (umask 077; printf '%s\\t%s\\n' "\${run:-}" "$1" >>${BACKUP_INDEX_FILE})
  mv -f "$kept.new" "$kept"
}
put() (
  new="\${1%/*}/.\${1##*/}.fastboot-new"
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
mark_pending() {
  mkdir -p -m 0755 ${STATE_FOLDER}
  if [ -f ${PENDING_HANDLERS_FILE} ] && grep -Fqx -e "$1" ${PENDING_HANDLERS_FILE}; then return 0; fi
  { if [ -f ${PENDING_HANDLERS_FILE} ]; then cat ${PENDING_HANDLERS_FILE}; fi; printf '%s\\n' "$1"; } | put ${PENDING_HANDLERS_FILE} 0600 0:0
}
mark_settled() {
  [ -f ${PENDING_HANDLERS_FILE} ] || return 0
  { grep -Fvx -e "$1" ${PENDING_HANDLERS_FILE} || :; } | put ${PENDING_HANDLERS_FILE} 0600 0:0
  if ! [ -s ${PENDING_HANDLERS_FILE} ]; then rm -f ${PENDING_HANDLERS_FILE}; fi
}
`;
