"""Mutated image headers against the parser, and against what qemu-img says of the same bytes.

    fuzz.py COUNT [SEED [SAMPLE]]    SAMPLE: how many of those called safe qemu-img is asked about

No exception but a verdict leaves the parser. What is called safe is never something that qemu-img reports
with a backing file, a data file, encryption, or in another format.
"""
import json
import os
import random
import shutil
import struct
import subprocess
import sys
import tempfile
import time

import harness

EXTENSIONS = (0, 0xe2792aca, 0x6803f857, 0x23852875, 0x0537be77, 0x44415441, 0x12345678)
INTERESTING = (0, 1, 2, 3, 7, 8, 9, 16, 21, 22, 63, 64, 72, 104, 112, 255, 512, 4096, 65536, 1 << 31, (1 << 32) - 1,
               1 << 32, 1 << 48, 1 << 62, 1 << 63, (1 << 64) - 1)
SLOWEST = 2.0                   # seconds that one file may take


def seeds():
    """Files to start from."""
    files = [harness.qcow2(bits, version) for bits in (9, 12, 16) for version in (2, 3)]
    files += [harness.qcow2(backing=b'/etc/passwd'), harness.qcow2(version=2, backing=b'/etc/passwd'),
              harness.qcow2(incompatible=4, extensions=[(0x44415441, b'/etc/passwd')]), harness.qcow2(crypt=1),
              harness.qcow2(crypt=2, extensions=[(0x0537be77, bytes(16))]), harness.qcow2(incompatible=16),
              harness.qcow2(incompatible=8), harness.qcow2(compressed=True),
              harness.qcow2(extensions=[(0xe2792aca, b'raw'), (0x6803f857, bytes(48)), (0x23852875, bytes(24))])]
    files += [harness.vmdk(), harness.vhd_fixed(), harness.vhdx(), harness.vdi(), harness.luks(), harness.iso(),
              b'# Disk DescriptorFile\nversion=1\nCID=fffffffe\nparentCID=ffffffff\ncreateType="monolithicFlat"\n'
              b'RW 8 FLAT "/etc/passwd" 0\n', b'COWD' + bytes(2000), b'QED\0' + bytes(2000), b'conectix' + bytes(2000),
              b'WithoutFreeSpace' + bytes(2000), b'Bochs Virtual HD Image' + bytes(2000), bytes(3000)]
    return files


def mutate(rnd, data):
    """A few changes: fields set to odd values, bytes flipped, parts cut, moved, or taken from another file."""
    data = bytearray(data)
    for _ in range(rnd.choice((1, 1, 1, 2, 3, 6))):
        if not data:
            break
        how = rnd.randrange(8)
        if how == 0:                                # a header field
            size = rnd.choice((4, 8))
            at = rnd.randrange(0, min(len(data), 160)) // 4 * 4
            value = rnd.choice(INTERESTING) & ((1 << 8 * size) - 1)
            field = struct.pack('>I' if size == 4 else '>Q', value)
            data[at:at + size] = field[:len(data) - at]
        elif how == 1:                              # a byte anywhere
            data[rnd.randrange(len(data))] = rnd.randrange(256)
        elif how == 2:                              # a bit near the start
            data[rnd.randrange(min(len(data), 128))] ^= 1 << rnd.randrange(8)
        elif how == 3:                              # a header extension
            struct.pack_into('>II', bigger(data, 120), rnd.choice((72, 104, 112)), rnd.choice(EXTENSIONS),
                             rnd.choice((0, 4, 8, 11, 1 << 31)))
        elif how == 4:                              # a table entry
            at = rnd.randrange(0, len(data)) // 8 * 8
            data[at:at + 8] = struct.pack('>Q', rnd.choice(INTERESTING) | rnd.choice((0, 512, 1024, 2560)))[:len(data) - at]
        elif how == 5:
            del data[rnd.randrange(len(data)):]
        elif how == 6:
            data += bytes(rnd.choice((1, 511, 512, 70000)))
        else:                                       # the start of another file
            other = rnd.choice(SEEDS)[:rnd.choice((4, 8, 72, 104, 512))]
            data[:len(other)] = other
    return bytes(data)


def bigger(data, size):
    if len(data) < size:
        data += bytes(size - len(data))
    return data


SEEDS = seeds()


def judge(module, fd, data):
    """'raw', 'qcow2', 'iso', or the reason against it. Any other exception leaves."""
    os.ftruncate(fd, 0)
    os.pwrite(fd, data, 0)
    try:
        return module.examine(module.Content(fd, len(data)))
    except module.NoLink as verdict:
        str(verdict)
        return None


def contradiction(path, verdict):
    """What qemu-img says against a safe verdict; None where it agrees or cannot open the file."""
    asked = subprocess.run(['qemu-img', 'info', '--output=json', path], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    if asked.returncode:
        return None
    info = json.loads(asked.stdout.decode('utf-8', 'replace'))
    details = info.get('format-specific', {}).get('data', {})
    for key in ('backing-filename', 'full-backing-filename', 'encrypted'):
        if info.get(key):
            return '%s: %r' % (key, info[key])
    for key in ('data-file', 'encrypt', 'corrupt'):
        if details.get(key):
            return '%s: %r' % (key, details[key])
    wanted = 'raw' if verdict == 'iso' else verdict
    return None if info['format'] == wanted else 'format: %s' % info['format']


def main(argv):
    count, seed = int(argv[0]), int(argv[1]) if len(argv) > 1 else 1
    rnd, module = random.Random(seed), harness.load()
    sample = int(argv[2]) if len(argv) > 2 else 200
    folder = tempfile.mkdtemp(prefix='link-sync-fuzz-', dir='/dev/shm' if os.access('/dev/shm', os.W_OK) else None)
    fd = os.open(folder + '/image', os.O_RDWR | os.O_CREAT)
    tally, chosen, slowest = {}, [], 0.0
    try:
        for number in range(count):
            data = mutate(rnd, rnd.choice(SEEDS))
            started = time.monotonic()
            verdict = judge(module, fd, data)
            slowest = max(slowest, time.monotonic() - started)
            tally[verdict] = tally.get(verdict, 0) + 1
            if verdict:             # keep a fair sample of what is called safe
                place = len(chosen) if len(chosen) < sample else rnd.randrange(number + 1)
                chosen[place:place + 1] = [(verdict, data)] if place < sample else chosen[place:place + 1]
        print('%d files: %s; slowest %.3f s' % (count, tally, slowest))
        if slowest > SLOWEST:
            return 1
        return ask_qemu(chosen, folder) if shutil.which('qemu-img') else no_qemu()
    finally:
        shutil.rmtree(folder)


def no_qemu():
    print('SKIPPED: qemu-img is not installed')
    return 0


def ask_qemu(chosen, folder):
    for number, (verdict, data) in enumerate(chosen):
        path = folder + '/asked'
        with open(path, 'wb') as target:
            target.write(data)
        against = contradiction(path, verdict)
        if against:
            kept = os.path.join(tempfile.gettempdir(), 'link-sync-contradiction')
            shutil.copy(path, kept)
            print('called %s, but qemu-img says %s: %s' % (verdict, against, kept))
            return 1
    print('qemu-img agrees on %d of those called safe' % len(chosen))
    return 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
