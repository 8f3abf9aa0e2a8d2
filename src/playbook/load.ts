/** Loads playbooks: their plays, what they import, and the files beside them. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Diagnostic } from '../core/diagnostic.ts';
import { err, ok } from '../core/result.ts';
import type { Result } from '../core/result.ts';
import { entryOf } from '../core/yaml/node.ts';
import type { YamlNode } from '../core/yaml/node.ts';
import { parseYaml } from '../core/yaml/parse.ts';
import { decodeText } from '../core/yaml/read.ts';
import { createSource, diagnose } from '../core/yaml/source.ts';
import { readPlay } from './plays.ts';
import type { Play, Playbook } from './playbook.ts';
import { rejectUnknown } from './read-helpers.ts';
import type { Reading } from './read-helpers.ts';

/** Reads a playbook with everything that it imports. The error: everything that is wrong with it. */
export async function loadPlaybook(file: string): Promise<Result<Playbook, readonly Diagnostic[]>> {
  const reading = createReading();
  const plays = await readPlays(file, [], reading);
  if (reading.diagnostics.length > 0) return err(reading.diagnostics);
  return ok({ file, digest: reading.digest.digest('hex'), plays });
}

function createReading(): Reading {
  const diagnostics: Diagnostic[] = [];
  const digest = createHash('sha256');
  return {
    diagnostics,
    digest,
    async text(folder, node, name) {
      const bytes = await readFile(resolve(folder, name)).catch(() => undefined);
      if (bytes === undefined) {
        diagnostics.push(
          diagnose(node.source, node.start, { message: `cannot read ${resolve(folder, name)}` }),
        );
        return undefined;
      }
      digest.update(`${name}\0${bytes.length}\0`).update(bytes);
      return bytes.toString('utf8');
    },
  };
}

async function readPlays(
  file: string,
  importedBy: readonly string[],
  reading: Reading,
): Promise<readonly Play[]> {
  const bytes = await readFile(file).catch((error: unknown) =>
    error instanceof Error ? error : new Error(String(error)),
  );
  if (bytes instanceof Error) {
    const message =
      'code' in bytes && bytes.code === 'ENOENT' ? 'no such playbook' : `cannot be read: ${bytes.message}`;
    reading.diagnostics.push(diagnose(createSource(file, ''), 0, { message }));
    return [];
  }
  const text = decodeText(file, bytes);
  if (!text.ok) {
    reading.diagnostics.push(text.error);
    return [];
  }
  reading.digest.update(`${bytes.length}\0`).update(bytes);
  const { root, diagnostics } = parseYaml(text.value, file);
  reading.diagnostics.push(...diagnostics);
  if (root === undefined) return [];
  if (root.kind !== 'seq') {
    reading.diagnostics.push(
      diagnose(root.source, root.start, { message: 'a playbook must be a list of plays' }),
    );
    return [];
  }
  const plays: Play[] = [];
  for (const item of root.items)
    plays.push(...(await readItem(item, file, [...importedBy, resolve(file)], reading)));
  return plays;
}

async function readItem(
  item: YamlNode,
  file: string,
  chain: readonly string[],
  reading: Reading,
): Promise<readonly Play[]> {
  const folder = dirname(file);
  const imported = item.kind === 'map' ? entryOf(item, 'import_playbook') : undefined;
  if (imported === undefined) {
    const play = await readPlay(item, folder, reading);
    return play === undefined ? [] : [play];
  }
  if (item.kind === 'map') rejectUnknown(reading, item, ['import_playbook'], 'an import');
  const { value } = imported;
  const refuse = (message: string): readonly Play[] => {
    reading.diagnostics.push(diagnose(value.source, value.start, { message }));
    return [];
  };
  if (value.kind !== 'scalar' || value.type !== 'string')
    return refuse('`import_playbook` must be the name of a file');
  const target = resolve(folder, value.value);
  if (chain.includes(target)) return refuse(`${value.value} imports itself`);
  return readPlays(target, chain, reading);
}
