"""Writes to a VM's disk all the time, as its guest would, until it gets SIGTERM. Then reads everything back.

    writer.py SOCKET LOG START LENGTH     uses the bytes from START to START + LENGTH; LOG is QEMU's log

Ends with a JSON line: the number of writes, the longest time between two of them, and what failed.
"""
import json
import os
import signal
import sys
import time

from qmp import Monitor

BLOCK = 4096


def main():
    socket, log_path, start, length = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    monitor, blocks = Monitor(socket), length // BLOCK
    stopped, written, longest, count = [], {}, 0.0, 0
    already = os.stat(log_path).st_size
    signal.signal(signal.SIGTERM, lambda *_: stopped.append(True))
    last = time.monotonic()
    while not stopped:
        block, pattern = count % blocks, count % 255 + 1
        monitor.io('write -P %d %d %d' % (pattern, start + block * BLOCK, BLOCK))
        written[block] = pattern
        count += 1
        now = time.monotonic()
        longest, last = max(longest, now - last), now
        time.sleep(0.1)
    for block, pattern in written.items():
        monitor.io('read -P %d %d %d' % (pattern, start + block * BLOCK, BLOCK))
    with open(log_path) as log:
        log.seek(already)
        lines = [line for line in log if 'bytes at offset' in line or 'failed' in line]
    good = [line for line in lines if ' %d/%d bytes' % (BLOCK, BLOCK) in line]
    troubles = [line for line in lines if line not in good]
    if len(good) != count + len(written):
        troubles.append('%d writes and %d reads, of which %d were done' % (count, len(written), len(good)))
    print(json.dumps({'writes': count, 'longestGap': round(longest, 3), 'troubles': troubles[:5]}), flush=True)


if __name__ == '__main__':
    main()
