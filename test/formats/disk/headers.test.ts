import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { followChain } from '../../../src/formats/disk/chain.ts';
import type { Seen } from '../../../src/formats/disk/chain.ts';
import { readDisk } from '../../../src/formats/disk/headers.ts';
import { parseReference } from '../../../src/formats/disk/reference.ts';
import { extension } from './images.ts';

const CLUSTER = 65536;

interface Parts {
  readonly backing?: string;
  readonly format?: string;
  /** Where the name stands; right behind the extensions unless it says otherwise. */
  readonly at?: number;
}

/** The first cluster of a qcow2 image, version 3. */
function qcow2({ backing, format, at }: Parts = {}): Buffer {
  const bytes = Buffer.alloc(CLUSTER);
  bytes.write('QFI\xfb', 'latin1');
  bytes.writeUInt32BE(3, 4);
  bytes.writeUInt32BE(16, 20);
  bytes.writeBigUInt64BE(1n << 20n, 24);
  bytes.writeUInt32BE(1, 36);
  bytes.writeBigUInt64BE(196608n, 40);
  bytes.writeBigUInt64BE(65536n, 48);
  bytes.writeUInt32BE(1, 56);
  bytes.writeUInt32BE(4, 96);
  bytes.writeUInt32BE(104, 100);
  const told = format === undefined ? Buffer.alloc(0) : extension(0xe2792aca, Buffer.from(format));
  told.copy(bytes, 104);
  if (backing !== undefined) {
    const where = at ?? 104 + told.length + 8;
    bytes.write(backing, where);
    bytes.writeBigUInt64BE(BigInt(where), 8);
    bytes.writeUInt32BE(Buffer.byteLength(backing), 16);
  }
  return bytes;
}

describe('a start that was cut', () => {
  const size = 3 * CLUSTER;

  test('is enough where the header ends within it', () => {
    const image = qcow2({ backing: '/b', format: 'raw' });
    expect(readDisk(image.subarray(0, 2048), size)).toMatchObject({
      kind: 'disk',
      backing: { name: '/b', format: 'raw' },
    });
  });

  test('says how much more it takes', () => {
    const image = qcow2({ backing: '/far/away', format: 'raw', at: 40_000 });
    const short = readDisk(image.subarray(0, 2048), size);
    expect(short).toEqual({ kind: 'short', format: 'qcow2', needs: 40_009 });
    expect(readDisk(image.subarray(0, 40_009), size)).toMatchObject({
      kind: 'disk',
      backing: { name: '/far/away', format: 'raw' },
    });
  });

  test('is the whole file where the file is no longer: what lacks reads as zeros', () => {
    const image = qcow2({ backing: '/far/away', at: 40_000 });
    expect(readDisk(image.subarray(0, 2048), 2048)).toMatchObject({ kind: 'disk', backing: null });
  });
});

describe('whatever the bytes', () => {
  const patches = fc.array(fc.tuple(fc.nat(700), fc.nat(255)), { maxLength: 12 });

  test('a header is read or refused, never thrown over', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('QFI\xfb', 'QED\0', 'KDMV', 'conectix', ''),
        fc.uint8Array({ maxLength: 700 }),
        fc.nat(),
        (magic, rest, more) => {
          const bytes = Buffer.concat([Buffer.from(magic, 'latin1'), rest]);
          const reading = readDisk(bytes, bytes.length + more);
          if (reading.kind === 'short') expect(reading.needs).toBeGreaterThan(bytes.length);
          else expect(['disk', 'damaged']).toContain(reading.kind);
        },
      ),
    );
  });

  test('of a bent qcow2 never more than a cluster is asked for', () => {
    fc.assert(
      fc.property(patches, (changes) => {
        const bytes = qcow2({ backing: '/b', format: 'qcow2' }).subarray(0, 700);
        for (const [at, value] of changes) bytes[at] = value;
        const reading = readDisk(bytes, 2 ** 40);
        if (reading.kind === 'short') expect(reading.needs).toBeLessThanOrEqual(2 * 1024 ** 2 + 1024);
      }),
    );
  });
});

