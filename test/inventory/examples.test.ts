import { readFileSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { init } from '../../src/commands/init.ts';
import { loadInventory } from '../../src/inventory/load.ts';
import { starterInventory } from '../../src/inventory/starter.ts';
import { toPlain } from '../../src/core/yaml/node.ts';
import { parseYaml } from '../../src/core/yaml/parse.ts';
import { createWorld } from '../commands/world.ts';
import { temporaryFolder } from './temp.ts';

const root = path.join(import.meta.dirname, '..', '..');
const examples = readdirSync(path.join(root, 'examples')).filter((name) => name.endsWith('.yaml'));
const schema = JSON.parse(
  readFileSync(path.join(root, 'schemas', 'inventory.schema.json'), 'utf8'),
) as object;
const ajv = new Ajv({ allowUnionTypes: true, strictTypes: false }).addVocabulary(['errorMessage']);
const validateWhole = ajv.compile(schema);

const sizes: Readonly<Record<string, number>> = {
  'existing-inventory.yaml': 12,
  'hardened.yaml': 3,
  'minimal.yaml': 1,
  'storage-network.yaml': 20,
  'three-hundred.yaml': 300,
  'three-nodes.yaml': 2,
};

test('every example is known here', () => {
  expect(examples.sort()).toEqual(Object.keys(sizes).sort());
});

describe.each(examples)('examples/%s', (name) => {
  const file = path.join(root, 'examples', name);

  test('is valid, without a word against it', async () => {
    const loaded = await loadInventory(file);
    expect(loaded).toMatchObject({ ok: true, value: { notices: [] } });
    expect(loaded.ok && loaded.value.inventory.compute.length).toBe(sizes[name]);
  });

  test('fits the schema that editors use', () => {
    const { root: node } = parseYaml(readFileSync(file, 'utf8'), file);
    validateWhole(node === undefined ? undefined : toPlain(node));
    expect(validateWhole.errors ?? []).toEqual([]);
  });
});

test('the schema that editors use finds mistakes at any depth', () => {
  const { root: node } = parseYaml('a: {children: {b: {hosts: {c: {fastboot: {pool: {mode: 0644}}}}}}}', 'x');
  expect(node !== undefined && validateWhole(toPlain(node))).toBe(false);
});

describe('init', () => {
  test('writes a valid inventory, also with all its comments taken away', async () => {
    const folder = await temporaryFolder({});
    const file = path.join(folder, 'new', 'inventory.yaml');
    expect(await init(file, createWorld(folder).environment)).toBe(0);
    expect(await loadInventory(file)).toMatchObject({ ok: true, value: { notices: [], unused: [] } });
    const uncommented = starterInventory.replace(
      /^( *)# (?=ansible_ssh|fastboot:|  |.*storage_address:)/gm,
      '$1',
    );
    const other = await temporaryFolder({ 'i.yaml': uncommented });
    const result = await loadInventory(path.join(other, 'i.yaml'));
    expect(result).toMatchObject({ ok: true, value: { notices: [], unused: [] } });
    const { backend, settings } = result.ok ? result.value.inventory : {};
    expect(backend?.storageAddress).toBe('198.51.100.10');
    expect(settings?.pool.mode).toBe('0644');
  });

  test('never overwrites', async () => {
    const folder = await temporaryFolder({ 'i.yaml': 'mine' });
    const { environment, stderr } = createWorld(folder);
    expect(await init(path.join(folder, 'i.yaml'), environment)).toBe(1);
    expect(stderr()).toContain('exists already');
    expect(await readFile(path.join(folder, 'i.yaml'), 'utf8')).toBe('mine');
  });
});
