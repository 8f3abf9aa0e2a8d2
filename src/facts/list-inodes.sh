# Prints `DEVICE INODE` for each file of the folder $1; a missing folder has none.
# shellcheck shell=sh
[ -d "$1" ] || exit 0
cd -P -- "$1" || exit
find . ! -name . -prune -type f -print0 | xargs -0 -r stat -c '%d %i'
