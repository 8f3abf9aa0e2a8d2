"""A full pass with its record, and --once."""
from clock import monotonic
from folders import FolderError, Folders
from linker import Linker
from lock import Lock
from log import Log
from output import print_error
from records import SettleByChangeTime
from state import State
from status_text import count_text


def run_pass(linker, state, open_folders):
    """One full pass and the record of it. `open_folders` opens the folders."""
    started = monotonic()
    try:
        with open_folders() as opened:
            linker.full_pass(opened)
    except (FolderError, OSError) as error:
        linker.catalog.errors = [str(error)]
    finish(linker, state, lambda errors: state.save_pass(monotonic() - started, errors))


def finish(linker, state, also=lambda errors: None):
    """Writes state and log after a piece of work. An error here does not stop link-sync."""
    catalog = linker.catalog
    if catalog.log.problem:
        catalog.errors.append(catalog.log.problem)
    try:
        state.save(catalog)
        also(sorted(set(catalog.errors)))
    except OSError as error:
        catalog.errors.append('the state %s cannot be written: %s' % (state.path, error.strerror))
    catalog.log.close()


def once(config):
    """One full pass; the exit code."""
    with Lock(config):
        state = State(config)
        linker = Linker(config, SettleByChangeTime(config.settle), Log(config.log))
        state.restore(linker.catalog)
        run_pass(linker, state, lambda: Folders(config))
    errors, counts = linker.catalog.errors, linker.catalog.counts()
    for error in errors:
        print_error('error: ' + error)
    print(count_text(counts))
    if errors:
        return 1
    return 2 if counts['waiting'] or counts['conflicts'] else 0
