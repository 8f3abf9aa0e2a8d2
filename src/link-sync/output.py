"""Text for terminals, logs and the journal."""
import sys


def printable(text):
    """Text that is safe in a log line and on a terminal, whatever a file is called."""
    return text if all(' ' <= char <= '~' for char in text) else ascii(text)[1:-1]


def print_error(message):
    """One line to standard error: the terminal, or the journal."""
    print('link-sync: ' + printable(message), file=sys.stderr, flush=True)
