# Runs the program $2 with `_base` in the folder $1 under a mount, and with the limit $3. Runs in a mount namespace of its own
# (unshare -m): there the folder is bound over itself, without what is mounted below it.
# shellcheck shell=sh
mount -n --bind "$1" "$1" && cd -P -- "$1" || exit
exec sh -c "$2" sh "$PWD/_base" "$3"
