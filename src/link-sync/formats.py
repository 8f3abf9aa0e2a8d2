"""The format of an image, by its own bytes."""
import re

from qcow2 import CONVERT, QCOW_MAGIC, check_qcow2
from verdicts import NoLink, Refused, Waits

SIGNATURES = (                      # at the start of the file
    (b'KDMV', 'vmdk'), (b'COWD', 'vmdk'), (b'\xbe\xba\xfe\xca\0\0\0\0', 'vmdk'),
    (b'# Disk DescriptorFile', 'vmdk'), (b'conectix', 'vhd'), (b'vhdxfile', 'vhdx'),
    (b'LUKS\xba\xbe', 'luks'), (b'QED\0', 'qed'), (b'WithoutFreeSpace', 'parallels'),
    (b'WithouFreSpacExt', 'parallels'), (b'Bochs Virtual HD Image', 'bochs'),
    (b'#!/bin/sh\n#V2.0 Format\nmodprobe cloop', 'cloop'),
)
VDI_SIGNATURE = b'\x7f\x10\xda\xbe'                             # at byte 64
VMDK_TEXT = re.compile(rb'(?:#[^\n]*\n| *\r?\n)*version=[0-9]', re.IGNORECASE)
ISO_DESCRIPTORS = (b'CD001', b'BEA01', b'NSR02', b'NSR03', b'CDROM')    # ISO 9660, UDF, High Sierra
ISO_SECTORS = range(16, 32)
ISO_SECTOR_BYTES = 2048


def examine(content):
    """The format of an image: 'raw', 'qcow2' or 'iso'.

    Raises Refused for every other format and for a qcow2 that is not safe for a VM, and Waits for a qcow2
    that is cut short.
    """
    head = content.some(0, 512)
    if head.startswith(QCOW_MAGIC):
        check_qcow2(content)
        return 'qcow2'
    other = other_format(content, head)
    if other:
        raise Refused('it is a %s image; only raw and qcow2 can be used in place. %s' % (other, CONVERT), other)
    if len(head) < 64 and any(magic.startswith(head) for magic in _all_magics()):
        raise Waits('the file is too short to recognise its format')
    return 'iso' if is_iso(content) else 'raw'


def _all_magics():
    return [QCOW_MAGIC] + [magic for magic, _ in SIGNATURES]


def other_format(content, head):
    """The name of the format whose signature the file has; None for a raw file."""
    for magic, name in SIGNATURES:
        if head[:len(magic)].lower() == magic.lower():
            return name
    if head[64:68] == VDI_SIGNATURE:
        return 'vdi'
    if VMDK_TEXT.match(head):
        return 'vmdk'
    tail = content.some(max(0, content.size - 512), 512)
    if tail.startswith((b'conectix', b'koly')) or tail[1:9] == b'conectix':     # old footers have 511 bytes
        return 'dmg' if tail.startswith(b'koly') else 'vhd'
    return None


def is_iso(content):
    """Whether a file has the volume descriptors of a CD or DVD, also behind a boot sector (hybrid)."""
    area = content.some(ISO_SECTORS[0] * ISO_SECTOR_BYTES, len(ISO_SECTORS) * ISO_SECTOR_BYTES)
    return any(area[at + skip:at + skip + 5] in ISO_DESCRIPTORS
               for at in range(0, len(area), ISO_SECTOR_BYTES) for skip in (1, 9))


def format_of(content):
    """The format by a file's own bytes, safe or not; 'unknown' if they do not show it."""
    try:
        return examine(content)
    except NoLink as verdict:
        return verdict.format or 'unknown'
