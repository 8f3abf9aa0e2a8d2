"""The cache folder itself, and the names in it that belong to no image. Such files are reported and never changed."""
from files import BASE_NAME, kind_of, set_owner_and_mode
from folders import stat_in
from verdicts import FOREIGN, ORPHAN


class CacheNames:
    """Records every name in the cache that belongs to no image."""

    def __init__(self, config, catalog, adopted):
        self.config = config
        self.catalog = catalog
        self.adopted = adopted

    def correct_folder(self, folders):
        """Sets owner and mode of the cache folder."""
        try:
            changes = set_owner_and_mode(folders.cache, self.config.cache_owner, self.config.cache_mode)
        except OSError as error:
            self.catalog.errors.append('%s: owner and mode cannot be set: %s' % (self.config.cache, error.strerror))
            return
        if changes:
            self.catalog.log.line('corrected %s: %s' % (self.config.cache, changes))

    def process(self, folders, bases):
        """Brings the records of these names up to date."""
        for base in bases:
            try:
                st = stat_in(folders.cache, base)
            except OSError as error:
                self.catalog.errors.append('%s: %s' % (base, error.strerror))
                continue
            if st is None:
                self.catalog.drop_other(base)
            else:
                self.process_name(folders, base, st)

    def process_name(self, folders, base, st):
        record = self.catalog.other(base)
        if base in self.config.adopted and not kind_of(st):
            record.id = None
            self.adopted.adopt(folders, record, st)
            return
        state, reason = self.classify(base, st)
        if state == FOREIGN:
            record.id = None
        self.catalog.set_size(record, st.st_size)
        self.catalog.set_state(record, state, reason)

    def classify(self, base, st):
        """(state, reason) of a name in the cache that belongs to no image."""
        if kind_of(st):
            return FOREIGN, 'it is %s' % kind_of(st)
        if not BASE_NAME.fullmatch(base):
            return FOREIGN, "its name is not an image's base name: Nova or another program made it"
        if self.is_made_by_nova(st):
            return FOREIGN, 'Nova downloaded it'
        if st.st_nlink > 1:
            return FOREIGN, 'no image has this base name, but the file has %d hard links' % st.st_nlink
        return ORPHAN, 'its image was deleted from Glance; VMs may still use this file'

    def is_made_by_nova(self, st):
        """Files that Nova makes have nova's group, which is also the group of the cache folder."""
        group = self.config.cache_owner[1] if self.config.cache_owner else 0
        ours = self.config.owner is not None and st.st_uid == self.config.owner[0]
        return group != 0 and group in (st.st_uid, st.st_gid) and not ours
