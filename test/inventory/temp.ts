import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { loadInventory } from '../../src/inventory/load.ts';
import type { Loaded } from '../../src/inventory/load.ts';
import type { Diagnostic } from '../../src/core/diagnostic.ts';
import { formatDiagnostic } from '../../src/core/diagnostic.ts';

/** A folder with these files, gone after the test. */
export async function temporaryFolder(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'fastboot-inventory-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), content);
  }
  return folder;
}

export async function load(
  content: string | Uint8Array,
  others: Readonly<Record<string, string>> = {},
): Promise<Loaded> {
  const folder = await temporaryFolder({ 'i.yaml': content, ...others });
  const loaded = await loadInventory(path.join(folder, 'i.yaml'));
  if (!loaded.ok) throw new Error(loaded.error.map(formatDiagnostic).join('\n'));
  return loaded.value;
}

export async function problems(
  content: string | Uint8Array,
  others: Readonly<Record<string, string>> = {},
): Promise<Diagnostic[]> {
  const folder = await temporaryFolder({ 'i.yaml': content, ...others });
  const loaded = await loadInventory(path.join(folder, 'i.yaml'));
  return loaded.ok ? [...loaded.value.notices] : loaded.error;
}

/** `LINE:COLUMN message (hint)` of each finding. */
export async function findings(
  content: string | Uint8Array,
  others: Readonly<Record<string, string>> = {},
): Promise<string[]> {
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
