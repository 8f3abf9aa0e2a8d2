"""The linker: goes through the names, links images that are complete and safe, corrects links that exist."""
import os

from adopted import AdoptedFiles
from cache_names import CacheNames
from catalog import Catalog
from content import Content
from files import OpenImage, base_name, kind_of, same_file
from flusher import Flusher
from folders import list_inodes, stat_in
from formats import examine
from glance import Glance
from publisher import Publisher, has_owner_and_mode
from verdicts import LINKED, SAME_FILE, WAITING, Gone, NoLink, Refused, Waits


class Linker:
    """Keeps the links of one configuration complete. It holds what is known of every name."""

    def __init__(self, config, settling, log, heartbeat=lambda: None, flusher=None):
        self.config = config
        self.heartbeat = heartbeat
        self.catalog = Catalog(log)
        self.flusher = flusher or Flusher()
        glance = Glance(config.openrc) if config.openrc else None
        self.publisher = Publisher(config, settling, self.catalog, self.flusher, glance, heartbeat)
        self.adopted = AdoptedFiles(config, self.catalog, heartbeat)
        self.cache_names = CacheNames(config, self.catalog, self.adopted)

    # -- passes

    def full_pass(self, folders):
        """Processes every name once."""
        catalog = self.catalog
        catalog.errors = []
        self.cache_names.correct_folder(folders)
        taken = list_inodes(folders.cache)
        names = os.listdir(folders.images)
        for name in set(catalog.images).difference(names):
            self.forget(name)
        for name in names:
            self.heartbeat()
            self.process(folders, name, taken)
        self.cache_names.process(folders, [base for base in taken if base not in catalog.by_base])
        for base in [base for base in catalog.others if base not in taken or base in catalog.by_base]:
            catalog.drop_other(base)

    def process_name(self, folders, name):
        """Processes one name of the images folder, after an event."""
        base = base_name(name)
        there = stat_in(folders.cache, base)
        self.process(folders, name, {} if there is None else {base: there.st_ino})
        if name not in self.catalog.images and there is not None:
            self.cache_names.process(folders, [base])

    def process(self, folders, name, taken):
        """Brings one image's record up to date, and makes its link if it is due. `taken`: {base name: inode}."""
        try:
            st = stat_in(folders.images, name)
        except OSError as error:
            record = self.catalog.image(name)
            self.catalog.set_error(record, error, record.state or WAITING)
            return
        if st is None:
            self.forget(name)
            return
        record = self.catalog.image(name)
        inode = taken.get(record.base)
        same = record.state == LINKED and inode == st.st_ino and st.st_size == record.size
        if same and has_owner_and_mode(self.config, st):
            return                  # the usual case: thousands of images in every pass
        try:
            self.process_changed(folders, record, st, inode)
        except NoLink as verdict:
            self.catalog.set_state(record, verdict.state, str(verdict), verdict.format, verdict.complete)
        except Gone:
            self.forget(name)
        except OSError as error:
            self.catalog.set_error(record, error, LINKED if inode == st.st_ino else WAITING)

    def process_changed(self, folders, record, st, inode):
        """Raises NoLink, Gone or OSError. `inode`: of the image's name in the cache; None if it does not exist."""
        adopted = self.adopted.find(folders, record.base)
        if adopted and not same_file(adopted, st):
            self.adopted.adopt(folders, record, adopted)
            return
        self.catalog.note_file(record, st)
        require_image(record, st)
        if inode is not None and is_linked(folders, record, st):
            self.keep_link(folders, record, st)
        else:
            self.publisher.publish(folders, record, st, inode is not None)

    def forget(self, name):
        """The image is gone."""
        self.flusher.forget(name)
        self.catalog.drop_image(name)

    # -- images that are linked

    def keep_link(self, folders, record, st):
        """The link exists: owner and mode are corrected, nothing else is changed."""
        reason, format, line = record.reason, record.format, None
        if record.state != LINKED:
            reason, format = SAME_FILE, None
        if not has_owner_and_mode(self.config, st) or format is None:
            try:
                with OpenImage(folders.images, record.id) as image:
                    image.require_same(st)
                    changes = image.give(self.config.owner, self.config.mode)
                    if self.catalog.note_correction(record, changes):
                        line = 'corrected %s: %s' % (record.id, changes)
                    if format is None:
                        reason, format = self.inspect_linked(image, st)
            except Waits:
                pass                # busy at this moment: the next pass tries again
        self.catalog.set_state(record, LINKED, reason, format, log_line=line)

    def inspect_linked(self, image, st):
        """(reason, format) of a link that link-sync did not make. It stays; a problem is reported."""
        try:
            return SAME_FILE, examine(Content(image.fd, st.st_size, self.heartbeat))
        except NoLink as verdict:
            return '%s; it was linked before, although %s' % (SAME_FILE, verdict), verdict.format or 'unknown'


def require_image(record, st):
    """Raises Refused unless this is a regular file with an image id as its name."""
    kind = kind_of(st)
    if kind:
        raise Refused('it is %s, not a file' % kind)
    if record.base is None:
        raise Refused('its name is not an image id')


def is_linked(folders, record, st):
    """Whether the image's name in the cache is this very file."""
    there = stat_in(folders.cache, record.base)
    return there is not None and same_file(there, st)
