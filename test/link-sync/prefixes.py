"""Images that qemu-img makes: each is recognised as complete, and a shortened copy is not.

    prefixes.py [SEED]     exit code 1 if a complete image is not recognised, or a damaged copy is taken for complete
"""
import os
import random
import shutil
import subprocess
import sys
import tempfile

import harness

OPTIONS = ([], ['compat=0.10'], ['cluster_size=512'], ['cluster_size=4096'], ['cluster_size=2M'], ['lazy_refcounts=on'],
           ['extended_l2=on'], ['preallocation=metadata'], ['preallocation=falloc'], ['refcount_bits=1'],
           ['compression_type=zstd'])
CUTS = (1, 100, 511, 512, 513, 4096, 65536, 70000)


def sh(*words):
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def make(folder, options, compress, rnd):
    """A qcow2 of a disk with data in some places. Its size is not a multiple of the cluster size."""
    raw, image = folder + '/raw', folder + '/image'
    size = rnd.choice((1, 3, 129, 2047, 8193, 20001)) * 512
    with open(raw, 'wb') as target:
        target.truncate(size)
        for _ in range(rnd.randrange(4)):
            target.seek(rnd.randrange(size))
            target.write(os.urandom(min(rnd.choice((1, 5000, 300000)), size - target.tell())))
    words = ['qemu-img', 'convert', '-f', 'raw', '-O', 'qcow2'] + (['-c'] if compress else [])
    for option in options:
        words += ['-o', option]
    sh(*(words + [raw, image]))
    if rnd.random() < 0.3:
        subprocess.run(['qemu-img', 'snapshot', '-c', 'kept', image], stderr=subprocess.DEVNULL, check=False)
    if rnd.random() < 0.3:
        sh('qemu-img', 'resize', image, '+%d' % (512 * rnd.randrange(1, 5000)))
    return image


def verdict(module, path):
    fd = os.open(path, os.O_RDONLY)
    try:
        return module.examine(module.Content(fd, os.fstat(fd).st_size))
    except module.NoLink as no:
        return '%s: %s' % (no.state, no)
    finally:
        os.close(fd)


def reads_the_same(image, cut):
    return subprocess.run(['qemu-img', 'compare', '-f', 'qcow2', '-F', 'qcow2', image, cut],
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 0


def main(argv):
    if not shutil.which('qemu-img'):
        print('SKIPPED: qemu-img is not installed')
        return 0
    rnd, module = random.Random(int(argv[0]) if argv else 1), harness.load()
    folder = tempfile.mkdtemp(prefix='link-sync-prefixes-')
    made = detected = 0
    try:
        for options in OPTIONS:
            for compress in (False, True) if not options or 'prealloc' not in options[0] else (False,):
                image = make(folder, options, compress, rnd)
                made += 1
                if verdict(module, image) != 'qcow2':
                    print('%s %s: %s' % (options, compress, verdict(module, image)))
                    return 1
                size = os.stat(image).st_size
                for less in CUTS:
                    cut = folder + '/cut'
                    shutil.copy(image, cut)
                    os.truncate(cut, max(0, size - less))
                    said = verdict(module, cut)
                    detected += said != 'qcow2'
                    if said == 'qcow2' and not reads_the_same(image, cut):
                        print('%s %s: %d bytes are missing, which was not detected' % (options, compress, less))
                        return 1
    finally:
        shutil.rmtree(folder)
    print('%d images are complete; %d shortened copies were detected' % (made, detected))
    return 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
