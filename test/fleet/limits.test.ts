/** Fleets of two checkouts side by side: the limit of inotify instances stays raised until the last one is down. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { fleetDir, openFleet, program } from './fleet.ts';
import { mustRun } from '../lab/process.ts';

const limit = (): number => Number(readFileSync('/proc/sys/fs/inotify/max_user_instances', 'utf8'));

it('the limit of inotify instances is raised while any fleet is up, and then set back', async () => {
  const before = limit();
  const first = await openFleet(1);
  onTestFinished(() => first.close());
  const raised = limit();
  expect(raised).toBeGreaterThanOrEqual(8192);

  // another fleet, of another checkout; its base root is the same, because making one takes a minute
  const dir = mkdtempSync(join(tmpdir(), 'fastboot-other-fleet-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  for (const name of readdirSync(fleetDir()).filter((each) => each.startsWith('base-')))
    symlinkSync(join(fleetDir(), name), join(dir, name));
  const other = async (...args: readonly string[]): Promise<void> => {
    await mustRun(program, args, { env: { ...process.env, FASTBOOT_FLEET_DIR: dir } });
  };
  await other('up', '1');
  onTestFinished(() => other('down'));
  expect(limit()).toBe(raised);
  await other('down');
  expect(limit()).toBe(raised);
  await first.close();
  expect(limit()).toBe(before);
});
