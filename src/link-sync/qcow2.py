"""Whether a qcow2 image is complete and safe to use, by the format's specification (docs/interop/qcow2.txt of QEMU)."""
import collections
import struct

from content import big_endian
from verdicts import Refused, Waits

QCOW_MAGIC = b'QFI\xfb'
QCOW2_HEADER = struct.Struct('>4sIQIIQIIQQIIQ')
QCOW2_V3_HEADER = struct.Struct('>QQQII')
Qcow2 = collections.namedtuple('Qcow2', (
    'magic', 'version', 'backing_offset', 'backing_size', 'cluster_bits', 'virtual_size', 'crypt',
    'l1_size', 'l1_offset', 'refcounts_offset', 'refcounts_clusters', 'snapshots', 'snapshots_offset',
    'incompatible', 'compatible', 'autoclear', 'refcount_order', 'header_length'))

DIRTY, CORRUPT, DATA_FILE, COMPRESSION_TYPE, EXTENDED_L2 = (1 << bit for bit in range(5))
KNOWN_FEATURES = DIRTY | COMPRESSION_TYPE | EXTENDED_L2
END_EXTENSION, DATA_FILE_EXTENSION = 0, 0x44415441
CRYPT_EXTENSION = 0x0537be77
OFFSET_MASK = 0x00fffffffffffe00
COMPRESSED = 1 << 62
SECTOR_BYTES = 512
MAX_L1_ENTRIES = 4 << 20            # QEMU has the same limit
L1_ENTRIES_AT_A_TIME = 8192         # limits the memory that one image can take
MAX_INFLATED_CLUSTERS = 8           # compressed clusters in the last sector of a file
MAX_L2_BYTES = 1 << 28              # limits the time; enough for 2 TiB of data in clusters of 64 KiB

CONVERT = 'Convert it with qemu-img convert -O qcow2, and upload it again'


def check_qcow2(content):
    """Raises Refused for an unsafe or broken qcow2, Waits for one that is cut short."""
    header = read_qcow2_header(content)
    refuse_unsafe_header(header)
    refuse_unsafe_extensions(content, header)
    check_qcow2_tables(content, header)


def _broken(what):
    return Refused('its qcow2 header is broken: %s. Check it with qemu-img check, and upload it again' % what, 'qcow2')


def read_qcow2_header(content):
    """The fields of a header of version 2 or 3. Version 2 gets the defaults of version 3."""
    fields = QCOW2_HEADER.unpack(content.exactly(0, QCOW2_HEADER.size, 'qcow2 header'))
    if fields[1] == 2:
        return Qcow2(*fields, 0, 0, 0, 4, QCOW2_HEADER.size)
    if fields[1] != 3:
        raise Refused('it is a qcow image of version %d; only versions 2 and 3 can be used. %s' % (fields[1], CONVERT),
                      'qcow')
    more = content.exactly(QCOW2_HEADER.size, QCOW2_V3_HEADER.size, 'qcow2 header')
    return Qcow2(*(fields + QCOW2_V3_HEADER.unpack(more)))


def refuse_unsafe_header(header):
    """Raises Refused if the fixed header forbids a link.

    A link bypasses the checks that Nova makes when it downloads an image. Some of Nova's disk types do not
    check again: a backing file such as /etc/passwd would be read from the compute node into the VM.
    """
    if header.backing_offset:
        raise Refused('it has a backing file. ' + CONVERT, 'qcow2')
    if header.crypt:
        raise Refused('it is encrypted. Upload it without encryption', 'qcow2')
    if header.incompatible & DATA_FILE:
        raise Refused('its data is in another file. ' + CONVERT, 'qcow2')
    if header.incompatible & CORRUPT:
        raise Refused('it is marked as corrupt. Repair it with qemu-img check -r all, and upload it again', 'qcow2')
    if header.incompatible & ~KNOWN_FEATURES:
        raise Refused('it needs qcow2 features that link-sync does not know. ' + CONVERT, 'qcow2')
    if not 9 <= header.cluster_bits <= 21:
        raise _broken('cluster size')
    smallest = 72 if header.version == 2 else 104
    if not smallest <= header.header_length <= 1 << header.cluster_bits or header.header_length % 8:
        raise _broken('header length')
    if header.refcount_order > 6:
        raise _broken('refcount width')


