"""The configuration: a JSON object. Every mistake in it is named."""
import collections
import json
import os
import re

DEFAULT_CONFIG = '/etc/fastboot/link-sync.json'
MAX_UID = 0xfffffffe
MAX_SECONDS = 1e9
MAX_FILE_NAME_BYTES = 255
MAX_NAME_SHOWN_CHARS = 80


class ConfigError(Exception):
    """The configuration cannot be used; the text says why."""


# Each of these checks one value and gives it back as the program uses it. A wrong value raises ValueError.

def _text(value):
    if not isinstance(value, str):
        raise ValueError('must be a string')    # noqa: TRY004 - wrong values of any kind are ValueErrors
    return value


def _path(value):
    value = _text(value)
    if not value.startswith('/') or not value.isprintable() or '..' in value.split('/'):
        raise ValueError('must be an absolute path without ".."')
    return os.path.normpath('/' + value.lstrip('/'))


def _path_or_null(value):
    if value is None:
        return None
    try:
        return _path(value)
    except ValueError:
        raise ValueError('must be an absolute path without "..", or null') from None


def _owner(value):
    match = re.fullmatch(r'([0-9]{1,10}):([0-9]{1,10})', _text(value))
    if not match or max(int(part) for part in match.groups()) > MAX_UID:
        raise ValueError('must be "uid:gid" in numbers')
    return int(match.group(1)), int(match.group(2))


def _owner_or_keep(value):
    if value == 'keep':
        return None
    try:
        return _owner(value)
    except ValueError:
        raise ValueError('must be "uid:gid" in numbers, or "keep"') from None


def _bits(value):
    if not re.fullmatch(r'0?[0-7]{3,4}', _text(value)):
        raise ValueError('must be an octal mode in quotes, such as "0644"')
    return int(value, 8)


def _file_mode(value):
    mode = _bits(value)
    if mode & 0o444 != 0o444 or mode & 0o7002:
        # a VM fails if Nova may not read its base file; and nobody else may ever write one
        raise ValueError('must allow everyone to read and nobody else to write, without special bits')
    return mode


def _seconds(value):
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError('must be a number of seconds')     # noqa: TRY004
    if not 0 <= value <= MAX_SECONDS:
        raise ValueError('must be a number of seconds, 0 or more')
    return float(value)


def _interval(value):
    if _seconds(value) == 0:
        raise ValueError('must be more than 0')
    return float(value)


def _glance_away(value):
    if value not in ('wait', 'settle'):
        raise ValueError('must be "wait" or "settle"')
    return value


def _names(value):
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise ValueError('must be a list of names')
    return frozenset(value)


def _file_names(value):
    names = set()
    for name in _names(value):
        try:
            encoded = name.encode('utf-8', 'surrogateescape')
        except UnicodeEncodeError:
            encoded = b''
        invalid = encoded in (b'', b'.', b'..') or b'/' in encoded or b'\0' in encoded
        if invalid or len(encoded) > MAX_FILE_NAME_BYTES:
            raise ValueError('must be a list of file names without folders; %s is not one'
                             % ascii(name)[:MAX_NAME_SHOWN_CHARS])
        names.add(os.fsdecode(encoded))         # the form that listdir gives, in every locale
    return frozenset(names)


REQUIRED = object()
CONFIG_KEYS = collections.OrderedDict([     # key: (check, default as the program uses it)
    ('images', (_path, REQUIRED)),
    ('cache', (_path, REQUIRED)),
    ('owner', (_owner_or_keep, None)),
    ('mode', (_file_mode, 0o644)),
    ('cacheOwner', (_owner, None)),         # None: is not changed
    ('cacheMode', (_bits, None)),
    ('interval', (_interval, 10.0)),
    ('settle', (_seconds, 10.0)),
    ('openrc', (_path_or_null, None)),
    ('glanceAway', (_glance_away, 'wait')),
    ('hold', (_names, frozenset())),
    ('adopted', (_file_names, frozenset())),
    ('state', (_path, '/var/lib/fastboot/link-sync.json')),
    ('log', (_path, '/var/log/fastboot/link-sync.log')),
])


def _field(key):
    """A key as a Python name: cacheOwner becomes cache_owner."""
    return re.sub('[A-Z]', lambda match: '_' + match.group().lower(), key)


Config = collections.namedtuple('Config', [_field(key) for key in CONFIG_KEYS])


def _require_unique_keys(pairs):
    repeated = [key for key, count in collections.Counter(key for key, _ in pairs).items() if count > 1]
    if repeated:
        raise ValueError('the key "%s" is given twice' % repeated[0])
    return dict(pairs)


def parse_config(text):
    """A Config from JSON text. Raises ConfigError, which names every key that is wrong."""
    try:
        given = json.loads(text, object_pairs_hook=_require_unique_keys)
    except (ValueError, RecursionError) as error:
        raise ConfigError('not valid JSON: %s' % error) from None
    if not isinstance(given, dict):
        raise ConfigError('must be a JSON object')
    problems = ['unknown key "%s"' % key for key in given if key not in CONFIG_KEYS]
    values = {}
    for key, (check, default) in CONFIG_KEYS.items():
        try:
            values[key] = check(given[key]) if key in given else default
        except ValueError as error:
            problems.append('"%s" %s' % (key, error))
        if values.get(key) is REQUIRED:
            problems.append('"%s" is missing' % key)
    if not problems:
        problems = _path_problems(values)
    if problems:
        raise ConfigError('; '.join(problems))
    return Config(**{_field(key): value for key, value in values.items()})


def _inside(path, folder):
    return path == folder or path.startswith(folder.rstrip('/') + '/')


def _path_problems(values):
    images, cache = values['images'], values['cache']
    problems = []
    if _inside(images, cache) or _inside(cache, images):
        problems.append('"images" and "cache" must be two folders, neither inside the other')
    for key in ('state', 'log'):
        if _inside(values[key], images) or _inside(values[key], cache):
            problems.append('"%s" must not be inside the images or cache folder' % key)
    if values['state'] == values['log']:
        problems.append('"state" and "log" must be two files')
    return problems


def load_config(path):
    """The Config in a file. Raises ConfigError with the file's name."""
    try:
        with open(path, encoding='utf-8') as source:
            return parse_config(source.read())
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError('%s: %s' % (path, getattr(error, 'strerror', None) or error)) from None
    except ConfigError as error:
        raise ConfigError('%s: %s' % (path, error)) from None