describe('a name', () => {
  const file = (path: string, format: string | null = null) => ({ kind: 'file', path, format });
  const remote = (protocol: string) => ({ kind: 'remote', protocol });
  const unknown = { kind: 'unknown' };
  const json = (data: unknown) => `json:${JSON.stringify(data)}`;

  test.each([
    ['/a/b', file('/a/b')],
    ['/a:b', file('/a:b')],
    ['b', file('/vm/b')],
    ['../_base/b', file('/vm/../_base/b')],
    ['./b:c', file('/vm/./b:c')],
    ['file:/a/b', file('/a/b')],
    ['file:///a/b', file('///a/b')],
    ['file:b', unknown],
    ['nbd:localhost:10809', remote('nbd')],
    ['rbd:pool/image', remote('rbd')],
    ['https://host/x', remote('https')],
    ['host_device:/dev/sda', remote('host_device')],
    ['blkdebug::/a/b', unknown],
    ['fat:/etc', unknown],
    [json({ driver: 'qcow2', file: { driver: 'file', filename: '/a' } }), file('/a', 'qcow2')],
    [json({ file: { filename: '/a' } }), file('/a')],
    [json({ 'file.driver': 'file', 'file.filename': '/a' }), file('/a')],
    [json({ driver: 'file', filename: '/a' }), file('/a', 'raw')],
    [json({ file: { driver: 'file', filename: '/a', locking: 'off' } }), file('/a')],
    [json({ driver: 'raw', offset: 512, file: { filename: '/a' } }), unknown],
    [json({ driver: 'raw', file: { driver: 'throttle', file: { filename: '/a' } } }), unknown],
    [json({ driver: 'throttle', file: { filename: '/a' } }), unknown],
    [json({ driver: 'qcow2', file: { filename: '/a' }, backing: { filename: '/b' } }), unknown],
    [json({ driver: 'rbd', pool: 'p', image: 'i' }), remote('rbd')],
    [json({ file: { driver: 'nbd', host: 'h' } }), remote('nbd')],
    [json({ file: 'node0' }), unknown],
    [json({ file: { filename: 'relative' } }), unknown],
    [json([]), unknown],
    ['json:{', unknown],
    ["json:{'file.filename':'/a'}", unknown],
  ])('%s', (name, expected) => {
    expect(parseReference(name, '/vm')).toMatchObject(expected);
  });
});

describe('a chain', () => {
  const follow = (files: Readonly<Record<string, Buffer>>) =>
    followChain('/vm/disk', (path): Seen => {
      const start = files[path];
      return start === undefined
        ? { kind: 'absent' }
        : { kind: 'file', reading: readDisk(start, start.length), size: start.length };
    });

  test('goes on as the image above says, whatever the bytes below are', () => {
    const base = qcow2({ backing: '/deeper' });
    const disk = qcow2({ backing: '/base', format: 'raw' });
    const chain = follow({ '/vm/disk': disk, '/base': base });
    expect(chain.end).toEqual({ kind: 'whole' });
    expect(chain.links.map((link) => [link.path, link.recordedFormat, link.disk.format])).toEqual([
      ['/vm/disk', null, 'qcow2'],
      ['/base', 'raw', 'raw'],
    ]);
  });

  test('that leads back to itself ends there', () => {
    const end = follow({ '/vm/disk': qcow2({ backing: '/vm/disk' }) }).end;
    expect(end).toMatchObject({ kind: 'unknown', path: '/vm/disk' });
  });

  test('whose base is not there says what was missing, and in which format', () => {
    const end = follow({ '/vm/disk': qcow2({ backing: '/gone', format: 'raw' }) }).end;
    expect(end).toEqual({ kind: 'absent', path: '/gone', recordedFormat: 'raw' });
  });

  test('whose base is in another format than it says may lead anywhere', () => {
    const end = follow({
      '/vm/disk': qcow2({ backing: '/b', format: 'qcow2' }),
      '/b': Buffer.alloc(512),
    }).end;
    expect(end).toEqual({ kind: 'unknown', path: '/b', reason: 'it is not in qcow2 format' });
  });
});