def refuse_unsafe_extensions(content, header):
    """Raises Refused if a header extension names another file, or encryption."""
    end = 1 << header.cluster_bits
    area = content.some(0, end)
    at = header.header_length
    while at + 8 <= end:
        if at + 8 > len(area):
            raise Waits('the file is cut short inside its qcow2 header')
        kind, length = struct.unpack_from('>II', area, at)
        if kind == END_EXTENSION:
            return
        if kind == DATA_FILE_EXTENSION:
            raise Refused('it names an external data file. ' + CONVERT, 'qcow2')
        if kind == CRYPT_EXTENSION:
            raise Refused('it is encrypted. Upload it without encryption', 'qcow2')
        if length > end - at - 8:
            raise _broken('header extension')
        at += 8 + (length + 7) // 8 * 8


def check_qcow2_tables(content, header):
    """Raises Waits if a table, or a cluster that a table names, is beyond the end of the file.

    This is how a qcow2 that was cut short is recognised without asking Glance.
    """
    cluster = 1 << header.cluster_bits
    entry_bytes = 16 if header.incompatible & EXTENDED_L2 else 8
    reach = cluster // entry_bytes * cluster            # bytes of the virtual disk that one L2 table maps
    if not -(-header.virtual_size // reach) <= header.l1_size <= MAX_L1_ENTRIES:
        raise _broken('size of the L1 table')
    content.require(header.refcounts_offset, header.refcounts_clusters * cluster, 'refcount table')
    if header.snapshots:
        content.require(header.snapshots_offset, header.snapshots * 40, 'snapshot table')
    content.require(header.l1_offset, header.l1_size * 8, 'L1 table')
    tables = 0
    for first in range(0, header.l1_size, L1_ENTRIES_AT_A_TIME):
        count = min(L1_ENTRIES_AT_A_TIME, header.l1_size - first)
        l1 = big_endian(content.exactly(header.l1_offset + first * 8, count * 8, 'L1 table'))
        for index, entry in enumerate(l1, first):
            offset = entry & OFFSET_MASK
            if not offset:
                continue
            tables += 1
            if offset % cluster or tables * cluster > MAX_L2_BYTES:
                raise _broken('position or number of its L2 tables')
            table = big_endian(content.exactly(offset, cluster, 'L2 table'))
            content.require(end_of_clusters(content, header, table, index * reach), 0, 'data')
        content.heartbeat()


def end_of_clusters(content, header, table, guest_start):
    """The last byte of the file that an L2 table needs. `guest_start`: where its part of the virtual disk begins."""
    extended = header.incompatible & EXTENDED_L2
    entries = table[::2] if extended else table
    used = [entry for entry in entries if entry]
    compressed = end_of_compressed(content, header, [entry for entry in used if entry & COMPRESSED])
    furthest = max((entry & OFFSET_MASK for entry in used if not entry & COMPRESSED), default=0)
    if not furthest:
        return compressed
    cluster = 1 << header.cluster_bits
    need = 0
    for index, entry in enumerate(entries):
        if entry & COMPRESSED or entry & OFFSET_MASK != furthest:
            continue
        stored = cluster
        if extended:            # the low half of the bitmap says which 32nds of the cluster are stored
            stored = (table[2 * index + 1] & 0xffffffff).bit_length() * (cluster // 32)
        # the file may end where the virtual disk ends, in the middle of a cluster
        need = max(need, min(stored, max(1, header.virtual_size - (guest_start + index * cluster))))
    return max(compressed, furthest + need)


def end_of_compressed(content, header, entries):
    """The last byte that compressed clusters need. They fill whole sectors, except at the very end of the file."""
    shift = 62 - (header.cluster_bits - 8)
    spans = []
    for entry in entries:
        start = entry & ((1 << shift) - 1)
        more_sectors = (entry >> shift) & ((1 << (header.cluster_bits - 8)) - 1)
        spans.append((start, ((start >> 9) + more_sectors + 1) * SECTOR_BYTES))
    end = max((end for _, end in spans), default=0)
    if content.size < end < content.size + SECTOR_BYTES:
        last = [start for start, span_end in spans if span_end == end]
        if len(last) <= MAX_INFLATED_CLUSTERS and all(inflates(content, header, start, end) for start in last):
            return content.size
    return end


def inflates(content, header, start, end):
    """Whether the bytes from `start` on are a complete compressed cluster."""
    if header.incompatible & COMPRESSION_TYPE:
        return False                # zstd, which the standard library cannot read
    import zlib
    cluster = 1 << header.cluster_bits
    try:
        return len(zlib.decompressobj(-12).decompress(content.some(start, end - start), cluster)) == cluster
    except zlib.error:
        return False
