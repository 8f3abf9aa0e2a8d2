/** link-sync's systemd unit and cron job. */
import { describe, expect, test } from 'vitest';
import { render } from './templates.ts';

describe('fastboot-link-sync.service', () => {
  const unit = render('fastboot-link-sync.service');
  const settings = (key: string): string[] =>
    [...unit.matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))].map((match) => match[1] ?? '');

  test('says who manages it, and always restarts the job', () => {
    expect(unit).toMatch(/^# Managed by fastboot/);
    expect(settings('Restart')).toEqual(['always']);
    expect(settings('StartLimitIntervalSec')).toEqual(['0']);
    expect(settings('Type')).toEqual(['notify']);
  });

  test('both folders are inside its one writable path', () => {
    expect(settings('ReadWritePaths')).toEqual(['"/var/lib/glance"']);
    expect(settings('ProtectSystem')).toEqual(['strict']);
  });
});

test('the cron form starts it every minute, without a message if it is running', () => {
  const lines = render('fastboot-link-sync.cron').split('\n');
  expect(lines[0]).toMatch(/^# Managed by fastboot/);
  expect(lines.filter((line) => line && !line.startsWith('#'))).toEqual([
    '* * * * * root /usr/local/lib/fastboot/link-sync --watch --cron --config /etc/fastboot/link-sync.json',
  ]);
});
