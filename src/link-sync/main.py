"""Publish finished Glance images to Nova as hard links, and change nothing else.

    link-sync --once   [--config FILE]            make one full pass
    link-sync --watch  [--config FILE] [--cron]   keep running; link each image as soon as it is complete
    link-sync --status [--config FILE] [--json]   show what is linked, what is not, and why

images/<id> is linked as cache/<sha1 of the name> when it is complete and safe. A name that exists in the
cache is never replaced, renamed or removed. Names in `adopted` belong to base files that compute nodes made
and VMs use: no image is linked there, and only owner and mode of those files are set.
Exit codes: 0 all is well, 1 error, 2 an image waits or is in conflict.
Needs Python 3.6 or newer, Linux, and nothing but the standard library.
"""
import argparse
import json
import os
import signal
import sys

from config import DEFAULT_CONFIG, ConfigError, load_config
from files import signature
from lock import Locked
from output import print_error
from passes import once
from status import build_status
from status_text import render_status
from watch import watch


def show_status(config, as_json):
    """Prints what the last pass recorded; the exit code."""
    status, code = build_status(config)
    print(json.dumps(status) if as_json else render_status(config, status))
    return code


class Sources:
    """The script and its configuration, as they were at the start.

    In the cron form nothing restarts link-sync when a new version is installed, so it restarts itself.
    """

    def __init__(self, *paths):
        self.paths = paths
        self.before = self.identities()

    def identities(self):
        try:
            return [signature(os.stat(path)) for path in self.paths]
        except OSError:
            return None             # a file is being replaced at this moment

    def changed(self):
        now = self.identities()
        return now is not None and now != self.before


class Arguments(argparse.ArgumentParser):
    def error(self, message):
        self.print_usage(sys.stderr)
        self.exit(1, 'link-sync: %s\n' % message)


def parse_arguments(argv):
    parser = Arguments(prog='link-sync', description='Publishes finished Glance images to Nova as hard links.',
                       epilog='Exit codes: 0 all is well, 1 error, 2 an image waits or is in conflict.')
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument('--once', action='store_true', help='make one full pass')
    what.add_argument('--watch', action='store_true', help='keep running; link each image as soon as it is complete')
    what.add_argument('--status', action='store_true', help='show what is linked, what is not, and why')
    parser.add_argument('--config', metavar='FILE', default=DEFAULT_CONFIG, help='default: %(default)s')
    parser.add_argument('--json', action='store_true', help='with --status: for programs')
    parser.add_argument('--cron', action='store_true',
                        help='with --watch: if one is running already, end without a message; '
                             'restart when script or configuration change')
    arguments = parser.parse_args(argv)
    if arguments.json and not arguments.status:
        parser.error('--json needs --status')
    if arguments.cron and not arguments.watch:
        parser.error('--cron needs --watch')
    return arguments


def run(arguments):
    """Runs one command; the exit code."""
    sources = Sources(os.path.abspath(__file__), arguments.config)
    config = load_config(arguments.config)
    if arguments.status:
        return show_status(config, arguments.json)
    # the kernel sends SIGIO when a program wants to write to a leased file; by default it would end link-sync
    signal.signal(signal.SIGIO, signal.SIG_IGN)
    if arguments.once:
        return once(config)
    code = watch(config, sources.changed if arguments.cron else lambda: False)
    if code == 0 and arguments.cron and sources.changed():
        os.execv(sys.executable, [sys.executable] + sys.argv)
    return code


def main(argv):
    arguments = parse_arguments(argv)
    try:
        return run(arguments)
    except ConfigError as error:
        print_error('error in the configuration: %s' % error)
    except Locked as error:
        if arguments.cron:
            return 0
        print_error('error: %s; nothing was done' % error)
    except BrokenPipeError:
        # the reader of standard output has ended, as head does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        print_error('error: %s' % error)
    return 1


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
