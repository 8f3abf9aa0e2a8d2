"""Shared by the Python checks of link-sync: loading the script, with or without a fault, and small images."""
import functools
import importlib.machinery
import importlib.util
import os
import struct

SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../playbooks/files/link-sync')


def load(fault=None):
    """The script as a module. `fault` is a list of (old text, new text); each old text must be in it once."""
    spec = importlib.machinery.ModuleSpec('link_sync', None)
    module = importlib.util.module_from_spec(spec)
    module.__file__ = SCRIPT
    exec(compiled(tuple(fault or ())), module.__dict__)      # noqa: S102 - the script has no name to import it by
    return module


@functools.lru_cache(maxsize=None)
def compiled(fault):
    return compile(text_with(fault), SCRIPT, 'exec')


def text_with(fault):
    """The script's text with (old, new) replacements, each of which has to match exactly once."""
    with open(SCRIPT, encoding='utf-8') as source:
        text = source.read()
    for old, new in fault:
        if text.count(old) != 1:
            raise SystemExit('the fault must match the script once, but %r matches %d times' % (old, text.count(old)))
        text = text.replace(old, new)
    return text


def qcow2(bits=9, version=3, backing=b'', incompatible=0, crypt=0, extensions=(), l2_entry=None, compressed=False):
    """A whole qcow2 with one data cluster: header, refcount table and block, L1, L2, data."""
    cluster = 1 << bits
    area = bytearray(6 * cluster)
    struct.pack_into('>4sIQIIQIIQQIIQ', area, 0, b'QFI\xfb', version, 0, 0, bits, 8 * cluster, crypt,
                     1, 3 * cluster, cluster, 1, 0, 0)
    at = 72
    if version >= 3:
        struct.pack_into('>QQQII', area, 72, incompatible, 0, 0, 4, 104)
        at = 104
    for kind, data in extensions:
        struct.pack_into('>II', area, at, kind, len(data))
        area[at + 8:at + 8 + len(data)] = data
        at += 8 + (len(data) + 7) // 8 * 8
    if backing:
        struct.pack_into('>QI', area, 8, at + 8, len(backing))
        area[at + 8:at + 8 + len(backing)] = backing
    struct.pack_into('>Q', area, cluster, 2 * cluster)
    for block in range(6):
        struct.pack_into('>H', area, 2 * cluster + 2 * block, 1)
    struct.pack_into('>Q', area, 3 * cluster, 1 << 63 | 4 * cluster)
    entry = 1 << 63 | 5 * cluster if l2_entry is None else l2_entry
    struct.pack_into('>Q', area, 4 * cluster, 1 << 62 | 5 * cluster if compressed else entry)
    area[5 * cluster:] = b'd' * cluster
    return bytes(area)


def vmdk():
    return b'KDMV' + bytes(4092)


def vhd_fixed():
    return bytes(4096) + b'conectix' + bytes(504)


def vhdx():
    return b'vhdxfile' + bytes(4088)


def vdi():
    return bytes(64) + b'\x7f\x10\xda\xbe' + bytes(4028)


def luks():
    return b'LUKS\xba\xbe\x00\x01' + bytes(4088)


def iso():
    return bytes(0x8000) + b'\x01CD001\x01' + bytes(0x800 - 7) + b'\xffCD001\x01' + bytes(0x800 - 7)


def image_id(number, upper=False):
    text = '0000abcd-0000-4000-8000-%012x' % number
    return text.upper() if upper else text
