import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { inventory } from '../../src/commands/inventory.ts';
import type { InventoryOptions } from '../../src/commands/inventory.ts';
import { createWorld } from '../commands/world.ts';
import { ansibleInventory, compatInventories } from './ansible.ts';

async function ours(file: string, view: Partial<InventoryOptions>): Promise<string> {
  const { environment, stdout, stderr } = createWorld('/nonexistent');
  const options = { list: false, host: undefined, graph: false, ...view };
  if ((await inventory(file, options, environment)) !== 0) throw new Error(stderr());
  return stdout();
}

const name = (file: string): string => path.relative(path.join(import.meta.dirname, 'ansible-compat'), file);

// where Ansible cannot sort keys of several types it prints them unsorted
const unsorted = new Set(['keys.yaml']);

describe('as ansible-inventory prints it', () => {
  test('there is something to compare', () => {
    expect(compatInventories.length).toBeGreaterThanOrEqual(25);
  });

  test('--list, of every inventory', { timeout: 120_000 }, async () => {
    const waiting = [...compatInventories];
    const differences: string[] = [];
    const compareNext = async (): Promise<void> => {
      for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
        const theirs = await ansibleInventory(file, '--list');
        const own = await ours(file, { list: true }).catch((error: unknown) => String(error));
        const equal = unsorted.has(name(file)) ? equalData(own, theirs) : own === theirs;
        if (!equal) differences.push(`${name(file)}: ${firstDifference(own, theirs)}`);
      }
    };
    await Promise.all([compareNext(), compareNext()]);
    expect(differences).toEqual([]);
  });

  test.each(['diamond.yaml', 'multinode.yaml', 'ungrouped.yaml'])('--graph of %s', async (file) => {
    const place = path.join(import.meta.dirname, 'ansible-compat', file);
    expect(await ours(place, { graph: true })).toBe(await ansibleInventory(place, '--graph'));
  });

  test.each([
    ['var-files/inventory.yaml', 'h1'],
    ['empty-groups.yaml', 'nobody'],
    ['precedence.yaml', 'h2'],
  ])('--host of %s', async (file, host) => {
    const place = path.join(import.meta.dirname, 'ansible-compat', file);
    if (host === 'nobody') await expect(ours(place, { host })).rejects.toThrow('no host');
    else expect(await ours(place, { host })).toBe(await ansibleInventory(place, '--host', host));
  });
});

function equalData(a: string, b: string): boolean {
  return isDeepStrictEqual(JSON.parse(a), JSON.parse(b));
}

function firstDifference(own: string, theirs: string): string {
  const [a, b] = [own.split('\n'), theirs.split('\n')];
  const at = a.findIndex((line, index) => line !== b[index]);
  return `line ${at + 1}\n${a.slice(at, at + 5).join('\n')}\n--- Ansible:\n${b.slice(at, at + 5).join('\n')}`;
}
