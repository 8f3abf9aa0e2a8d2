# Prints `DEVICE INODE` for each file of `_base` in the folder $1 under a mount. Runs in a mount namespace of its own
# (unshare -m): there the folder is bound over itself, without what is mounted below it.
# shellcheck shell=sh
mount -n --bind "$1" "$1" && cd -P -- "$1" || exit
[ -d _base ] || exit 0
cd -P -- _base || exit
find . ! -name . -prune -type f -print0 | xargs -0 -r stat -c '%d %i'
