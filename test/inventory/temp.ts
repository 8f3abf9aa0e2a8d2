import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { loadInventory } from '../../src/inventory/load.ts';
import type { Loaded } from '../../src/inventory/load.ts';
import type { Diagnostic } from '../../src/core/diagnostic.ts';
import { formatDiagnostic } from '../../src/core/diagnostic.ts';

type Files = Readonly<Record<string, string | Uint8Array>>;

async function createFolder(files: Files): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'fastboot-inventory-'));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), content);
  }
  return folder;
}

const remove = (folder: string) => rm(folder, { recursive: true, force: true });

/** A folder with these files, gone after the test. */
export async function temporaryFolder(files: Files): Promise<string> {
  const folder = await createFolder(files);
  onTestFinished(() => remove(folder));
  return folder;
}

async function loadText(content: string | Uint8Array, others: Files) {
  const folder = await createFolder({ 'i.yaml': content, ...others });
  try {
    return await loadInventory(path.join(folder, 'i.yaml'));
  } finally {
    await remove(folder);
  }
}

/** A valid inventory, loaded. */
export async function load(content: string | Uint8Array, others: Files = {}): Promise<Loaded> {
  const loaded = await loadText(content, others);
  if (!loaded.ok) throw new Error(loaded.error.map(formatDiagnostic).join('\n'));
  return loaded.value;
}

/** What there is to say about an inventory, valid or not. */
export async function problems(content: string | Uint8Array, others: Files = {}): Promise<Diagnostic[]> {
  const loaded = await loadText(content, others);
  return loaded.ok ? [...loaded.value.notices] : loaded.error;
}

/** `LINE:COLUMN message (hint)` of each finding. */
export async function findings(content: string | Uint8Array, others: Files = {}): Promise<string[]> {
  return (await problems(content, others)).map(({ line, column, message, hint }) => {
    return `${line}:${column} ${message}${hint === undefined ? '' : ` (${hint})`}`;
  });
}

/** A valid inventory with lines put in: variables for all, for the backend and for the compute group. */
export function inventoryText(parts: {
  all?: string;
  backend?: string;
  compute?: string;
  hosts?: string;
  more?: string;
}): string {
  return `all:
  vars: {${parts.all ?? ''}}
  children:
    nfs_backend:
      hosts: { nfs01: {${parts.backend ?? ''}} }
    compute:
      vars: {${parts.compute ?? ''}}
      hosts: {${parts.hosts ?? ' c1: , c2: '}}
${parts.more ?? ''}`;
}
