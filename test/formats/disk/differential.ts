import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { followChain } from '../../../src/formats/disk/chain.ts';
import type { Chain, Seen } from '../../../src/formats/disk/chain.ts';
import { readDisk } from '../../../src/formats/disk/headers.ts';

/** What is compared of one image of a chain. */
interface Row {
  readonly format: string;
  readonly virtualSize: number | null;
  readonly backing: string | null;
  readonly backingFormat: string | null;
  readonly dataFile: string | null;
  readonly encrypted: boolean;
  readonly dirty: boolean;
  readonly corrupt: boolean;
  readonly clusterSize: number | null;
  readonly version: number | null;
}

interface QemuInfo {
  readonly format: string;
  readonly 'virtual-size': number;
  readonly 'backing-filename'?: string;
  readonly 'backing-filename-format'?: string;
  readonly 'dirty-flag'?: boolean;
  readonly 'cluster-size'?: number;
  readonly encrypted?: boolean;
  readonly 'format-specific'?: { readonly data: Readonly<Record<string, unknown>> };
}

/** How one image came out. */
export interface Comparison {
  readonly path: string;
  /** Rows as QEMU has them; null where it refuses the chain. */
  readonly qemu: readonly Row[] | null;
  readonly ours: readonly Row[];
  readonly end: Chain['end'];
  readonly complaint: string;
}

const CLUSTER = 2 * 1024 ** 2;

/** What this machine has at a path, cut to as much as a header can be. */
export function lookHere(path: string): Seen {
  if (!existsSync(path)) return { kind: 'absent' };
  const found = statSync(path);
  if (!found.isFile()) return { kind: 'unread', reason: 'it is not a file' };
  const { size } = found;
  const start = Buffer.alloc(Math.min(size, CLUSTER));
  const file = openSync(path, 'r');
  readSync(file, start, 0, start.length, 0);
  closeSync(file);
  return { kind: 'file', reading: readDisk(start, size), size };
}

/** Whether both say the same of every image; a size that the header alone does not tell is left out. */
export function agree({ qemu, ours }: Comparison): boolean {
  const comparable = (rows: readonly Row[]) =>
    rows.map((row, index) => ({
      ...row,
      virtualSize: ours[index]?.virtualSize === null ? null : row.virtualSize,
    }));
  return JSON.stringify(comparable(qemu ?? [])) === JSON.stringify(comparable(ours));
}

/** Reads one image's chain with qemu-img and with our own reader. */
export function compare(path: string): Comparison {
  const info = spawnSync('qemu-img', ['info', '-U', '--backing-chain', '--output=json', path], {
    encoding: 'utf8',
    timeout: 20_000,
  });
  const chain = followChain(path, lookHere);
  const qemu = info.status === 0 ? (JSON.parse(info.stdout) as readonly QemuInfo[]).map(qemuRow) : null;
  return { path, qemu, ours: chain.links.map(ourRow), end: chain.end, complaint: info.stderr.trim() };
}

function qemuRow(info: QemuInfo): Row {
  const { format } = info;
  const data = info['format-specific']?.data ?? {};
  const qcow2 = format === 'qcow2';
  return {
    format: format === 'file' ? 'raw' : format,
    virtualSize: info['virtual-size'],
    backing: info['backing-filename'] ?? null,
    backingFormat: info['backing-filename-format'] ?? null,
    // a name alone stands for nothing: only an image that needs its data file says whether that is raw
    dataFile:
      typeof data['data-file-raw'] === 'boolean'
        ? typeof data['data-file'] === 'string'
          ? data['data-file']
          : '(no name)'
        : null,
    encrypted: info.encrypted ?? false,
    dirty: info['dirty-flag'] ?? false,
    corrupt: qcow2 && data['corrupt'] === true,
    clusterSize: qcow2 ? (info['cluster-size'] ?? null) : null,
    version: qcow2 ? (data['compat'] === '0.10' ? 2 : 3) : null,
  };
}

function ourRow({ disk }: Chain['links'][number]): Row {
  const qcow2 = disk.format === 'qcow2';
  return {
    format: disk.format === 'iso' ? 'raw' : disk.format,
    virtualSize: disk.virtualSize,
    backing: disk.backing === null ? null : shown(disk.backing.name),
    backingFormat: disk.backing?.format ?? null,
    dataFile: disk.dataFile === null ? null : shown(disk.dataFile.name ?? '(no name)'),
    encrypted: disk.encrypted,
    dirty: disk.dirty,
    corrupt: qcow2 && disk.corrupt,
    clusterSize: qcow2 ? disk.clusterSize : null,
    version: qcow2 ? disk.version : null,
  };
}

/** Bytes that are no UTF-8 as qemu-img prints them. */
function shown(name: string): string {
  return name.replace(/[\udc80-\udcff]/g, '\ufffd');
}
