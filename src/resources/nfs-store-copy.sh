# Copies all files of an image store into the pool. Runs as root, in a mount namespace of its own (unshare -m).
# $1 to $4: type, options, source and mount point of the pool. $5 the pool's own user as UID:GID, who writes the copies.
# $6 the store, $7 the size of a piece in MiB, $8 the limit in MiB/s (0: none). Then, after `shift 8`:
# $1 the ledger, a file with one line for each file that is proved to be in the pool: SIZE MTIME INODE POOL-INODE NAME//
# $2 where to write the listing of the store, or nothing. With a listing nobody may write into the store any more.
# $3 and $4: the programs that copy and compare one file as the pool's user. $5 the program that lists a folder.
# $6 the shell that the run has on this host, $7 the parent of that shell.
# Each file is read once: a file that is in the ledger, and has the same stamp here and in the pool, is not read again.
# Needs `mount_in_time` and `digest_pieces`.
# shellcheck shell=sh disable=SC2154

set -eu
mount_in_time "$1" "$2" "$3" "$4"
staging=$4 owner=$5 path=$6 piece=$7 limit=$8
shift 8
ledger=$1 listing=$2 copy_program=$3 compare_program=$4 list_program=$5 shell=$6 parent=$7
newline='
'
cd -P -- "$path"

refuse_copy() { printf '%s\n' "$*"; exit 75; }

# as_owner PROGRAM ARGUMENT...: runs a shell program as the pool's user.
as_owner() { nice chroot --userspec="$owner" --groups= / sh -c "$@"; }

list_store() { sh -c "$list_program" sh .; }

# Whether a process has the file $name open for writing.
# shellcheck disable=SC2010 # the links of /proc are what is wanted
is_being_written() { ls -l /proc/[0-9]*/fd 2>/dev/null | grep -F -e " -> $PWD/$name" | grep -q '^l.w'; }

# Prints size and inode that the pool's file $name has; nothing if there is none.
stamp_in_pool() { as_owner 'cd "$1" && stat -c "%s %i" "./$2" 2>/dev/null || :' sh "$staging" "$name"; }

# leave_for_later: the file $name is not complete. The last copy, which writes a listing, cannot leave any out.
leave_for_later() {
  if [ -n "$listing" ]; then refuse_copy "$PWD/$name is still being written"; fi
  late=$name
}

known=$newline$(cat "$ledger")$newline
in_pool=$newline$(as_owner 'cd "$1" && find . ! -name . -prune -type f -exec stat -c "%s %i %n//" {} +' sh "$staging")
if [ -n "$listing" ]; then before=$(list_store); fi
number=0 total=0 late=
for file in * .[!.]* ..?*; do if [ -f "$file" ]; then total=$((total + 1)); fi; done
for name in * .[!.]* ..?*; do
  if ! [ -e "$name" ] && ! [ -L "$name" ] || [ "$name" = lost+found ]; then continue; fi
  case $name in
    .* | -* | *[!A-Za-z0-9._-]*)
      refuse_copy "$PWD/$name is not a file of Glance: move it to another folder if nothing uses it" ;;
  esac
  if [ -L "$name" ] || ! [ -f "$name" ]; then
    refuse_copy "$PWD/$name is not a regular file: move it to another folder if nothing uses it"
  fi
  number=$((number + 1))
  stamp=$(stat -c '%s %Y %i' "./$name")
  size=${stamp%% *}

  # Size and inode of the pool's file of this name, from the list of all its files.
  other=
  case $in_pool in
    *" ./$name//"*)
      other=${in_pool%%" ./$name//"*}
      other=${other##*"$newline"} ;;
  esac
  case $known in
    *"$newline$stamp ${other#* } $name//$newline"*)
      if [ -n "$other" ] && [ "${other%% *}" = "$size" ]; then continue; fi ;;
  esac

  if is_being_written || { [ -z "$listing" ] && [ "$size" -eq 0 ]; }; then
    leave_for_later
    continue
  fi
  if ! digest_pieces "$size" "$piece" fullblock "reading $name ($number of $total)" <"./$name"; then
    echo "reading $name ($number of $total) failed"
    exit 1
  fi
  sum=$digest
  if [ "$(stat -c '%s %Y %i' "./$name")" != "$stamp" ] || is_being_written; then
    leave_for_later
    continue
  fi

  if [ -z "$other" ]; then other=$(stamp_in_pool); fi
  if [ -z "$other" ]; then
    as_owner "$copy_program" sh "$staging" "$name" "$size" "$sum" "$piece" "$limit" "$shell" "$parent" 3<"./$name"
    other=$(stamp_in_pool)
  elif [ "${other%% *}" != "$size" ] || ! as_owner "$compare_program" sh "$staging" "$name" "$size" "$sum" "$piece"; then
    refuse_copy "the pool got another file $name after the plan was made"
  fi
  if [ "$(stat -c '%s %Y %i' "./$name")" != "$stamp" ]; then
    refuse_copy "$PWD/$name changed while it was copied"
  fi
  printf '%s %s %s//\n' "$stamp" "${other#* }" "$name" >>"$ledger"
done
if [ -n "$late" ]; then echo "$late is still being written; the last copy will take it"; fi
if [ -n "$listing" ]; then
  [ "$(list_store)" = "$before" ] || refuse_copy "the files in $PWD changed while they were copied"
  printf '%s\n' "$before" >"$listing"
fi
