# Lists the entries of `_base` in the folder $1 under a mount, as the program $3 does with the limit $2. Runs in a mount
# namespace of its own (unshare -m): there the folder is bound over itself, without what is mounted below it.
# shellcheck shell=sh
mount -n --bind "$1" "$1" && cd -P -- "$1" || exit
[ -d _base ] || { echo end; exit; }
exec sh -c "$3" sh "$PWD/_base" "$2"
