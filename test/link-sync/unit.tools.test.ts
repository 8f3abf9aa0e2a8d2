/** How exposed link-sync's unit is, by systemd's own score. Needs systemd 250 or newer. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { render } from './templates.ts';

test('its exposure is at most 3.0', () => {
  const folder = mkdtempSync(join(tmpdir(), 'link-sync-unit-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'fastboot-link-sync.service');
  writeFileSync(file, render('fastboot-link-sync.service'));
  const { stdout } = spawnSync('systemd-analyze', ['security', '--offline=true', file], { encoding: 'utf8' });
  const score = Number(/Overall exposure level.*: ([\d.]+)/.exec(stdout)?.[1]);
  expect(score).toBeLessThanOrEqual(3);
});
