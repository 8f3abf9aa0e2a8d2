/** Reads the header of a qcow2 image. */
import { decodeBytes } from '../../core/bytes.ts';
import { plainDisk, untilNul } from './reading.ts';
import type { Backing, Disk, DiskReading, FileStart } from './reading.ts';

/** Bits and types from QEMU's docs/interop/qcow2.txt. The limits are those of its function `qcow2_do_open`. */
const INCOMPATIBLE = { dirty: 1, corrupt: 2, dataFile: 4, compression: 8, extendedL2: 16 };
const EXTENSION = { end: 0, backingFormat: 0xe2792aca, encryption: 0x0537be77, dataFile: 0x44415441 };
/** The value of the header's field for the kind of encryption. */
const LUKS = 2;

const MAX_NAME_BYTES = 1023;
const MAX_BACKING_FORMAT_BYTES = 15;
const MAX_REFCOUNT_TABLE_BYTES = 8 * 1024 ** 2;
const MAX_L1_TABLE_BYTES = 32 * 1024 ** 2;
const MAX_SNAPSHOTS = 65536;

/** The fixed part of a header. Fields that version 2 does not have get their defaults. */
interface Header {
  readonly version: number;
  readonly backingAt: bigint;
  readonly backingLength: number;
  readonly clusterBits: number;
  readonly clusterSize: number;
  readonly size: bigint;
  readonly encryption: number;
  readonly l1Size: number;
  readonly l1At: bigint;
  readonly refcountTableAt: bigint;
  readonly refcountTableClusters: number;
  readonly snapshots: number;
  readonly snapshotsAt: bigint;
  readonly incompatible: bigint;
  readonly refcountOrder: number;
  readonly length: number;
  readonly compression: number;
}

interface Extension {
  readonly type: number;
  readonly data: Buffer;
}

/** Reads a qcow2 header as QEMU does. Never throws, whatever the bytes are. */
export function readQcow2(file: FileStart): DiskReading {
  const header = readHeader(file);
  const fault = headerFault(header);
  if (fault !== undefined) return { kind: 'damaged', format: 'qcow2', reason: fault };
  const area = header.backingAt === 0n ? header.clusterSize : Number(header.backingAt);
  const extensions = readExtensions(file, header.length, area);
  const disk = typeof extensions === 'string' ? extensions : describe(file, header, extensions);
  const needs = file.missing();
  if (needs !== undefined) return { kind: 'short', format: 'qcow2', needs };
  return typeof disk === 'string' ? { kind: 'damaged', format: 'qcow2', reason: disk } : disk;
}

function readHeader(file: FileStart): Header {
  const bytes = file.bytes(0, 112);
  const version = bytes.readUInt32BE(4);
  const clusterBits = bytes.readUInt32BE(20);
  const old = version < 3;
  const length = old ? 72 : bytes.readUInt32BE(100);
  return {
    version,
    backingAt: bytes.readBigUInt64BE(8),
    backingLength: bytes.readUInt32BE(16),
    clusterBits,
    clusterSize: 2 ** Math.min(clusterBits, 32),
    size: bytes.readBigUInt64BE(24),
    encryption: bytes.readUInt32BE(32),
    l1Size: bytes.readUInt32BE(36),
    l1At: bytes.readBigUInt64BE(40),
    refcountTableAt: bytes.readBigUInt64BE(48),
    refcountTableClusters: bytes.readUInt32BE(56),
    snapshots: bytes.readUInt32BE(60),
    snapshotsAt: bytes.readBigUInt64BE(64),
    incompatible: old ? 0n : bytes.readBigUInt64BE(72),
    refcountOrder: old ? 4 : bytes.readUInt32BE(96),
    length,
    compression: length > 104 ? bytes.readUInt8(104) : 0,
  };
}

