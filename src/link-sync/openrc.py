"""The openrc file with the credentials for Glance. It is read, never executed."""
import os
import re
import stat

OPENRC_BYTES = 1 << 20


class GlanceAway(Exception):
    """Glance or Keystone does not answer now; the text says how."""


class GlanceRefuses(Exception):
    """Asking Glance cannot work with these settings (openrc, password, catalog): somebody has to correct them."""


def split_shell(text):
    """The simple commands of a shell file, as lists of (word, whether the word needs a shell).

    Nothing is executed. A word with an expansion in it is marked, and stays as it is. Raises ValueError.
    """
    commands, words, word, dynamic, quote = [], [], None, False, ''
    at = 0
    while at <= len(text):
        char = text[at:at + 1] or '\n'
        at += 1
        if quote == "'":
            if at > len(text):
                raise ValueError('a quote is not closed')
            quote, word = ('', word) if char == "'" else (quote, word + char)
        elif char == '\\' and at < len(text):
            after = text[at]
            at += 1
            if after != '\n':
                word = (word or '') + (after if not quote or after in '$`"\\' else char + after)
        elif quote:
            if at > len(text):
                raise ValueError('a quote is not closed')
            dynamic = dynamic or char in '$`' and quote == '"'
            quote, word = ('', word) if char == quote else (quote, word + char)
        elif char in '"\'':
            quote, word = char, word or ''
        elif char == '#' and word is None:
            at = len(text) + 1 if '\n' not in text[at:] else text.index('\n', at)
        elif char.isspace() or char in ';&|()<>':
            if word is not None:
                words.append((word, dynamic))
            word, dynamic = None, False
            if char in '\n;&|()' and words:
                commands.append(words)
                words = []
        else:
            word, dynamic = (word or '') + char, dynamic or char in '$`'
    return commands + ([words] if words else [])


def parse_openrc(text):
    """The OS_ variables that an openrc file sets. Raises GlanceRefuses if a value needs a shell."""
    try:
        commands = split_shell(text)
    except ValueError as error:
        raise GlanceRefuses(str(error)) from None
    values, needs_shell = {}, set()
    for words in commands:
        first = words[0][0]
        if first == 'unset':
            for name, _ in words[1:]:
                values.pop(name, None)
        if first != 'export' and '=' not in first:
            continue
        for word, dynamic in words:
            name, equals, value = word.partition('=')
            if equals and re.fullmatch('OS_[A-Z0-9_]+', name):
                values[name] = value
                (needs_shell.add if dynamic else needs_shell.discard)(name)
    for name in sorted(needs_shell.intersection(values)):
        raise GlanceRefuses('%s is computed by the shell, but the file is not executed: write the value itself' % name)
    return {name: value for name, value in values.items() if value}


def read_openrc(path):
    """The OS_ variables of a file that only its owner (root or this user) may read. Raises GlanceRefuses."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise GlanceRefuses('%s: %s' % (path, error.strerror)) from None
    with os.fdopen(fd, 'rb') as source:
        st = os.fstat(fd)
        if not stat.S_ISREG(st.st_mode):
            raise GlanceRefuses('%s is not a file' % path)
        if st.st_mode & 0o077 or st.st_uid not in (0, os.geteuid()):
            raise GlanceRefuses('%s contains a password, but others may read it: chown root, chmod 600' % path)
        try:
            return parse_openrc(source.read(OPENRC_BYTES).decode())
        except UnicodeDecodeError:
            raise GlanceRefuses('%s is not a text file' % path) from None
        except GlanceRefuses as error:
            raise GlanceRefuses('%s: %s' % (path, error)) from None
