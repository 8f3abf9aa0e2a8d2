import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  bend,
  extension,
  generator,
  makeBases,
  makeOverlay,
  namesFor,
  qemuImg,
  setBacking,
} from './images.ts';

/** Names that are in the way of a careless reader. */
const NAMES = [
  '',
  'nothing-there',
  '/nothing/there',
  'nbd:localhost:1',
  'nbd://127.0.0.1:1/x',
  'rbd:pool/image',
  'http://127.0.0.1:1/x',
  'unknown:base.raw',
  'file:base.raw',
  'fat:/',
  'blkdebug::base.raw',
  'json:{"driver":"nbd","host":"127.0.0.1","port":"1"}',
  'json:{"driver":"raw","offset":512,"file":{"driver":"file","filename":"base.raw"}}',
  'json:{"file":{"driver":"nbd","host":"127.0.0.1","port":"1"}}',
  'json:{',
  'json:[]',
  'json:null',
  'json:{"file.filename":7}',
  'base.raw\0tail',
  '../'.repeat(30),
  'x'.repeat(1000),
  'line\nbreak',
  'ümläut',
];

const FORMATS = [null, null, 'raw', 'qcow2', 'vmdk', 'qed', 'foo', ''];

/** Generates images into a folder, always the same for the same number; gives their paths. */
export function makeCorpus(folder: string, count: number): readonly string[] {
  const bases = makeBases(folder);
  const random = generator(20261121);
  const pick = <T>(all: readonly T[]): T => {
    const chosen = all[Math.floor(random() * all.length)];
    if (chosen === undefined) throw new Error('nothing to pick from');
    return chosen;
  };
  const overlays = makeTemplates(folder);
  const made: string[] = [];
  while (made.length + bases.length < count) {
    const path = join(folder, `image-${made.length}`);
    const kind = random();
    if (kind < 0.55) name(path, pick(namesFor(folder, pick([...bases, ...recent(made)]))));
    else if (kind < 0.65) name(path, pick(NAMES));
    else if (kind < 0.68) writeFileSync(path, Buffer.from(Array.from({ length: 600 }, () => random() * 256)));
    else if (kind < 0.95) bend(pick([...overlays, ...made]), path, (bytes) => hostile(bytes, random));
    else foreign(path);
    made.push(path);
  }
  return [...bases.map((base) => join(folder, base)), ...made];

  function name(path: string, backing: string): void {
    const room = Buffer.from(backing).length < 200;
    bend(pick(overlays.filter((each) => room || !each.includes('small'))), path, () => undefined);
    setBacking(path, backing, pick(FORMATS));
  }

  function foreign(path: string): void {
    const from = pick(bases.filter((base) => !base.startsWith('odd') && base !== 'empty.raw'));
    bend(join(folder, from), path, (bytes) => flip(bytes, random, Math.min(bytes.length, 512)));
  }
}

function recent(made: readonly string[]): readonly string[] {
  return made.slice(-4).map((path) => path.slice(path.lastIndexOf('/') + 1));
}

/** Overlays without a backing file yet, of both versions and all sizes of clusters. */
function makeTemplates(folder: string): readonly string[] {
  const sizes = [9, 10, 12, 14, 16, 18, 21];
  const plain = sizes.flatMap((clusterBits) =>
    ([2, 3] as const).map((version) => {
      const path = join(folder, `${clusterBits < 12 ? 'small-' : ''}template-${version}-${clusterBits}`);
      makeOverlay(path, {
        version,
        clusterBits,
        size: 4096 * 3 ** (clusterBits % 7) * 512,
        backing: null,
        format: null,
      });
      return path;
    }),
  );
  const special = [
    ['lazy', 'lazy_refcounts=on'],
    ['wide', 'extended_l2=on,cluster_size=128k'],
    ['zstd', 'compression_type=zstd'],
    ['data', `data_file=${join(folder, 'data.bin')}`],
    ['rawdata', `data_file=${join(folder, 'rawdata.bin')},data_file_raw=on`],
    ['counts', 'refcount_bits=1'],
  ].map(([word = '', options = '']) => {
    const path = join(folder, `special-${word}`);
    qemuImg('create', '-q', '-f', 'qcow2', '-o', options, path, '5M');
    return path;
  });
  const snapshot = join(folder, 'special-snapshot');
  makeOverlay(snapshot, { version: 3, clusterBits: 16, size: 2 ** 20, backing: null, format: null });
  qemuImg('snapshot', '-c', 'one', snapshot);
  const aes = join(folder, 'special-aes');
  bend(join(folder, 'template-2-16'), aes, (bytes) => void bytes.writeUInt32BE(1, 32));
  return [...plain, ...special, snapshot, aes];
}

/** One hostile change to a header. */
function hostile(bytes: Buffer, random: () => number): Buffer | undefined {
  const number = Math.floor(random() * 2 ** 32);
  const changes: readonly (() => Buffer | undefined)[] = [
    () => void bytes.writeUInt32BE(number % 6, 4),
    () => void bytes.writeUInt32BE(number % 40, 20),
    () => void bytes.writeBigUInt64BE(BigInt(number) << BigInt(number % 32), 24),
    () => void bytes.writeUInt32BE(number % 4, 32),
    () => void bytes.writeUInt32BE(number, 36),
    () => void bytes.writeBigUInt64BE(BigInt(number), 40),
    () => void bytes.writeBigUInt64BE(BigInt(number), 48),
    () => void bytes.writeUInt32BE(number % 3 === 0 ? 0 : number, 56),
    () => void bytes.writeUInt32BE(number % 2 === 0 ? 70_000 : number % 500, 60),
    () => void bytes.writeBigUInt64BE(BigInt(number % 7), 72),
    () => void bytes.writeBigUInt64BE(1n << BigInt(number % 64), 72),
    () => void bytes.writeBigUInt64BE(1n, 72),
    () => void bytes.writeBigUInt64BE(2n, 72),
    () => void bytes.writeUInt32BE(number % 9, 96),
    () => void bytes.writeUInt32BE(number % 300, 100),
    () => void bytes.writeUInt8(number % 4, 104),
    () => void bytes.writeUInt32BE(number % 2000, 16),
    () => void bytes.writeBigUInt64BE(BigInt(number % 3_000_000), 8),
    () => void bytes.writeUInt32BE(number, 108),
    () => bytes.subarray(0, number % 700),
    () => bytes.subarray(0, 512 + (number % 4096)),
    () => insert(bytes, extension(number % 2 === 0 ? 0x44415441 : number, Buffer.from('data.bin'))),
    () => insert(bytes, extension(0xe2792aca, Buffer.from('q'.repeat(number % 18)))),
    () => insert(bytes, extension(0x0537be77, Buffer.alloc(16))),
    () => flip(bytes, random, Math.min(bytes.length, 1024)),
  ];
  return bytes.length < 120 ? undefined : changes[number % changes.length]?.();
}

/** Puts an extension before all others; what it overwrites at their end is the hostile part. */
function insert(bytes: Buffer, added: Buffer): Buffer {
  const start = bytes.readUInt32BE(4) === 2 ? 72 : bytes.readUInt32BE(100) % 65536;
  return Buffer.concat([bytes.subarray(0, start), added, bytes.subarray(start + added.length)]);
}

function flip(bytes: Buffer, random: () => number, length: number): undefined {
  for (let times = 0; times < 3; times++) {
    const at = Math.floor(random() * length);
    bytes[at] = Math.floor(random() * 256);
  }
}
