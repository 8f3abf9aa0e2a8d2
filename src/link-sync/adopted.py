"""Adopted files: base files that compute nodes made and VMs use. Only their owner and mode are ever changed."""
import stat

from content import Content
from files import CHANGED_MEANWHILE, OpenImage, kind_of
from folders import list_inodes, stat_in
from formats import format_of
from verdicts import ADOPTED, Gone, Waits

ROOT = (0, 0)


class AdoptedFiles:
    """Keeps owner and mode of the files under the names in `adopted`."""

    def __init__(self, config, catalog, heartbeat):
        self.config = config
        self.catalog = catalog
        self.heartbeat = heartbeat

    def find(self, folders, base):
        """The stat of the file that is adopted under a name; None if there is none."""
        there = stat_in(folders.cache, base) if base in self.config.adopted else None
        return None if there is None or kind_of(there) else there

    def adopt(self, folders, record, st):
        """Corrects owner and mode of an adopted file. Its bytes stay as they are, because VMs use them."""
        record.due = None           # its image may have been settling until now
        self.catalog.set_size(record, st.st_size)
        owner = self.owner_of(folders, st)
        right = owner in (None, (st.st_uid, st.st_gid)) and stat.S_IMODE(st.st_mode) == self.config.mode
        format, line = record.format if record.state == ADOPTED else None, None
        try:
            if not right or format is None:
                format, line = self.correct(folders, record, st, owner, format)
        except (Waits, Gone):
            pass                    # busy or gone at this moment: the next pass tries again
        except OSError as error:
            self.catalog.set_error(record, error, ADOPTED)
            return
        self.catalog.set_state(record, ADOPTED, 'VMs use this base file, which a compute node made', format,
                               log_line=line)

    def owner_of(self, folders, st):
        """The owner that the file gets. It is never left to nova, because nova deletes files of its own."""
        if self.config.owner is None and st.st_nlink > 1 and st.st_ino in list_inodes(folders.images).values():
            return None             # the file is also an image: owner "keep" holds for it, as for all images
        return self.config.owner or ROOT

    def correct(self, folders, record, st, owner, format):
        """(format, line for the log). Raises Waits or Gone if the file is busy or was replaced."""
        with OpenImage(folders.cache, record.base) as file:
            file.require_same(st)
            if kind_of(file.stat()):
                raise Waits(CHANGED_MEANWHILE)
            changes = file.give(owner, self.config.mode)
            if format is None:
                format = format_of(Content(file.fd, st.st_size, self.heartbeat))
                line = 'adopted %s: %s, %d bytes%s' % (record.base, format, st.st_size, changes and '; ' + changes)
                return format, line
        if self.catalog.note_correction(record, changes):
            return format, 'corrected %s: %s' % (record.base, changes)
        return format, None
