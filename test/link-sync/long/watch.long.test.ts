import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Rig, until, uuid } from '../rig.ts';

describe('--watch under stress', () => {
  test('more events than the kernel keeps lose no image', async () => {
    const rig = new Rig({ settle: 0.5, interval: 3600 });
    const child = rig.watch();
    await until('first pass', () => existsSync(rig.state));
    child.kill('SIGSTOP');
    // three events each, and the queue holds 16,384
    const ids = Array.from({ length: 8000 }, (_, n) => uuid(n));
    for (const id of ids) writeFileSync(join(rig.images, id), 'raw');
    child.kill('SIGCONT');
    await until('all', () => ids.every((id) => existsSync(rig.linkOf(id))), 240_000);
    await until('status', () => rig.status().counts.linked === ids.length);
    expect(rig.status().healthy).toBe(true);
  });
});
