import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { selectHosts } from '../../../src/inventory/pattern.ts';
import type { Host } from '../../../src/inventory/inventory.ts';
import { compressHosts, hostRanges } from '../../../src/report/terminal/host-range.ts';
import { growthOf } from '../../cpu.ts';
import { names } from '../build.ts';

/** Expands as Ansible does: as many digits as the first number has. */
function expand(text: string): readonly string[] {
  return text.split(',').flatMap((part) => {
    const match = /^(.*)\[([0-9]+):([0-9]+)\](.*)$/.exec(part);
    if (!match) return [part];
    const [, prefix = '', from = '', to = '', suffix = ''] = match;
    return Array.from(
      { length: Number(to) - Number(from) + 1 },
      (_, index) => prefix + String(Number(from) + index).padStart(from.length, '0') + suffix,
    );
  });
}

describe('compressHosts', () => {
  it.each<[readonly string[], string]>([
    [[], ''],
    [['nfs01'], 'nfs01'],
    [['compute001', 'compute002', 'compute003', 'compute007'], 'compute[001:003],compute007'],
    [['compute045', 'nfs01', 'compute044'], 'compute[044:045],nfs01'],
    [['n8', 'n9', 'n10', 'n11'], 'n[8:11]'],
    [['n098', 'n099', 'n100', 'n101'], 'n[098:101]'],
    [['n1', 'n01', 'n2', 'n02'], 'n[1:2],n[01:02]'],
    [['c1.dc2.example.org', 'c2.dc2.example.org'], 'c[1:2].dc2.example.org'],
    [['rack1-node1', 'rack1-node2', 'rack2-node1'], 'rack1-node[1:2],rack2-node1'],
    [['192.0.2.9', '192.0.2.10'], '192.0.2.[9:10]'],
    [['a', 'b', 'a'], 'a,b'],
    [['x99999999999999999999', 'x99999999999999999998'], 'x99999999999999999999,x99999999999999999998'],
  ])('%j', (hosts, expected) => expect(compressHosts(hosts)).toBe(expected));

  it('gives every name exactly once', () => {
    const name = fc.oneof(
      fc.stringMatching(/^[a-z]{1,2}[0-9]{1,3}$/),
      fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,8}$/),
      fc.stringMatching(/^[a-z]-?[0-9]{1,2}\.[a-z][0-9]$/),
    );
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 60 }), (hosts) => {
        expect([...expand(compressHosts(hosts))].sort()).toEqual([...hosts].sort());
      }),
    );
  });

  it('is what --limit accepts', () => {
    const hosts = names('compute', 1, 120).map((name) => ({ name })) as unknown as readonly Host[];
    const inventory = { hosts, groups: { compute: hosts.map(({ name }) => name) } };
    const wanted = hosts.filter((_, index) => index % 7 !== 3);
    const selected = selectHosts(inventory, compressHosts(wanted.map(({ name }) => name)));
    expect(selected).toEqual({ ok: true, value: wanted });
  });

  it('takes little more than ten times the work for ten times the hosts', async () => {
    expect(hostRanges(names('compute', 1, 100_000))).toEqual(['compute[001:100000]']);
    const jobFor = (size: number) => {
      const hosts = names('compute', 1, size);
      return () => hostRanges(hosts);
    };
    expect(await growthOf(jobFor, 10_000, 100_000)).toBeLessThan(30);
  });
});
