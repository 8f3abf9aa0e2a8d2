import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Makes disk images of all sorts in a folder, real ones by qemu-img, hostile ones by bending real ones. */

export function qemuImg(...args: readonly string[]): string {
  return execFileSync('qemu-img', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** A random generator that always gives the same (mulberry32). */
export function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Bases of every format that qemu-img makes, by name. */
export function makeBases(folder: string): readonly string[] {
  const make = (format: string, name: string, ...options: readonly string[]) => {
    qemuImg('create', '-q', '-f', format, ...options, join(folder, name), '3M');
    return name;
  };
  const names = [
    make('raw', 'base.raw'),
    make('qcow2', 'base.qcow2'),
    make('qcow2', 'base-v2', '-o', 'compat=0.10'),
    make('qcow', 'base.qcow'),
    make('qed', 'base.qed'),
    make('vmdk', 'base.vmdk'),
    make('vmdk', 'stream.vmdk', '-o', 'subformat=streamOptimized'),
    make('vmdk', 'flat.vmdk', '-o', 'subformat=monolithicFlat'),
    make('vdi', 'base.vdi'),
    make('vpc', 'base.vhd'),
    make('vpc', 'forced.vhd', '-o', 'force_size=on'),
    make('vpc', 'fixed.vhd', '-o', 'subformat=fixed'),
    make('vhdx', 'base.vhdx'),
    make('parallels', 'base.hdd'),
    make('qcow2', 'base, with: blank'),
  ];
  const secret = ['--object', 'secret,id=key,data=0', '-o', 'iter-time=10,key-secret=key'];
  patiently(() => qemuImg('create', '-q', '-f', 'luks', ...secret, join(folder, 'base.luks'), '1M'));
  const iso = Buffer.alloc(64 * 1024);
  iso.write('CD001', 0x8001, 'latin1');
  writeFileSync(join(folder, 'base.iso'), iso);
  writeFileSync(join(folder, 'odd.raw'), Buffer.alloc(1000, 'x'));
  writeFileSync(join(folder, 'empty.raw'), '');
  symlinkSync('base.qcow2', join(folder, 'link'));
  mkdirSync(join(folder, 'below'));
  symlinkSync('..', join(folder, 'below', 'up'));
  return [...names, 'base.luks', 'base.iso', 'odd.raw', 'empty.raw', 'link'];
}

/** On a busy machine qemu-img cannot always tell how fast its own key derivation is. */
function patiently(make: () => unknown): void {
  for (let left = 20; ; left--) {
    try {
      make();
      return;
    } catch (error) {
      if (left === 0) throw error;
    }
  }
}

/** The ways to name one file. */
export function namesFor(folder: string, name: string): readonly string[] {
  const path = join(folder, name);
  const colon = name.includes(':');
  return [
    path,
    ...(colon ? [] : [name]),
    `./${name}`,
    `below/../${name}`,
    `below/up/${name}`,
    `file:${path}`,
    `file://${path}`,
    `json:${JSON.stringify({ file: { driver: 'file', filename: path } })}`,
    `json:${JSON.stringify({ 'file.filename': path })}`,
    `json:${JSON.stringify({ driver: 'raw', file: { driver: 'file', filename: path } })}`,
    `json:${JSON.stringify({ driver: 'file', filename: path })}`,
    `json:${JSON.stringify({ driver: 'qcow2', file: { driver: 'file', filename: path, locking: 'off' } })}`,
  ];
}

export interface Overlay {
  readonly version: 2 | 3;
  readonly clusterBits: number;
  readonly size: number;
  /** As it shall stand in the header; null where there is none. */
  readonly backing: string | null;
  readonly format: string | null;
  readonly options?: readonly string[];
}

/** An overlay by qemu-img, which is not asked whether its base is there. */
export function makeOverlay(path: string, overlay: Overlay): void {
  const { version, clusterBits, size, backing, format, options = [] } = overlay;
  const all = [`compat=${version === 2 ? '0.10' : '1.1'}`, `cluster_size=${2 ** clusterBits}`, ...options];
  qemuImg('create', '-q', '-f', 'qcow2', '-o', all.join(','), path, String(size));
  if (backing !== null) setBacking(path, backing, format);
}

/** Writes a backing file's name into a header without asking qemu-img, which refuses what it cannot open. */
export function setBacking(path: string, name: string, format: string | null): void {
  const bytes = readFileSync(path);
  const version = bytes.readUInt32BE(4);
  const start = version === 2 ? 72 : bytes.readUInt32BE(100);
  const cluster = 2 ** bytes.readUInt32BE(20);
  const kept = bytes.subarray(start, extensionsEnd(bytes, start, cluster));
  const text = Buffer.from(name);
  const parts = [
    kept,
    ...(format === null ? [] : [extension(0xe2792aca, Buffer.from(format))]),
    Buffer.alloc(8),
  ];
  const extensions = Buffer.concat(parts);
  const at = start + extensions.length;
  if (at + text.length > cluster) throw new Error(`no room for ${name} in a cluster of ${cluster}`);
  extensions.copy(bytes, start);
  text.copy(bytes, at);
  bytes.writeBigUInt64BE(BigInt(at), 8);
  bytes.writeUInt32BE(text.length, 16);
  writeFileSync(path, bytes);
}

export function extension(type: number, data: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(type, 0);
  head.writeUInt32BE(data.length, 4);
  return Buffer.concat([head, data, Buffer.alloc((8 - (data.length % 8)) % 8)]);
}

/** Where the end marker stands; the feature table is left out of small clusters. */
function extensionsEnd(bytes: Buffer, start: number, cluster: number): number {
  let at = start;
  while (at + 8 <= cluster && bytes.readUInt32BE(at) !== 0) {
    if (cluster < 4096 && bytes.readUInt32BE(at) === 0x6803f857) break;
    at += 8 + Math.ceil(bytes.readUInt32BE(at + 4) / 8) * 8;
  }
  return at;
}

/** Copies an image and bends the copy. */
export function bend(from: string, to: string, change: (bytes: Buffer) => Buffer | undefined): void {
  copyFileSync(from, to);
  const bytes = readFileSync(to);
  writeFileSync(to, change(bytes) ?? bytes);
}
