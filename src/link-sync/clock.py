"""Clocks. Settling is judged by the monotonic clock. The wall clock is for people, and for --once."""
import calendar
import math
import time


def monotonic():
    """Seconds of a clock that never jumps."""
    return time.monotonic()


def wall():
    """Seconds since 1970, by this host's clock."""
    return time.time()


def timestamp(seconds=None):
    """A time as ISO 8601 in UTC, with milliseconds; without an argument, the time now."""
    seconds = wall() if seconds is None else seconds
    whole = math.floor(seconds)
    return '%s.%03dZ' % (time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(whole)),
                         int((seconds - whole) * 1000))


def parse_time(text):
    """Seconds since 1970 of an ISO 8601 time in UTC. Raises ValueError."""
    return calendar.timegm(time.strptime(text[:19], '%Y-%m-%dT%H:%M:%S'))


def boot_id():
    """The kernel's id of this boot, to which the monotonic clock belongs; None where it cannot be read."""
    try:
        with open('/proc/sys/kernel/random/boot_id') as source:
            return source.read().strip()
    except OSError:
        return None
