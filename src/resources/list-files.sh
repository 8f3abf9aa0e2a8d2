# Lists the files in the folder $1, one a line: SIZE MTIME INODE ./NAME//. The same files give the same text.
# shellcheck shell=sh
cd -P -- "$1" && find . ! -name . -prune -exec stat -c '%s %Y %i %n//' {} + | sort
