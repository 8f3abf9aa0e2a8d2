# Every query script starts with this: the mount table, read once. By it no fact touches a path on a network mount, where
# any look may hang for as long as the server is away. `remote_types` are the types of such file systems, with blanks around.
# shellcheck shell=sh disable=SC2125,SC2154,SC2254

mountinfo=$(cat /proc/self/mountinfo)

# remote_mounts: mount points of network file systems, without the root folder, because then everything would be on one.
# mount_points: all mount points. In both the kernel's octal escapes are `?`, so that they serve as patterns.
remote_mounts='' mount_points=''
set -f
IFS='
'
for line in $mountinfo; do
  at=${line#* * * * }
  at=${at%% *}
  while :; do
    case $at in *\\[0-7][0-7][0-7]*) at=${at%%\\*}?${at#*\\???} ;; *) break ;; esac
  done
  mount_points="$mount_points $at"
  fs_type=${line#* - }
  fs_type=${fs_type%% *}
  case $remote_types in
    *" $fs_type "*) if [ "$at" != / ]; then remote_mounts="$remote_mounts $at"; fi ;;
  esac
done
unset IFS
set +f

# is_remote PATH: whether the path lies on a network mount.
is_remote() {
  set -f
  for at in $remote_mounts; do case $1/ in $at/*) set +f; return 0 ;; esac; done
  set +f
  return 1
}

# is_mounted PATH: whether something is mounted at just this path.
is_mounted() {
  set -f
  for at in $mount_points; do case $1 in $at) set +f; return 0 ;; esac; done
  set +f
  return 1
}
