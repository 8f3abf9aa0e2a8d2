/** The names of a distribution come from one table into what the packaged playbooks ask of hosts. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { os } from '../../../src/facts/os.ts';
import { distributionNames } from '../../../src/formats/distributions.ts';
import { hostVariables } from '../../../src/engine/resolve-from-playbook.ts';
import type { Host } from '../../../src/inventory/inventory.ts';
import { loadPlaybook } from '../../../src/playbook/load.ts';
import { resolvePlay } from '../../../src/playbook/resolve.ts';
import { copyProject } from '../../project-copy.ts';
import { answer, derive, makeInventory } from '../fixture.ts';

const inventory = makeInventory(1);

/** The resources of one type that `fastboot apply` asks of the backend and of a compute node. */
async function asked(family: 'debian' | 'redhat', type: string, param: string): Promise<readonly unknown[]> {
  const playbook = await loadPlaybook(join(import.meta.dirname, '../../../playbooks/site.yaml'));
  if (!playbook.ok) throw new Error('the playbook cannot be read');
  const system = ({ name }: Host) => [
    answer(os({}), {
      ...{ family, id: family, version: '9', kernel: '6', hostname: name },
      ...{ resolvesOwnName: true, systemd: true },
    }),
  ];
  const view = derive(
    inventory,
    Object.fromEntries(inventory.hosts.map((host) => [host.name, system(host)])),
  );
  return inventory.hosts.flatMap((host) =>
    playbook.value.plays
      .filter((play) => play.hosts === (host.name === inventory.backend.name ? 'nfs_backend' : 'compute'))
      .flatMap((play) => {
        const desired = resolvePlay(play, { ...hostVariables(host), ...view.vars(host.name) });
        if (!desired.ok) throw new Error(desired.error.message);
        return desired.value.groups.flatMap(({ resources }) => resources);
      })
      .filter(({ resource }) => resource.type === type)
      .map(({ params }) => params[param]),
  );
}

test.each(['debian', 'redhat'] as const)('a host of the family %s is asked for its names', async (family) => {
  const names = distributionNames(family);
  const { nfs_client, nfs_server, python } = names?.packages ?? {};
  expect(await asked(family, 'package', 'name')).toEqual([[nfs_server, python], [nfs_client]]);
  expect(await asked(family, 'service', 'name')).toContain(names?.units.nfs_server);
  expect(await asked(family, 'nfs_server', 'unit')).toEqual([names?.units.nfs_server]);
});

test('a name is changed in one file', () => {
  const copy = copyProject();
  const table = 'src/formats/distributions.ts';
  const text = copy.read(table);
  copy.write(
    table,
    text.replace('nfs-common', 'made-up').replace("'nfs-server.service'", "'made-up.service'"),
  );
  expect(copy.read(table)).toContain("nfs_client: 'made-up'");
  const own = 'test/pool/apply/distribution-names.test.ts';
  expect(copy.vitest(own, '-t', 'debian', '--reporter=verbose')).toContain('the family debian');
  expect(copy.changed()).toEqual([table]);
});
