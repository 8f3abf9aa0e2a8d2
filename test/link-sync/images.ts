/** Builders of disk images, byte by byte, so that the tests need no qemu-img. */

const CLUSTER = 65_536;

export interface Qcow2Options {
  version?: number;
  backing?: string;
  crypt?: number;
  incompatible?: bigint;
  extensions?: readonly { kind: number; data: Buffer }[];
  clusterBits?: number;
  /** Bytes cut off at the end. */
  cut?: number;
  /** How the only L2 table names the only data cluster. */
  l2Entry?: bigint;
  l1Size?: number;
}

/** A qcow2 of one L2 table and one data cluster: header, refcounts, L1, L2, data. */
export function qcow2(options: Qcow2Options = {}): Buffer {
  const image = Buffer.alloc(6 * CLUSTER);
  const version = options.version ?? 3;
  image.write('QFI\xfb', 0, 'latin1');
  image.writeUInt32BE(version, 4);
  image.writeUInt32BE(options.clusterBits ?? 16, 20);
  image.writeBigUInt64BE(1n << 20n, 24); // virtual size
  image.writeUInt32BE(options.crypt ?? 0, 32);
  image.writeUInt32BE(options.l1Size ?? 1, 36);
  image.writeBigUInt64BE(BigInt(3 * CLUSTER), 40); // L1
  image.writeBigUInt64BE(BigInt(CLUSTER), 48); // refcount table
  image.writeUInt32BE(1, 56);
  if (version >= 3) {
    image.writeBigUInt64BE(options.incompatible ?? 0n, 72);
    image.writeUInt32BE(4, 96);
    image.writeUInt32BE(104, 100);
  }
  let at = version >= 3 ? 104 : 72;
  for (const { kind, data } of options.extensions ?? []) {
    image.writeUInt32BE(kind, at);
    image.writeUInt32BE(data.length, at + 4);
    data.copy(image, at + 8);
    at += 8 + Math.ceil(data.length / 8) * 8;
  }
  if (options.backing !== undefined) {
    image.writeBigUInt64BE(BigInt(at + 8), 8);
    image.writeUInt32BE(options.backing.length, 16);
    image.write(options.backing, at + 8);
  }
  image.writeBigUInt64BE(BigInt(2 * CLUSTER), CLUSTER); // refcount block
  image.writeBigUInt64BE((1n << 63n) | BigInt(4 * CLUSTER), 3 * CLUSTER); // L1 → L2
  image.writeBigUInt64BE(options.l2Entry ?? (1n << 63n) | BigInt(5 * CLUSTER), 4 * CLUSTER); // L2 → data
  image.fill('x', 5 * CLUSTER);
  return image.subarray(0, image.length - (options.cut ?? 0));
}

/** Bytes at a place in an otherwise empty file of a size. */
export function bytesAt(offset: number, bytes: string, size = offset + bytes.length): Buffer {
  const image = Buffer.alloc(size);
  image.write(bytes, offset, 'latin1');
  return image;
}

/** An ISO 9660 volume; a hybrid one also has a boot sector with a partition table. */
export function iso(hybrid = false): Buffer {
  const image = bytesAt(0x8000, '\x01CD001\x01', 0x10000);
  image.write('\xffCD001\x01', 0x8800, 'latin1');
  if (hybrid) image.write('\x55\xaa', 510, 'latin1');
  return image;
}

/** A partitioned raw disk: protective MBR and GPT header. */
export function gpt(): Buffer {
  const image = bytesAt(512, 'EFI PART', 0x10000);
  image.write('\x55\xaa', 510, 'latin1');
  return image;
}
