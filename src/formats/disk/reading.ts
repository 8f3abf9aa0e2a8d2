/** What is read from the header of a disk image. */

/** A format of disk images, by the name that QEMU gives it. `iso` is an ISO 9660 file system, which is raw for QEMU. */
export type DiskFormat =
  | 'raw'
  | 'iso'
  | 'qcow2'
  | 'qcow'
  | 'qed'
  | 'vmdk'
  | 'vdi'
  | 'vpc'
  | 'vhdx'
  | 'luks'
  | 'parallels'
  | 'bochs'
  | 'cloop';

/** The backing file of an image, as the image's header names it. `reference.ts` says what the name means. */
export interface Backing {
  /** Bytes that are not UTF-8 are encoded as in `core/bytes.ts`. */
  readonly name: string;
  /** The format of the backing file that the header records; null if QEMU has to guess it. */
  readonly format: string | null;
}

/** A disk image as its header describes it. */
export interface Disk {
  readonly kind: 'disk';
  readonly format: DiskFormat;
  /** The version of the format: 2 or 3 for qcow2. Null for formats without versions. */
  readonly version: number | null;
  /** In bytes; null where the header alone does not say it. */
  readonly virtualSize: number | null;
  /** In bytes. */
  readonly clusterSize: number | null;
  readonly backing: Backing | null;
  /** Another file that has the image's data. Its name may be missing. */
  readonly dataFile: { readonly name: string | null } | null;
  readonly encrypted: boolean;
  /** It was not closed, so its reference counts are not up to date. It can be read all the same. */
  readonly dirty: boolean;
  /** QEMU marked it as inconsistent, and refuses to write to it. */
  readonly corrupt: boolean;
  /** The types of its header extensions, in their order. */
  readonly extensions: readonly number[];
}

/** What the first bytes of a file say. */
export type DiskReading =
  | Disk
  /** It begins as an image of this format does, but QEMU would not open it. */
  | { readonly kind: 'damaged'; readonly format: DiskFormat; readonly reason: string }
  /** The header is longer than what was read: so many bytes from the start are needed. */
  | { readonly kind: 'short'; readonly format: DiskFormat; readonly needs: number };

/** A disk with this format and the fields of `over`. All else is unknown. */
export function plainDisk(format: DiskFormat, over: Partial<Disk> = {}): Disk {
  return {
    kind: 'disk',
    format,
    version: null,
    virtualSize: null,
    clusterSize: null,
    backing: null,
    dataFile: null,
    encrypted: false,
    dirty: false,
    corrupt: false,
    extensions: [],
    ...over,
  };
}

/** The start of a file. Bytes after its end read as zeros, as in QEMU. It notes which bytes were asked for but not read. */
export interface FileStart {
  /** The size of the whole file. */
  readonly size: number;
  /** `length` bytes from the offset `at`. */
  bytes(at: number, length: number): Buffer;
  /** How many bytes from the start are needed for all that was asked for; undefined if there were enough. */
  missing(): number | undefined;
}

/**
 * @param bytes the start of the file, as far as it was read
 * @param size the size of the whole file
 */
export function fileStart(bytes: Buffer, size: number): FileStart {
  let wanted = 0;
  return {
    size,
    bytes(at, length) {
      wanted = Math.max(wanted, at + length);
      const part = bytes.subarray(at, at + length);
      return part.length === length ? part : Buffer.concat([part], length);
    },
    missing: () => (Math.min(wanted, size) > bytes.length ? Math.min(wanted, size) : undefined),
  };
}

/** A text as in C: the bytes before the first NUL. */
export function untilNul(bytes: Buffer): Buffer {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
}
