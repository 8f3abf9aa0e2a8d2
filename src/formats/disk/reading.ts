/** What a disk image's first bytes say it is, by the names that QEMU gives to formats; `iso` is raw to QEMU. */
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

/** The image below an overlay, as the overlay's header names it; `reference.ts` says what the name means. */
export interface Backing {
  /** Bytes that are no UTF-8 as `shell/bytes.ts` carries them. */
  readonly name: string;
  /** The format that the overlay says its base has; null where it leaves that to QEMU's guess. */
  readonly format: string | null;
}

/** A disk image as its header describes it. */
export interface Disk {
  readonly kind: 'disk';
  readonly format: DiskFormat;
  /** Of the format: 2 or 3 for qcow2; null where that says nothing. */
  readonly version: number | null;
  /** In bytes; null where the header alone does not tell it. */
  readonly virtualSize: number | null;
  readonly clusterSize: number | null;
  readonly backing: Backing | null;
  /** A file beside the image that holds its data; its name may be missing. */
  readonly dataFile: { readonly name: string | null } | null;
  readonly encrypted: boolean;
  /** Reference counts are not up to date: it was not closed. Harmless for reading. */
  readonly dirty: boolean;
  /** QEMU found it inconsistent, and refuses to write to it. */
  readonly corrupt: boolean;
  /** Types of the header extensions, in their order. */
  readonly extensions: readonly number[];
}

/** What the first bytes of a file tell. */
export type DiskReading =
  | Disk
  /** It calls itself an image of this format, but QEMU would not open it. */
  | { readonly kind: 'damaged'; readonly format: DiskFormat; readonly reason: string }
  /** The header goes on: as many bytes from the start are needed. */
  | { readonly kind: 'short'; readonly format: DiskFormat; readonly needs: number };

/** A disk of which nothing is known but its format, and what `over` says. */
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

/** The start of a file. What lies past its end reads as zeros, as in QEMU; what was not handed over is remembered. */
export interface FileStart {
  /** The size of the whole file. */
  readonly size: number;
  bytes(at: number, length: number): Buffer;
  /** How many bytes had to be there for all that was asked, where they were not. */
  missing(): number | undefined;
}

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

/** A text in C's way: up to the first NUL. */
export function untilNul(bytes: Buffer): Buffer {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
}