/** Why QEMU would not open an image with this header. */
function headerFault(header: Header): string | undefined {
  const { version, clusterBits, clusterSize, length, incompatible, size } = header;
  if (version < 2 || version > 3) return `its version is ${version}`;
  if (clusterBits < 9 || clusterBits > 21) return `its clusters are of 2^${clusterBits} bytes`;
  if (version > 2 && length < 104) return 'its header is too short';
  if (length > clusterSize) return 'its header exceeds the first cluster';
  if (header.backingAt > clusterSize) return 'the name of its backing file is outside the first cluster';
  if (incompatible >> 5n !== 0n) return 'it has features that are not known';
  if (has(header, INCOMPATIBLE.compression) !== (header.compression === 1) || header.compression > 1)
    return 'its compression is not known';
  if (has(header, INCOMPATIBLE.extendedL2) && clusterBits < 14)
    return 'its clusters are too small for extended tables';
  if (header.encryption > LUKS) return 'its encryption is not known';
  if (header.refcountOrder > 6) return 'its reference counts are too wide';
  if (header.refcountTableClusters === 0) return 'it has no table of reference counts';
  return tableFault(header, size);
}

function tableFault(header: Header, size: bigint): string | undefined {
  const { clusterBits, clusterSize, l1Size } = header;
  const misplaced = (at: bigint, length: number) =>
    at % BigInt(clusterSize) !== 0n || at > 2n ** 63n - 1n - BigInt(length);
  const refcountTable = header.refcountTableClusters * clusterSize;
  if (refcountTable > MAX_REFCOUNT_TABLE_BYTES || misplaced(header.refcountTableAt, refcountTable))
    return 'its table of reference counts is out of bounds';
  if (header.snapshots > MAX_SNAPSHOTS || misplaced(header.snapshotsAt, header.snapshots * 40))
    return 'its list of snapshots is out of bounds';
  if (l1Size * 8 > MAX_L1_TABLE_BYTES || misplaced(header.l1At, l1Size * 8))
    return 'its L1 table is out of bounds';
  const entry = has(header, INCOMPATIBLE.extendedL2) ? 4 : 3;
  const shift = BigInt(2 * clusterBits - entry);
  const wanted = (size + (1n << shift) - 1n) >> shift;
  return size > 2n ** 63n - 1n || wanted > BigInt(l1Size) ? 'its L1 table is too small' : undefined;
}

function has({ incompatible }: Header, bit: number): boolean {
  return (incompatible & BigInt(bit)) !== 0n;
}

/** The extensions between the header and the name of the backing file, or a text that says what is wrong with them. */
function readExtensions(file: FileStart, from: number, to: number): readonly Extension[] | string {
  const found: Extension[] = [];
  for (let at = from; at < to;) {
    const head = file.bytes(at, 8);
    const type = head.readUInt32BE(0);
    const length = head.readUInt32BE(4);
    at += 8;
    if (at > to || length > to - at) return 'a header extension is too long';
    if (type === EXTENSION.end) break;
    if (type === EXTENSION.backingFormat && length > MAX_BACKING_FORMAT_BYTES)
      return "its backing file's format has too long a name";
    found.push({ type, data: file.bytes(at, length) });
    at += Math.ceil(length / 8) * 8;
  }
  return found;
}

function describe(file: FileStart, header: Header, extensions: readonly Extension[]): Disk | string {
  const data = (type: number) => extensions.findLast((extension) => extension.type === type)?.data;
  const text = (type: number) => {
    const bytes = data(type);
    return bytes === undefined ? null : decodeBytes(untilNul(bytes));
  };
  if ((data(EXTENSION.encryption) !== undefined) !== (header.encryption === LUKS))
    return 'its encryption and its encryption header do not fit';
  const dataName = text(EXTENSION.dataFile);
  const backing = readBacking(file, header, text(EXTENSION.backingFormat));
  if (typeof backing === 'string') return backing;
  return plainDisk('qcow2', {
    version: header.version,
    virtualSize: Number(header.size),
    clusterSize: header.clusterSize,
    backing,
    dataFile: has(header, INCOMPATIBLE.dataFile) ? { name: dataName } : null,
    encrypted: header.encryption !== 0,
    dirty: has(header, INCOMPATIBLE.dirty),
    corrupt: has(header, INCOMPATIBLE.corrupt),
    extensions: extensions.map(({ type }) => type),
  });
}

function readBacking(file: FileStart, header: Header, format: string | null): Backing | null | string {
  const at = Number(header.backingAt);
  if (at === 0) return null;
  if (header.backingLength > Math.min(MAX_NAME_BYTES, header.clusterSize - at))
    return "its backing file's name is too long";
  const name = decodeBytes(untilNul(file.bytes(at, header.backingLength)));
  return name === '' ? null : { name, format: format === '' ? null : format };
}
