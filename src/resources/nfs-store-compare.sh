# Succeeds if a file of the pool has the expected content. Runs as the pool's own user.
# $1 the pool's folder, $2 the file's name, $3 its size in bytes, $4 the expected SHA-256, $5 the size of a piece in MiB.
# Needs `digest_pieces`.
# shellcheck shell=sh disable=SC2154

set -eu
if ! digest_pieces "$3" "$5" direct,fullblock "checking $2 in the pool" <"$1/$2"; then
  echo "checking $2 in the pool failed"
  exit 1
fi
[ "$digest" = "$4" ]
