"""Reading from one image. The bytes may be hostile: every read is bounded, every length is checked."""
import array
import os
import sys

from verdicts import Waits

READ_BYTES = 1 << 20


class Content:
    """Reads from one open image of a known size."""

    def __init__(self, fd, size, heartbeat=lambda: None):
        self.fd = fd
        self.size = size
        self.heartbeat = heartbeat  # called from time to time during long work

    def some(self, offset, length):
        """Up to `length` bytes at `offset`; fewer only at the end of the file."""
        parts = []
        while length > 0:
            part = os.pread(self.fd, min(length, READ_BYTES), offset)
            if not part:
                break
            parts.append(part)
            offset += len(part)
            length -= len(part)
        return b''.join(parts)

    def require(self, offset, length, what):
        """Raises Waits unless the file is long enough to contain all of `what`."""
        if offset + length > self.size:
            raise Waits('the file is cut short: its %s ends at byte %d, the file at %d'
                        % (what, offset + length, self.size))

    def exactly(self, offset, length, what):
        """The `length` bytes of `what`. Raises Waits if the file ends before them."""
        self.require(offset, length, what)
        data = self.some(offset, length)
        if len(data) < length:
            raise Waits('the file became shorter while it was read')
        return data


def big_endian(data):
    """A table of 64-bit numbers, as the file stores it."""
    table = array.array('Q', data)
    if sys.byteorder == 'little':
        table.byteswap()
    return table
