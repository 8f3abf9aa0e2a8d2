/** Guesses the format of a disk image from its first bytes, as QEMU does. */
import type { DiskFormat, FileStart } from './reading.ts';

/** QEMU looks at so many bytes to guess a format. */
const PROBED_BYTES = 512;

/** Where the identifier of an ISO 9660 file system is. */
const ISO_OFFSET = 0x8001;

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

/** What images of a format begin with, and a test of what follows, such as the version. As in QEMU's probe functions. */
const SIGNATURES: readonly {
  readonly format: DiskFormat;
  readonly magic: Buffer;
  readonly fits?: (head: Buffer) => boolean;
}[] = [
  { format: 'qcow2', magic: latin1('QFI\xfb'), fits: (head) => head.readUInt32BE(4) >= 2 },
  { format: 'qcow', magic: latin1('QFI\xfb'), fits: (head) => head.readUInt32BE(4) === 1 },
  { format: 'qed', magic: latin1('QED\0') },
  { format: 'vmdk', magic: latin1('KDMV') },
  { format: 'vmdk', magic: latin1('COWD') },
  { format: 'vpc', magic: latin1('conectix') },
  { format: 'vhdx', magic: latin1('vhdxfile') },
  { format: 'luks', magic: latin1('LUKS\xba\xbe'), fits: (head) => head.readUInt16BE(6) === 1 },
  { format: 'parallels', magic: latin1('WithoutFreeSpace'), fits: isParallels },
  { format: 'parallels', magic: latin1('WithouFreSpacExt'), fits: isParallels },
  { format: 'bochs', magic: latin1('Bochs Virtual HD Image\0'), fits: isBochs },
  { format: 'cloop', magic: latin1('#!/bin/sh\n#V2.0 Format\nmodprobe cloop file=$0 && mount') },
];

/** The format that QEMU would guess (in its `bdrv_probe_all`). `raw` if it recognises none. */
export function probeFormat(file: FileStart): DiskFormat {
  const head = file.bytes(0, PROBED_BYTES);
  const signed = SIGNATURES.find(
    ({ magic, fits }) => head.subarray(0, magic.length).equals(magic) && (fits?.(head) ?? true),
  );
  if (signed !== undefined) return signed.format;
  if (head.readUInt32LE(0x40) === 0xbeda107f) return 'vdi';
  return isVmdkDescriptor(head) ? 'vmdk' : 'raw';
}

/** Whether the start of a file shows an ISO 9660 file system. False if the start is too short to say. */
export function isIso(bytes: Buffer): boolean {
  return bytes.subarray(ISO_OFFSET, ISO_OFFSET + 5).equals(latin1('CD001'));
}

function isParallels(head: Buffer): boolean {
  return head.readUInt32LE(16) === 2;
}

function isBochs(head: Buffer): boolean {
  const text = (at: number, word: string) =>
    head.subarray(at, at + word.length + 1).equals(latin1(`${word}\0`));
  return text(32, 'Redolog') && text(48, 'Growing') && [0x10000, 0x20000].includes(head.readUInt32LE(64));
}

/** Whether it is a text of comments and blank lines, then a line with the version. */
export function isVmdkDescriptor(head: Buffer): boolean {
  for (const [line, ended] of linesOf(head)) {
    if (line.startsWith('#') && ended) continue;
    if (/^ *\r?$/.test(line) && ended) continue;
    return /^version=[123](\r?$)/.test(line) && ended;
  }
  return false;
}

function* linesOf(head: Buffer): Generator<readonly [string, boolean]> {
  const lines = head.toString('latin1').split('\n');
  for (const [index, line] of lines.entries()) yield [line, index < lines.length - 1];
}
