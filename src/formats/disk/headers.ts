/** Reads the header of a disk image, of each format that QEMU knows. */
import { decodeBytes } from '../../core/bytes.ts';
import { isIso, isVmdkDescriptor, probeFormat } from './format.ts';
import { readQcow2 } from './qcow2.ts';
import { fileStart, plainDisk, untilNul } from './reading.ts';
import type { DiskFormat, DiskReading, FileStart } from './reading.ts';

const SECTOR_BYTES = 512;

/**
 * Reads a disk image's header as QEMU would where it has to guess the format, without opening it.
 *
 * @param bytes the start of the file
 * @param size the whole file's size
 */
export function readDisk(bytes: Buffer, size: number): DiskReading {
  const file = fileStart(bytes, size);
  const format = probeFormat(file);
  const reading = readAs(format, file);
  const needs = file.missing();
  if (needs !== undefined) return { kind: 'short', format, needs };
  return format === 'raw' && isIso(bytes) ? plainDisk('iso', { virtualSize: rawSize(size) }) : reading;
}

/**
 * What QEMU finds in a file that it opens with the recorded format. It is not the guess of `readDisk`: any file can be
 * opened as raw.
 *
 * @param recordedFormat null if QEMU has to guess
 */
export function openAs(recordedFormat: string | null, reading: DiskReading, size: number): DiskReading {
  if (recordedFormat === 'raw' || recordedFormat === 'file')
    return plainDisk('raw', { virtualSize: rawSize(size) });
  if (recordedFormat === null || recordedFormat === reading.format) return reading;
  return { kind: 'damaged', format: reading.format, reason: `it is not in ${recordedFormat} format` };
}

function readAs(format: DiskFormat, file: FileStart): DiskReading {
  const head = file.bytes(0, SECTOR_BYTES);
  switch (format) {
    case 'qcow2':
      return readQcow2(file);
    case 'qcow':
      return readQcow(head, file);
    case 'qed':
      return readQed(head, file);
    case 'vmdk':
      return readVmdk(head, file);
    case 'vdi':
      return plainDisk('vdi', { virtualSize: Number(head.readBigUInt64LE(0x170)) });
    case 'vpc':
      return plainDisk('vpc', { virtualSize: vpcSize(head) });
    case 'luks':
      return plainDisk('luks', {
        encrypted: true,
        virtualSize: Math.max(0, rawSize(file.size) - head.readUInt32BE(104) * SECTOR_BYTES),
      });
    case 'raw':
    case 'iso':
      return plainDisk(format, { virtualSize: rawSize(file.size) });
    case 'vhdx':
    case 'parallels':
    case 'bochs':
    case 'cloop':
      return plainDisk(format);
  }
}

/** QEMU rounds sizes up to sectors. */
function rawSize(size: number): number {
  return Math.ceil(size / SECTOR_BYTES) * SECTOR_BYTES;
}

function readQcow(head: Buffer, file: FileStart): DiskReading {
  const at = Number(head.readBigUInt64BE(8));
  const length = head.readUInt32BE(16);
  if (at !== 0 && (length > 1023 || at > 2 ** 21))
    return { kind: 'damaged', format: 'qcow', reason: "its backing file's name is out of bounds" };
  const name = at === 0 ? '' : decodeBytes(untilNul(file.bytes(at, length)));
  return plainDisk('qcow', {
    version: 1,
    virtualSize: Number(head.readBigUInt64BE(24)),
    clusterSize: 2 ** Math.min(head.readUInt8(32), 32),
    backing: name === '' ? null : { name, format: null },
    encrypted: head.readUInt32BE(36) !== 0,
  });
}

const QED = { backing: 1n, check: 2n, raw: 4n };

function readQed(head: Buffer, file: FileStart): DiskReading {
  const features = head.readBigUInt64LE(16);
  const at = head.readUInt32LE(56);
  const length = head.readUInt32LE(60);
  const backed = (features & QED.backing) !== 0n;
  if (backed && (length > 1023 || at > 2 ** 26))
    return { kind: 'damaged', format: 'qed', reason: "its backing file's name is out of bounds" };
  const name = backed ? decodeBytes(untilNul(file.bytes(at, length))) : '';
  return plainDisk('qed', {
    virtualSize: Number(head.readBigUInt64LE(48)),
    clusterSize: head.readUInt32LE(4),
    backing: name === '' ? null : { name, format: (features & QED.raw) === 0n ? null : 'raw' },
    dirty: (features & QED.check) !== 0n,
  });
}

/** An image of one file has its descriptor in it. A descriptor alone is a text that names the files with the data. */
function readVmdk(head: Buffer, file: FileStart): DiskReading {
  if (isVmdkDescriptor(head)) {
    const text = file.bytes(0, Math.min(file.size, 20 * SECTOR_BYTES)).toString('latin1');
    return plainDisk('vmdk', { backing: vmdkParent(text) });
  }
  if (head.subarray(0, 4).toString('latin1') === 'COWD')
    return plainDisk('vmdk', { virtualSize: head.readUInt32LE(12) * SECTOR_BYTES });
  const at = Number(head.readBigUInt64LE(28)) * SECTOR_BYTES;
  const length = Number(head.readBigUInt64LE(36)) * SECTOR_BYTES;
  const near = at > 0 && at <= 2 ** 20 && length <= 2 ** 20;
  const text = near ? untilNul(file.bytes(at, length)).toString('latin1') : '';
  return plainDisk('vmdk', {
    virtualSize: Number(head.readBigUInt64LE(12)) * SECTOR_BYTES,
    backing: vmdkParent(text),
  });
}

function vmdkParent(descriptor: string): { name: string; format: null } | null {
  const [, name = ''] = /^parentFileNameHint="([^"\n]*)"/m.exec(descriptor) ?? [];
  return name === '' ? null : { name: decodeBytes(Buffer.from(name, 'latin1')), format: null };
}

/** Programs whose images have the right size in the header. For images of others QEMU computes it from the geometry. */
const EXACT_SIZE_CREATORS = ['win ', 'qem2', 'd2v ', 'tap\0', 'CTXS', 'wa\0\0'];
const MAX_GEOMETRY_SECTORS = 65535 * 16 * 255;

function vpcSize(head: Buffer): number {
  const sectors = head.readUInt16BE(56) * head.readUInt8(58) * head.readUInt8(59);
  const exact =
    EXACT_SIZE_CREATORS.includes(head.subarray(28, 32).toString('latin1')) ||
    sectors === MAX_GEOMETRY_SECTORS;
  return exact ? Number(head.readBigUInt64BE(48)) : sectors * SECTOR_BYTES;
}
