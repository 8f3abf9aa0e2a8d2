"""What is known of all names: images, and names in the cache that belong to no image."""
import collections

from clock import monotonic, timestamp
from files import IMAGE_ID, base_name, signature
from records import Record
from verdicts import ADOPTED, CONFLICT, FOREIGN, LINKED, ORPHAN, REFUSED, WAITING


class Catalog:
    """The records of all names. Changes of state are logged here, and nowhere else."""

    def __init__(self, log):
        self.log = log
        self.images = {}            # name in the images folder: Record
        self.others = {}            # name in the cache that belongs to no image: Record
        self.by_base = {}           # base name: image id
        self.errors = []            # of the last pass, and since then
        self.changed = True         # a record differs from the state file

    def image(self, name):
        """The record of an image; a new one if there is none."""
        if name in self.images:
            return self.images[name]
        base = base_name(name) if IMAGE_ID.fullmatch(name) else None
        record = self.images[name] = Record(name, base)
        if base:
            self.by_base[base] = name
            self.drop_other(base)
        return record

    def drop_image(self, name):
        """The image is gone. If it has a link, that is recorded as a name without an image."""
        record = self.images.pop(name, None)
        if record is None:
            return
        self.changed = True
        self.by_base.pop(record.base, None)
        if record.state in (LINKED, ADOPTED):
            self.others[record.base] = Record(name, record.base)

    def other(self, base):
        """The record of a name in the cache that belongs to no image; a new one if there is none."""
        if base not in self.others:
            self.others[base] = Record(None, base)
        return self.others[base]

    def drop_other(self, base):
        if self.others.pop(base, None) is not None:
            self.changed = True

    def touch(self, record):
        """The record has changed: the state file has to be written again."""
        record.line, self.changed = None, True

    def set_size(self, record, size):
        if record.size != size:
            record.size = size
            self.touch(record)

    def note_file(self, record, st):
        """Notes size and signature, and since when the signature is the same."""
        now_signature = signature(st)
        if record.signature != now_signature:
            record.signature, record.seen = now_signature, monotonic()
        self.set_size(record, st.st_size)
        record.due = None

    def set_state(self, record, state, reason, format=None, complete=False, log_line=None):
        """Writes a verdict into a record, and into the log if the state is new."""
        now = timestamp()
        new = record.state != state
        if new:
            record.since = now
        if new or (record.reason, record.format) != (reason, format):
            record.state, record.reason, record.format = state, reason, format
            self.touch(record)
        if (record.completeSince is not None) != complete:
            record.completeSince = now if complete else None
            self.touch(record)
        if state == LINKED:
            record.signature = record.seen = record.examined = None     # saves memory in a large store
        if new and state in (CONFLICT, REFUSED, ORPHAN):
            log_line = '%s %s: %s' % (state, record.id or record.base, reason)
        if log_line:
            self.log.line(log_line)

    def set_error(self, record, error, state):
        """Handling a name failed with an OSError. It is tried again on every pass."""
        reason = 'error: %s' % (error.strerror or error)
        self.errors.append('%s: %s' % (record.id or record.base, reason))
        self.set_state(record, state, reason, record.format)

    def note_correction(self, record, changes):
        """True if a correction of owner and mode has to be logged: each one is logged once."""
        if changes in ('', record.corrected):
            return False
        record.corrected = changes
        self.touch(record)
        return True

    def records(self):
        return list(self.images.values()) + list(self.others.values())

    def counts(self):
        return count_states((record.state, record.id) for record in self.records())


def is_images(state, id):
    """Whether a record is of an image that exists, and not only of a name in the cache."""
    return state not in (ORPHAN, FOREIGN) and id is not None


def count_states(records):
    """How many names are in each state, with the keys of --status --json; from (state, id) of each record."""
    records = list(records)
    tally = collections.Counter(state for state, _ in records)
    return collections.OrderedDict([
        ('images', sum(is_images(*record) for record in records)),
        ('linked', tally[LINKED]), ('waiting', tally[WAITING]),
        ('conflicts', tally[CONFLICT]), ('refused', tally[REFUSED]),
        ('orphans', tally[ORPHAN]), ('foreign', tally[FOREIGN]), ('adopted', tally[ADOPTED])])
