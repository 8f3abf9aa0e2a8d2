"""Publishing one image: the checks in their order, and the link."""
import stat

from clock import monotonic
from content import Content
from files import CHANGED_MEANWHILE, OpenImage, describe, same_file, signature
from folders import stat_in
from formats import examine
from openrc import GlanceAway, GlanceRefuses
from verdicts import LINKED, SAME_FILE, Conflict, NoLink, Refused, Waits

ASK_AGAIN_FIRST_S = 0.03            # after this Glance is asked again whether an image is active


def has_owner_and_mode(config, st):
    """Whether a file has the configured owner and mode."""
    return config.owner in (None, (st.st_uid, st.st_gid)) and stat.S_IMODE(st.st_mode) == config.mode


class Publisher:
    """Links images that are complete and safe."""

    def __init__(self, config, settling, catalog, flusher, glance, heartbeat):
        self.config = config
        self.settling = settling
        self.catalog = catalog
        self.flusher = flusher
        self.glance = glance        # None: Glance is not asked
        self.heartbeat = heartbeat

    def publish(self, folders, record, st, taken):
        """Links one image if it is complete and safe. Otherwise raises NoLink with the reason.

        `taken`: its name in the cache exists already.
        """
        if st.st_size == 0:
            raise Waits('it is empty')
        self.raise_known_refusal(record)
        self.flusher.start_early(folders.images, record)
        if not self.glance:
            self.require_settled(record, st)
        with OpenImage(folders.images, record.id) as image:
            image.lease()
            if signature(image.stat()) != record.signature:
                raise Waits(CHANGED_MEANWHILE)
            format = self.require_finished(record, st, self.examine_once(record, image))
            self.require_allowed(folders, record, st, taken, format)
            self.flusher.require_on_disk(image, record.signature)
            changes = image.give(self.config.owner, self.config.mode)
            image.require_unchanged(st)
            if not has_owner_and_mode(self.config, image.stat()):
                raise Waits('its owner and mode were set, but the file system did not keep them', format, complete=True)
            try:
                image.link(folders.cache, record.base)
            except FileExistsError:
                self.require_allowed(folders, record, st, True, format)
            except FileNotFoundError:
                raise Waits(CHANGED_MEANWHILE) from None
        self.catalog.set_state(record, LINKED, SAME_FILE, format, log_line='linked %s as %s: %s, %d bytes%s'
                               % (record.id, record.base, format, st.st_size, changes and '; ' + changes))

    def require_settled(self, record, st):
        left = self.settling.left(record, st)
        if left > 0:
            record.due = monotonic() + left
            raise Waits('it changed less than %g s ago' % self.config.settle)

    def raise_known_refusal(self, record):
        """Raises the Refused that the same bytes got before, without opening the file again."""
        if record.examined and record.examined[0] == record.signature and isinstance(record.examined[1], Refused):
            raise record.examined[1]

    def examine_once(self, record, image):
        """The format by the file's own bytes: 'raw', 'qcow2' or 'iso'. The bytes of each version are read once."""
        if record.examined is None or record.examined[0] != record.signature:
            try:
                verdict = examine(Content(image.fd, record.size, self.heartbeat))
            except NoLink as error:
                verdict = error
            record.examined = (record.signature, verdict)
        verdict = record.examined[1]
        if isinstance(verdict, NoLink):
            raise verdict
        return verdict

    def require_finished(self, record, st, format):
        """The format to publish, 'raw' or 'qcow2', if Glance says that the image is complete.

        Where Glance is not asked, the image counts as complete once it has settled.
        """
        if self.glance:
            try:
                return self.require_glance_agrees(record, st, format, self.glance.ask(record.id))
            except GlanceRefuses as error:
                self.catalog.errors.append('Glance cannot be asked: %s' % error)
                raise Waits('Glance cannot be asked: %s' % error, format, complete=True) from None
            except GlanceAway as error:
                if self.config.glance_away == 'wait':
                    record.due = self.glance.away_until
                    raise Waits('Glance does not answer: %s' % error, format, complete=True) from None
        self.require_settled(record, st)
        if format == 'iso':
            raise Refused('it is an ISO image; only raw and qcow2 can be used in place', 'iso')
        return format

    def require_glance_agrees(self, record, st, format, image):
        """Raises NoLink unless Glance's record says: active, of this size, in the file's own format."""
        if image is None:
            raise Waits('Glance does not know this image, or hides it from the credentials in openrc', format)
        # asked again soon at first: Glance sets an image to active moments after it closes the file
        record.due = monotonic() + min(self.config.interval,
                                       max(ASK_AGAIN_FIRST_S, (monotonic() - record.seen) / 20))
        active = image.get('status') == 'active'
        if not active:
            raise Waits('its status in Glance is %s' % image.get('status'), format)
        if image.get('size') is None:
            raise Waits('Glance does not know its size yet', format, complete=True)
        if image.get('size') != st.st_size:
            raise Waits('its size in Glance is %s bytes, but the file has %d' % (image.get('size'), st.st_size),
                        format, complete=True)
        declared = image.get('disk_format')
        if declared is None:
            raise Waits('Glance does not know its disk format yet', format, complete=True)
        if (declared, format) not in (('raw', 'raw'), ('qcow2', 'qcow2'), ('raw', 'iso')):
            refusal = Refused('its disk format in Glance is %s, but the file is %s; only raw and qcow2 images '
                              'with the right disk format can be used in place. Upload it again with its real format'
                              % (declared, format), format)
            record.examined = (record.signature, refusal)       # no later answer of Glance can change this
            record.due = None
            raise refusal
        record.due = None
        return declared

    def require_allowed(self, folders, record, st, taken, format):
        """Raises Waits or Conflict if an image that is complete and safe must not be published all the same."""
        if taken:
            there = stat_in(folders.cache, record.base)
            if there is None:
                raise Waits('its name in the cache was removed a moment ago', format)
            if not same_file(there, st):
                raise Conflict('its name in the cache belongs to another file (%s; the image: %s). link-sync replaces '
                               'nothing. Check that no VM on any node uses that file as its base. Then move it out '
                               'of the cache folder' % (describe(there), describe(st)), format)
        if record.base in self.config.adopted:
            raise Waits('this name is reserved for a base file of a compute node. The file is missing in the cache '
                        'folder. Run fastboot apply again',
                        format, complete=True)
        if record.base in self.config.hold:
            raise Waits('on hold: a compute node has, or may have, another base file of this name',
                        format, complete=True)
