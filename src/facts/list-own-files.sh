# Lists all entries of the folder $1, up to $2 bytes, then prints `end`; a missing folder has none. Every record ends with `//` and a newline, which no
# name can contain: `find` puts `./` before each, and no name has `//`.
# shellcheck shell=sh
[ -d "$1" ] || { echo end; exit; }
cd -P -- "$1" || exit
found=
for f in * .[!.]* ..?*; do if [ -e "$f" ] || [ -L "$f" ]; then found=yes; break; fi; done
if [ -n "$found" ]; then
  find . ! -name . -prune -print0 | xargs -0 stat -c '%f %s %u %g %Y %d %i %n//' | head -c "$2"
fi
echo end
