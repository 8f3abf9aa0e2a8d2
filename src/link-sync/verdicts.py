"""The states of a name, and the verdicts about an image. They are raised where found, and recorded in one place."""

LINKED, WAITING, CONFLICT, REFUSED = 'linked', 'waiting', 'conflict', 'refused'
ORPHAN, FOREIGN, ADOPTED = 'orphan', 'foreign', 'adopted'
STATES = (CONFLICT, WAITING, REFUSED, ORPHAN, FOREIGN, ADOPTED, LINKED)     # in the order of --status
SAME_FILE = 'image and link are the same file'


class NoLink(Exception):
    """An image is not linked now. `state` is its state; the text is the reason."""
    state = None

    def __init__(self, reason, format=None, complete=False):
        super().__init__(reason)
        self.format = format
        self.complete = complete    # the image is finished: --status reports it if it waits long


class Waits(NoLink):
    """The image is not complete yet, or must not be published yet."""
    state = WAITING


class Refused(NoLink):
    """The image must never be published as it is."""
    state = REFUSED


class Conflict(NoLink):
    """The name in the cache belongs to another file."""
    state = CONFLICT


class Gone(Exception):
    """The image does not exist any more."""
