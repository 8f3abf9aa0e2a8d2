"""The status, computed from the saved files alone."""
import collections

from catalog import count_states
from clock import boot_id, monotonic, parse_time, wall
from records import Record
from state import State, read_json
from verdicts import ADOPTED, CONFLICT, LINKED, WAITING

MAX_WAIT_S = 15 * 60                # a complete image that waits longer than this is a problem
MAX_NAMES_SHOWN = 5


def seconds_since(text):
    """Age in seconds of a timestamp of link-sync's; None if it cannot be read."""
    try:
        return wall() - parse_time(text)
    except (AttributeError, TypeError, ValueError):
        return None


def age_of(last_pass):
    """Seconds since the last pass: by the monotonic clock during one boot, otherwise by the wall clock."""
    if last_pass.get('boot') and last_pass['boot'] == boot_id() and isinstance(last_pass.get('monotonic'), float):
        return monotonic() - last_pass['monotonic']
    return seconds_since(last_pass.get('at'))


def waits_too_long(image):
    """Whether an image is complete and was not published for a long time."""
    age = seconds_since(image.get('completeSince'))
    return image.get('state') == WAITING and age is not None and age > MAX_WAIT_S


def find_errors(last_pass, interval):
    """What keeps link-sync from working, as sentences."""
    age = age_of(last_pass) if last_pass else None
    if age is None:
        return ['no pass has been made yet, or its record was lost. Check that link-sync is running']
    errors = list(last_pass.get('errors') or [])
    if age > 3 * interval:
        errors.append('the last pass was %s ago; one is due every %g s. Check that link-sync is running'
                      % (plain_age(age), interval))
    return errors


def find_troubles(images):
    """What somebody has to look at although link-sync works, as sentences."""
    troubles = []
    conflicts = sum(image['state'] == CONFLICT for image in images)
    if conflicts:
        troubles.append('%d image(s) in conflict with a file in the cache. The reason of each says what to do'
                        % conflicts)
    late = sum(waits_too_long(image) for image in images)
    if late:
        troubles.append('%d complete image(s) waiting for more than %d minutes. See the reason of each'
                        % (late, MAX_WAIT_S // 60))
    return troubles


def notices(config, images):
    """What link-sync cannot detect with this configuration, and adopted names without a file, as sentences."""
    limit = 'a raw image that was cut short by a crash cannot be distinguished from a complete one'
    found = []
    if not config.openrc:
        found.append('Glance is not asked (no openrc): ' + limit)
    elif config.glance_away == 'settle':
        found.append('while Glance is away, an image counts as complete after %g s without a change (glanceAway). Then '
                     '%s' % (config.settle, limit))
    absent = config.adopted.difference(image['base'] for image in images if image['state'] in (ADOPTED, LINKED))
    if absent:
        found.append('%d adopted file(s) not in the cache: %s. Run fastboot apply again'
                     % (len(absent), ', '.join(sorted(absent)[:MAX_NAMES_SHOWN])))
    return found


def build_status(config):
    """(the object that --status --json prints, exit code)."""
    images = list(State(config).saved_images())
    last_pass = read_json(config.state + '.pass')
    errors, troubles = find_errors(last_pass, config.interval), find_troubles(images)
    counts = count_states((image['state'], image['id']) for image in images)
    status = collections.OrderedDict([
        ('version', 1), ('healthy', not errors and not troubles),
        ('lastPass', {key: (last_pass or {}).get(key) for key in ('at', 'seconds')}),
        ('counts', counts),
        ('images', [collections.OrderedDict((key, image[key]) for key in Record.PUBLIC) for image in images]),
        ('problems', errors + troubles), ('notices', notices(config, images))])
    return status, 1 if errors else 2 if counts['waiting'] or counts['conflicts'] else 0


def plain_age(seconds):
    """Seconds in the largest unit that fits at least twice."""
    for unit, name in ((86400, 'd'), (3600, 'h'), (60, 'min')):
        if seconds >= 2 * unit:
            return '%d %s' % (seconds // unit, name)
    return '%d s' % seconds
