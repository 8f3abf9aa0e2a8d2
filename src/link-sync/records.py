"""The record of one name, and when an image counts as settled."""
import collections
import json

from clock import monotonic, wall


class Record:
    """One image, or one name in the cache that belongs to no image."""
    PUBLIC = ('id', 'base', 'state', 'reason', 'size', 'format', 'since')
    SAVED = PUBLIC + ('completeSince', 'corrected')
    __slots__ = SAVED + ('signature', 'seen', 'due', 'examined', 'line')

    def __init__(self, id, base):
        self.id, self.base = id, base
        self.state = self.reason = self.size = self.format = self.since = None
        self.completeSince = None   # since when it is complete and still waits
        self.corrected = None       # the last change to owner and mode that was logged
        self.signature = None       # changes whenever the file does
        self.seen = None            # monotonic: since when the signature is the same
        self.due = None             # monotonic: when it will have settled
        self.examined = None        # (signature, format or NoLink): what its bytes showed
        self.line = None            # its line in the state file; None: has to be made

    def saved(self):
        """The record as one line of JSON. It is kept, because few of many records change."""
        if self.line is None:
            fields = collections.OrderedDict((key, getattr(self, key)) for key in self.PUBLIC)
            fields.update((key, getattr(self, key)) for key in ('completeSince', 'corrected') if getattr(self, key))
            self.line = json.dumps(fields).encode()
        return self.line


class SettleByClock:
    """For --watch: the file must stay unchanged for `seconds` of the monotonic clock, as link-sync saw it."""

    def __init__(self, seconds):
        self.seconds = seconds

    def left(self, record, st):
        """Seconds until the file has settled; 0 or less when it has."""
        return record.seen + self.seconds - monotonic()


class SettleByChangeTime:
    """For --once: the file's change time must be `seconds` ago. A change time in the future proves nothing."""

    def __init__(self, seconds):
        self.seconds = seconds

    def left(self, record, st):
        """Seconds until the file has settled; 0 or less when it has."""
        age = wall() - st.st_ctime_ns / 1e9
        return max(self.seconds, 0.001) if age < 0 else self.seconds - age
