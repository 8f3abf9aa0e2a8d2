import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';

const values: Record<string, string> = {
  'fastboot.pool.images': '/var/lib/glance/images',
  'fastboot.pool.cache': '/var/lib/glance/imagecache',
  'fastboot.link_sync.interval': '10',
  'pool.parent': '/var/lib/glance',
  'pool.link_sync_families': 'AF_UNIX AF_INET AF_INET6',
  'paths.link_sync': '/usr/local/lib/fastboot/link-sync',
};

/** A template with its placeholders filled; an unknown one is an error. */
function render(name: string): string {
  const text = readFileSync(resolve(import.meta.dirname, '../../playbooks/templates', name), 'utf8');
  return text.replaceAll(/\{\{ *([^ }]+) *\}\}/g, (_, key: string) => {
    const value = values[key];
    if (value === undefined) throw new Error(`${name} uses ${key}`);
    return value;
  });
}

const version = Number(
  /systemd (\d+)/.exec(spawnSync('systemd-analyze', ['--version'], { encoding: 'utf8' }).stdout)?.[1] ?? 0,
);
if (version < 250) console.warn('SKIPPED: the score of the unit needs systemd-analyze 250 or newer');

describe('fastboot-link-sync.service', () => {
  const unit = render('fastboot-link-sync.service');
  const settings = (key: string): string[] =>
    [...unit.matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))].map((match) => match[1] ?? '');

  test('says who owns it, and restarts the job for ever', () => {
    expect(unit).toMatch(/^# Managed by fastboot/);
    expect(settings('Restart')).toEqual(['always']);
    expect(settings('StartLimitIntervalSec')).toEqual(['0']);
    expect(settings('Type')).toEqual(['notify']);
  });

  test('both folders lie below its one writable path', () => {
    expect(settings('ReadWritePaths')).toEqual(['"/var/lib/glance"']);
    expect(settings('ProtectSystem')).toEqual(['strict']);
  });

  test.skipIf(version < 250)('its exposure is at most 3.0', () => {
    const folder = mkdtempSync(join(tmpdir(), 'link-sync-unit-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'fastboot-link-sync.service');
    writeFileSync(file, unit);
    const { stdout } = spawnSync('systemd-analyze', ['security', '--offline=true', file], {
      encoding: 'utf8',
    });
    const score = Number(/Overall exposure level.*: ([\d.]+)/.exec(stdout)?.[1]);
    expect(score).toBeLessThanOrEqual(3);
  });
});

test('the cron form starts it every minute, quietly where it runs', () => {
  const lines = render('fastboot-link-sync.cron').split('\n');
  expect(lines[0]).toMatch(/^# Managed by fastboot/);
  expect(lines.filter((line) => line && !line.startsWith('#'))).toEqual([
    '* * * * * root /usr/local/lib/fastboot/link-sync --watch --cron --config /etc/fastboot/link-sync.json',
  ]);
});
