"""The status as text for people."""
from output import printable
from verdicts import STATES


def plain_size(size):
    """Bytes in the largest binary unit; '-' for None."""
    if size is None:
        return '-'
    for power, unit in ((40, 'TiB'), (30, 'GiB'), (20, 'MiB'), (10, 'KiB')):
        if size >= 1 << power:
            return '%.1f %s' % (size / (1 << power), unit)
    return '%d B' % size


def align(rows):
    """Rows of cells as lines; each column is as wide as its widest cell."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ['  '.join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows]


def count_text(counts):
    """All counts in one line: '3 images, 2 linked, ...'."""
    return ', '.join('%d %s' % (count, name) for name, count in counts.items())


def render_status(config, status):
    """The whole status: first the problems, then every name, those with problems first."""
    last_pass = status['lastPass']
    lines = ['%s: %s' % (config.cache, 'healthy' if status['healthy'] else 'UNHEALTHY')]
    lines += ['  problem: ' + printable(problem) for problem in status['problems']]
    lines += ['  note: ' + printable(notice) for notice in status['notices']]
    when = '%s (%.3f s)' % (last_pass['at'], last_pass['seconds']) if last_pass['at'] else 'none'
    lines += ['last pass: ' + when, count_text(status['counts']), '']
    rows = [('STATE', 'IMAGE', 'BASE', 'SIZE', 'FORMAT', 'SINCE', 'REASON')]
    for image in sorted(status['images'], key=lambda image: (STATES.index(image['state']), image['id'] or '')):
        rows.append((image['state'], printable(image['id'] or '-'), printable(image['base'] or '-'),
                     plain_size(image['size']), image['format'] or '-', image['since'] or '-',
                     printable(image['reason'] or '-')))
    return '\n'.join(lines + (align(rows) if len(rows) > 1 else ['no images']))
