/** Runs the tables of cases of all checks, and proves that none is missing. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createState } from '../../../src/facts/state.ts';
import { clientHosts } from '../../../src/inventory/inventory.ts';
import { defaultSettings } from '../../../src/inventory/settings-values.ts';
import type { Inventory } from '../../../src/inventory/inventory.ts';
import { derivations } from '../../../src/pool/derivations.ts';
import { allChecks } from '../../../src/pool/check-framework/run.ts';
import type { AnyCheck } from '../../../src/pool/check-framework/check.ts';
import { backendAnswers, computeAnswers, controllerAnswers, makeHost, makeInventory } from '../fixture.ts';
import type { CheckCase } from './case.ts';

const FOLDERS = [import.meta.dirname, join(import.meta.dirname, '../storage/nfs-checks')];

/** The table of a check stands in the file of its name. */
function tableOf({ name }: AnyCheck): string | undefined {
  return FOLDERS.map((folder) => join(folder, `${name}.cases.ts`)).find(existsSync);
}

function inventoryOf({ on }: AnyCheck, { inventory, settings = {} }: CheckCase): Inventory {
  if (inventory !== undefined) return inventory;
  const all = { ...defaultSettings, ...settings };
  const made = makeInventory(2, all);
  if (on !== 'controller') return made;
  const glance = [makeHost('ctl1', { groups: ['glance'], settings: all })];
  return { ...made, glance, hosts: [...made.hosts, ...glance] };
}

function findingsOf(check: AnyCheck, its: CheckCase) {
  const inventory = inventoryOf(check, its);
  const { facts = {}, unread = [], lost = [] } = its;
  const { backend } = inventory;
  const healthy = [
    [backend.name, backendAnswers(inventory)] as const,
    ...clientHosts(inventory).map(
      (host, index) =>
        [
          host.name,
          inventory.glance.includes(host)
            ? controllerAnswers(inventory, host, index + 1)
            : computeAnswers(inventory, host, index + 1),
        ] as const,
    ),
  ].filter(([name]) => !unread.includes(name));
  const command = check.on === 'departing' ? 'remove' : check.on === 'cleanup' ? 'gc' : 'apply';
  const { findings } = derivations[command].derive({
    inventory,
    states: new Map(
      healthy.map(([name, answers]) => [
        name,
        createState(new Map()).with([...answers, ...(facts[name] ?? [])]),
      ]),
    ),
    unread,
    lost,
    receivedAt: new Map(healthy.map(([name]) => [name, 1000])),
  });
  return findings.filter((finding) => finding.check === check.name);
}

const tables = await Promise.all(
  allChecks.map(async (check) => {
    const file = tableOf(check);
    const cases =
      file === undefined ? [] : ((await import(file)) as { default: readonly CheckCase[] }).default;
    return [check.name, { check, cases }] as const;
  }),
);

describe.each(tables)('%s', (_, { check, cases }) => {
  if (cases.length > 0)
    test.each(cases.map((its) => [its.name, its] as const))('%s', (__, its) => {
      const found = findingsOf(check, its);
      expect(found.map(({ host, code }) => `${host} ${code}`)).toEqual(
        its.findings.map(({ host, code }) => `${host} ${code}`),
      );
      expect(found).toMatchObject(its.findings);
    });

  test('says what it is good for', () => {
    expect(check.about).toMatch(/^[A-Za-z].*\.$/);
  });

  test('has a case for each of its findings, word for word, and one without unless it always finds something', () => {
    const said = cases.flatMap(({ findings }) => findings.filter(({ finding }) => finding !== undefined));
    expect(new Set(said.map(({ code }) => code))).toEqual(new Set(Object.keys(check.findings)));
    expect(cases.some(({ findings }) => findings.length === 0) || check.name === 'openrc').toBe(true);
  });

  test('findings are data, and end neither with a full stop nor empty', () => {
    for (const its of cases)
      for (const { fields, finding, remedy } of findingsOf(check, its)) {
        expect(JSON.parse(JSON.stringify(fields))).toEqual(fields);
        for (const sentence of [finding, remedy]) expect(sentence).toMatch(/[^.\s]$/);
      }
  });
});

test('no two checks have the same name', () => {
  expect(new Set(allChecks.map(({ name }) => name)).size).toBe(allChecks.length);
});
