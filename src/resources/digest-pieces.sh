# Reads a file piece by piece, and says after each piece how far it is. For programs that copy files into the pool.
# shellcheck shell=sh

# digest_pieces SIZE PIECE FLAGS TEXT: sets `digest` to the SHA-256 of the file on standard input, which has SIZE bytes. It is
# read in pieces of PIECE MiB with these input flags of dd. TEXT tells the operator what is done. Fails if not all can be read.
# Each dd opens the file anew: the dd of uutils and of busybox ignore the flag `direct` for a file that is open already.
digest_pieces() {
  {
    digest=$({
      {
        at=0
        while [ $((at * $2 * 1048576)) -lt "$1" ]; do
          dd if=/proc/self/fd/0 bs=1M skip=$((at * $2)) count="$2" iflag="$3" status=none || exit
          at=$((at + 1))
          bytes=$((at * $2 * 1048576))
          if [ $bytes -gt "$1" ]; then bytes=$1; fi
          echo "fastboot-progress $bytes $1 bytes $4" >&4
        done
        echo complete >&5
      } | sha256sum
    } 5>&1)
  } 4>&1
  case $digest in *complete*) ;; *) return 1 ;; esac
  digest=$(printf '%s\n' "$digest" | sed -n 's/^\([0-9a-f]\{64\}\) .*/\1/p')
}
