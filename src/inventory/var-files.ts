/** Reads the files of variables beside an inventory: group_vars/ and host_vars/. */
import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { open, readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Diagnostic } from '../core/diagnostic.ts';
import { err, ok } from '../core/result.ts';
import type { Result } from '../core/result.ts';
import { isNull } from '../core/yaml/node.ts';
import type { YamlMap, YamlNode } from '../core/yaml/node.ts';
import { parseYaml } from '../core/yaml/parse.ts';
import { decodeText, MAX_FILE_BYTES } from '../core/yaml/read.ts';
import type { Model } from './model.ts';

const EXTENSIONS = ['', '.yml', '.yaml', '.json'];
const MAX_FOLDER_DEPTH = 20;
const MAX_FILES = 20_000;
const MAX_TOTAL_BYTES = 4 * MAX_FILE_BYTES;

/** The variables in `group_vars/` and `host_vars/`; for each name the weakest first. */
export interface VarFiles {
  readonly groups: ReadonlyMap<string, readonly YamlMap[]>;
  readonly hosts: ReadonlyMap<string, readonly YamlMap[]>;
  /** Every file, in the order in which they were read. */
  readonly files: readonly string[];
}

/** Reads files, and makes one hash of everything that it read. */
export interface FileReader {
  read(file: string): Promise<Result<Uint8Array, Diagnostic>>;
  digest(): string;
}

/** Reads regular files: each at most 16 MiB, all together at most 64 MiB. */
export function createFileReader(): FileReader {
  const hash: Hash = createHash('sha256');
  let total = 0;
  const place = (file: string, message: string, hint?: string): Diagnostic => ({
    file,
    line: 1,
    column: 1,
    severity: 'error',
    message,
    ...(hint === undefined ? {} : { hint }),
  });
  return {
    digest: () => hash.copy().digest('hex'),
    async read(file) {
      try {
        const info = await stat(file);
        if (info.isDirectory())
          return err(place(file, 'is a folder, not a file', 'give the inventory file in it'));
        if (!info.isFile()) return err(place(file, 'is not a regular file'));
        total += info.size;
        if (info.size > MAX_FILE_BYTES)
          return err(place(file, 'is larger than 16 MiB', 'is this the right file?'));
        if (total > MAX_TOTAL_BYTES)
          return err(place(file, 'with this file, there are more than 64 MiB of variables'));
        const bytes = await readAtMost(file, MAX_FILE_BYTES + 1);
        if (bytes.length > MAX_FILE_BYTES)
          return err(place(file, 'is larger than 16 MiB', 'is this the right file?'));
        hash.update(`${path.basename(file)}\0${bytes.length}\0`).update(bytes);
        return ok(bytes);
      } catch (error) {
        return err(place(file, readFailure(error)));
      }
    },
  };
}

async function readAtMost(file: string, limit: number): Promise<Uint8Array> {
  const handle = await open(file, 'r');
  try {
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of handle.createReadStream({
      autoClose: false,
      end: limit,
    }) as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > limit) break;
    }
    return Buffer.concat(chunks);
  } finally {
    await handle.close();
  }
}

function readFailure(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT') return 'no such file';
  if (code === 'EACCES') return 'cannot be read: permission denied';
  if (code === 'ELOOP') return 'cannot be read: its symbolic links form a loop';
  return `cannot be read: ${error instanceof Error ? error.message : String(error)}`;
}

/**
 * Reads what Ansible reads beside an inventory: for each name the first of NAME, NAME.yml, NAME.yaml and NAME.json. A folder
 * stands for all files in it.
 */
export async function readVarFiles(
  reader: FileReader,
  folder: string,
  model: Model,
): Promise<{ readonly varFiles: VarFiles; readonly diagnostics: readonly Diagnostic[] }> {
  const state: State = { reader, files: [], diagnostics: [] };
  const groups = await readFor(state, path.join(folder, 'group_vars'), model.groups.keys());
  const hosts = await readFor(state, path.join(folder, 'host_vars'), model.hosts.keys());
  return { varFiles: { groups, hosts, files: state.files }, diagnostics: state.diagnostics };
}

interface State {
  readonly reader: FileReader;
  readonly files: string[];
  readonly diagnostics: Diagnostic[];
}

async function readFor(
  state: State,
  folder: string,
  names: Iterable<string>,
): Promise<Map<string, YamlMap[]>> {
  const found = new Map<string, YamlMap[]>();
  const present = new Set(await listFolder(folder));
  if (present.size === 0) return found;
  for (const name of names) {
    const extension = name.includes('/') ? undefined : EXTENSIONS.find((item) => present.has(name + item));
    if (extension === undefined) continue;
    const maps: YamlMap[] = [];
    for (const file of await filesAt(path.join(folder, name + extension), true, 0)) {
      const map = await readVarFile(state, file);
      if (map !== undefined) maps.push(map);
      if (state.files.length > MAX_FILES) return found;
    }
    found.set(name, maps);
  }
  return found;
}

async function listFolder(folder: string): Promise<string[]> {
  try {
    return await readdir(await realpath(folder));
  } catch {
    return [];
  }
}

/** A file, or the files of a folder in Ansible's order: by name, without hidden files, backups and other extensions. */
async function filesAt(place: string, top: boolean, depth: number): Promise<string[]> {
  const info = await stat(place).catch(() => undefined);
  if (info === undefined || depth > MAX_FOLDER_DEPTH) return [];
  const extension = path.extname(place);
  if (!info.isDirectory()) return top || EXTENSIONS.includes(extension) ? [place] : [];
  if (!top && extension !== '') return [];
  const names = (await listFolder(place)).filter((name) => !name.startsWith('.') && !name.endsWith('~'));
  const files: string[] = [];
  for (const name of names.sort()) files.push(...(await filesAt(path.join(place, name), false, depth + 1)));
  return files;
}

async function readVarFile(state: State, file: string): Promise<YamlMap | undefined> {
  state.files.push(file);
  const fail = (diagnostic: Diagnostic) => {
    state.diagnostics.push(diagnostic);
    return undefined;
  };
  const bytes = await state.reader.read(file);
  if (!bytes.ok) {
    fail(bytes.error);
    return;
  }
  const text = decodeText(file, bytes.value);
  if (!text.ok) {
    fail(text.error);
    return;
  }
  const place = { file, line: 1, column: 1 };
  if (text.value.startsWith('$ANSIBLE_VAULT;')) {
    fail({
      ...place,
      severity: 'notice',
      message: 'encrypted with ansible-vault; fastboot does not read it',
    });
    return;
  }
  const { root, diagnostics } = parseYaml(text.value, file);
  state.diagnostics.push(...diagnostics);
  if (root === undefined || isFalsy(root)) return undefined;
  if (root.kind === 'map') return root;
  fail({ ...place, severity: 'error', message: 'must be a mapping of variables' });
}

function isFalsy(node: YamlNode): boolean {
  if (node.kind === 'seq') return node.items.length === 0;
  return isNull(node) || (node.kind === 'scalar' && (node.value === '' || Number(node.value) === 0));
}
