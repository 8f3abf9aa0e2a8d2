import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openFleet } from './fleet.ts';
import type { Fleet } from './fleet.ts';
import { outcomes, readOutcome } from './runs.ts';

/**
 * What changes between the plan's last look and the write itself: the script that would change it looks once more, and leaves it
 * as it finds it. One run, in which every host has its own surprise.
 */

const SETUP = `mkdir -p /srv/s/folder /srv/s/empty /srv/s/mounted
echo old >/srv/s/old
echo owned >/srv/s/owned`;

/** The task that must refuse, what somebody does, and what must be there afterwards as it was then. */
const surprises: readonly (readonly [task: string, done: string, look: string])[] = [
  ['New file', 'echo mine >/srv/s/new', 'cat /srv/s/new'],
  ['New file', 'ln -s /nowhere /srv/s/new', 'readlink /srv/s/new'],
  ['Old file', 'echo mine >/srv/s/old', 'cat /srv/s/old'],
  ['Old file', 'rm /srv/s/old; ln -s /etc/hosts /srv/s/old', 'readlink /srv/s/old; cat /etc/hosts'],
  ['Owner', 'chown 1234 /srv/s/owned', 'stat -c %u:%g /srv/s/owned'],
  ['Folder', 'chmod 711 /srv/s/folder', 'stat -c %a /srv/s/folder'],
  ['Link', 'ln -s elsewhere /srv/s/link', 'readlink /srv/s/link'],
  ['Line', 'echo "# mine" >>/etc/login.defs', 'cat /etc/login.defs'],
  ['Option', 'echo "# mine" >>/etc/nova/nova.conf', 'cat /etc/nova/nova.conf'],
  ['Block', 'echo "# mine" >>/etc/security/limits.conf', 'cat /etc/security/limits.conf'],
  [
    'Mounted',
    'echo "# mine" >>/etc/fstab',
    'cat /etc/fstab; grep -c /srv/s/mounted /proc/self/mountinfo || :',
  ],
  [
    'Mounted',
    'mount -t tmpfs mine /srv/s/mounted',
    'cat /etc/fstab; grep /srv/s/mounted /proc/self/mountinfo',
  ],
  ['Mounted', 'touch /srv/s/mounted/file', 'cat /etc/fstab; ls /srv/s/mounted'],
  ['Group', 'groupadd -g 4243 images', 'getent group images'],
  ['Unit', 'echo "# mine" >/etc/systemd/system/tried.service', 'cat /etc/systemd/system/tried.service'],
  ['Job', 'echo "# mine" >/etc/cron.d/keeper', 'cat /etc/cron.d/keeper'],
  ['Kernel parameter', 'echo "# mine" >/etc/sysctl.d/60-fastboot.conf', 'cat /etc/sysctl.d/60-fastboot.conf'],
  ['Module', 'echo "# mine" >/etc/modules-load.d/overlay.conf', 'cat /etc/modules-load.d/overlay.conf'],
  ['Once', 'echo mine >/srv/s/once', 'cat /srv/s/once'],
];

let fleet: Fleet;

beforeAll(async () => {
  fleet = await openFleet(surprises.length + 2);
  await fleet.onAll(SETUP);
}, 180_000);
afterAll(() => fleet.close());

it('is left as it is, and stops its own host only', async () => {
  let planned: () => void = () => undefined;
  const ready = new Promise<void>((resolve) => (planned = resolve));
  const playbook = join(import.meta.dirname, 'playbooks/swap.yaml');
  const running = fleet.start(['apply', fleet.inventory(), '--playbook', playbook, '--yes', '--json'], {
    onLine: (line) => {
      if (line.includes('"change.start"')) planned();
    },
  });
  await Promise.race([ready, running.done]);
  const found = await Promise.all(
    surprises.map(async ([, done, look], index) => {
      const host = fleet.host(index + 2);
      await fleet.on(host, done);
      return fleet.on(host, look);
    }),
  );
  await fleet.on(fleet.host(1), 'touch /srv/go');
  const run = readOutcome(await running.done);
  expect(run.code, run.trouble).toBe(5);

  const refused = run.events.flatMap((event) =>
    event.type === 'host.failed' && event.failure.kind === 'stale'
      ? [[event.host, event.failure.during]]
      : [],
  );
  expect(Object.fromEntries(refused)).toEqual(
    Object.fromEntries(surprises.map(([task], index) => [fleet.host(index + 2).name, task])),
  );
  expect(outcomes(run.events)).toEqual(
    Object.fromEntries(
      fleet.hosts.map(({ name }, index) => [
        name,
        index === 0 || index > surprises.length ? 'changed' : 'blocked',
      ]),
    ),
  );
  expect(
    await Promise.all(surprises.map(([, , look], index) => fleet.on(fleet.host(index + 2), look))),
  ).toEqual(found);
});
