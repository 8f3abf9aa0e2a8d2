/**
 * Shell that every query script starts with: the mount table, read once, so that no fact touches a path on a network
 * mount, where any look may hang for as long as the server is away (fact 24).
 *
 * `is_far PATH`      whether the path lies on a network mount (one at `/` excepted, under which all would be far)
 * `is_mounted PATH`  whether something is mounted at just this path
 *
 * In `far` and `points` the kernel's octal escapes are written as `?`, so that they can serve as patterns.
 */
export const mountGuard = `mountinfo=$(cat /proc/self/mountinfo)
far= points=
set -f
IFS='
'
for line in $mountinfo; do
  at=\${line#* * * * }
  at=\${at%% *}
  while :; do
    case $at in *\\\\[0-7][0-7][0-7]*) at=\${at%%\\\\*}?\${at#*\\\\???} ;; *) break ;; esac
  done
  points="$points $at"
  case $line in
    *' - nfs '* | *' - nfs4 '* | *' - cifs '* | *' - smb3 '* | *' - ceph '* | *' - fuse.glusterfs '* | *' - fuse.sshfs '*)
      if [ "$at" != / ]; then far="$far $at"; fi ;;
  esac
done
unset IFS
set +f
is_far() {
  set -f
  for at in $far; do case $1/ in $at/*) set +f; return 0 ;; esac; done
  set +f
  return 1
}
is_mounted() {
  set -f
  for at in $points; do case $1 in $at) set +f; return 0 ;; esac; done
  set +f
  return 1
}
`;
