# Removes a file from the folder under the pool's mount. Runs in a mount namespace of its own (unshare -m).
# $1 the folder that the mount point lies in, $2 the mount point's name there, $3 the file's name, $4 what the file must
# be: `SIZE MTIME INODE 1`. The 1 is the number of its names: a file with another name would go on to take up its space.
# Exit code 3: it is another file.
# shellcheck shell=sh
mount -n --bind "$1" "$1" && cd -P -- "$1/$2" || exit 1
[ "$(stat -c '%s %Y %i %h' -- "./$3" 2>/dev/null)" = "$4" ] || exit 3
rm -f -- "./$3" && sync -- .
