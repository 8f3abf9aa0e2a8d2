"""Gives mutated image headers to the parser, and compares the result with what qemu-img says of the same bytes.

    fuzz.py COUNT [SEED [SAMPLE]]    SAMPLE: how many of the files that the parser calls safe are given to qemu-img

The parser raises nothing but verdicts, and reads a bounded number of bytes. A file that it calls safe is never one
that qemu-img reports with a backing file, a data file, encryption, or in another format.
"""
import json
import os
import random
import shutil
import struct
import subprocess
import sys
import tempfile

import harness

EXTENSIONS = (0, 0xe2792aca, 0x6803f857, 0x23852875, 0x0537be77, 0x44415441, 0x12345678)
INTERESTING = (0, 1, 2, 3, 7, 8, 9, 16, 21, 22, 63, 64, 72, 104, 112, 255, 512, 4096, 65536, 1 << 31, (1 << 32) - 1,
               1 << 32, 1 << 48, 1 << 62, 1 << 63, (1 << 64) - 1)


def seeds():
    """Files to start from."""
    files = [harness.qcow2(bits, version) for bits in (9, 12, 16) for version in (2, 3)]
    files += [harness.qcow2(backing=b'/etc/passwd'), harness.qcow2(version=2, backing=b'/etc/passwd'),
              harness.qcow2(incompatible=4, extensions=[(0x44415441, b'/etc/passwd')]), harness.qcow2(crypt=1),
              harness.qcow2(crypt=2, extensions=[(0x0537be77, bytes(16))]), harness.qcow2(incompatible=16),
              harness.qcow2(incompatible=8), harness.qcow2(compressed=True),
              harness.qcow2(extensions=[(0xe2792aca, b'raw'), (0x6803f857, bytes(48)), (0x23852875, bytes(24))])]
    files += [harness.vmdk(), harness.vhd_fixed(), harness.vhdx(), harness.vdi(), harness.luks(), harness.iso(),
              (b'# Disk DescriptorFile\nversion=1\nCID=fffffffe\nparentCID=ffffffff\n'
               b'createType="monolithicFlat"\nRW 8 FLAT "/etc/passwd" 0\n'),
              b'COWD' + bytes(2000), b'QED\0' + bytes(2000), b'conectix' + bytes(2000),
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
            entry = rnd.choice(INTERESTING) | rnd.choice((0, 512, 1024, 2560))
            data[at:at + 8] = struct.pack('>Q', entry)[:len(data) - at]
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


def examine(module, fd, data):
    """('raw', 'qcow2', 'iso' or None for a verdict against it, bytes that the parser read). Other exceptions escape."""
    class CountedContent(module.Content):
        read = 0

        def some(self, offset, length):
            found = super().some(offset, length)
            self.read += len(found)
            return found
    os.ftruncate(fd, 0)
    os.pwrite(fd, data, 0)
    content = CountedContent(fd, len(data))
    try:
        return module.examine(content), content.read
    except module.NoLink as verdict:
        str(verdict)
        return None, content.read


def contradiction(path, verdict):
    """What qemu-img says against a safe verdict; None if it agrees or cannot open the file."""
    command = ['qemu-img', 'info', '--output=json', path]
    answer = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    if answer.returncode:
        return None
    info = json.loads(answer.stdout.decode('utf-8', 'replace'))
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
    tally, chosen, most = {}, [], 0
    # a table of the file may be named many times; besides that, no more than a few times the file
    limit = module.MAX_L2_BYTES + (16 << 20)
    try:
        for number in range(count):
            data = mutate(rnd, rnd.choice(SEEDS))
            verdict, read = examine(module, fd, data)
            most = max(most, read)
            tally[verdict] = tally.get(verdict, 0) + 1
            if verdict:             # keep a random sample of the files that are called safe
                place = len(chosen) if len(chosen) < sample else rnd.randrange(number + 1)
                chosen[place:place + 1] = [(verdict, data)] if place < sample else chosen[place:place + 1]
        print('%d files: %s; at most %d bytes read of one' % (count, tally, most))
        if most > limit:
            print('that is more than %d bytes' % limit)
            return 1
        return ask_qemu(chosen, folder) if shutil.which('qemu-img') else no_qemu()
    finally:
        shutil.rmtree(folder)


def no_qemu():
    print('SKIPPED: qemu-img is not installed')
    return 0


def ask_qemu(chosen, folder):
    for verdict, data in chosen:
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
