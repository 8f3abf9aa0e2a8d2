"""The state files, which --status shows. They may be lost: the next pass writes them again."""
import json
import os

from catalog import is_images
from clock import boot_id, monotonic, timestamp
from files import signature
from log import make_parent
from records import Record
from verdicts import ADOPTED, FOREIGN, ORPHAN, STATES


def write_atomically(path, chunks):
    """Writes a file as a whole: under a temporary name beside it, which is then renamed."""
    make_parent(path)
    temporary = path + '.new'
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(temporary, flags, 0o644), 'wb') as target:
        target.writelines(chunks)
    os.rename(temporary, path)


def read_json(path):
    """A JSON object from a file; None if it is missing or broken."""
    try:
        with open(path, encoding='utf-8') as source:
            value = json.load(source)
    except (OSError, ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


class State:
    """Two files: the records, written when they have changed, and the last pass (`.pass`), written every time."""

    def __init__(self, config):
        self.path = config.state
        self.pass_path = config.state + '.pass'
        self.written = None         # signature of the state file as this process wrote it

    def save(self, catalog):
        """Writes the records if they have changed, or if somebody else changed the file."""
        if not catalog.changed and self.written == self.identity():
            return
        write_atomically(self.path, self.chunks(catalog))
        self.written = self.identity()
        catalog.changed = False

    @staticmethod
    def chunks(catalog):
        """The state file in pieces. It is valid JSON, with each record on its own line."""
        before = b'{"version": 1, "images": [\n'
        for record in catalog.records():
            yield before + record.saved()
            before = b',\n'
        yield b'\n]}\n' if before == b',\n' else before + b']}\n'

    def identity(self):
        try:
            st = os.stat(self.path)
        except OSError:
            return None
        return signature(st)

    def save_pass(self, seconds, errors):
        """Notes that a pass was made, and its errors."""
        write_atomically(self.pass_path, [json.dumps({
            'version': 1, 'at': timestamp(), 'seconds': round(seconds, 6), 'errors': errors,
            'boot': boot_id(), 'monotonic': monotonic()}).encode() + b'\n'])

    def restore(self, catalog):
        """Takes over what an earlier process knew, above all since when each name has its state."""
        for saved in self.saved_images():
            if is_images(saved['state'], saved['id']):
                record = catalog.image(saved['id'])
            else:
                record = catalog.others[saved['base']] = Record(saved['id'], saved['base'])
            for key in Record.SAVED[2:]:
                setattr(record, key, saved[key])

    def saved_images(self):
        """The valid records of the state file, as dicts. Read line by line, so that thousands need little memory."""
        try:
            with open(self.path, 'rb') as source:
                for line in source:
                    image = parse_record(line)
                    if image:
                        yield image
        except OSError:
            return


def parse_record(line):
    """One line of the state file as a dict; None for any other line."""
    try:
        image = json.loads(line.decode().rstrip(',\n'))
    except (ValueError, RecursionError):
        return None
    if not isinstance(image, dict) or 'state' not in image:
        return None
    image = {key: image.get(key) for key in Record.SAVED}
    named = image['base'] if image['state'] in (ORPHAN, FOREIGN, ADOPTED) else image['id']
    texts = all(isinstance(value, (str, type(None))) for key, value in image.items() if key != 'size')
    valid = named and texts and image['state'] in STATES and isinstance(image['size'], (int, type(None)))
    return image if valid else None
