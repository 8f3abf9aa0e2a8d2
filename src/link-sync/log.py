"""The log: a text file with one line for each decision."""
import os

from clock import timestamp
from output import printable

MAX_LOG_BYTES, MAX_LOG_FILES = 1 << 20, 5


def make_parent(path):
    """Creates the folder of a file if it is missing."""
    os.makedirs(os.path.dirname(path), mode=0o755, exist_ok=True)


class Log:
    """MAX_LOG_FILES files of at most MAX_LOG_BYTES; the oldest one is dropped."""

    def __init__(self, path):
        self.path = path
        self.fd = None
        self.problem = None         # why the log cannot be written; images are linked all the same

    def line(self, text):
        data = ('%s %s\n' % (timestamp(), printable(text))).encode('utf-8', 'backslashreplace')
        try:
            if self.fd is None:
                self.open()
            if os.fstat(self.fd).st_size + len(data) > MAX_LOG_BYTES:
                self.rotate()
            os.write(self.fd, data)
            self.problem = None
        except OSError as error:
            self.problem = 'the log %s cannot be written: %s' % (self.path, error.strerror)

    def open(self):
        make_parent(self.path)
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
        self.fd = os.open(self.path, flags, 0o640)

    def close(self):
        """Called after each piece of work, so that an administrator may move the file away at any time."""
        if self.fd is not None:
            os.close(self.fd)
            self.fd = None

    def rotate(self):
        self.close()
        for number in range(MAX_LOG_FILES - 1, 0, -1):
            older = self.path if number == 1 else '%s.%d' % (self.path, number - 1)
            if os.path.lexists(older):
                os.rename(older, '%s.%d' % (self.path, number))
        self.open()
