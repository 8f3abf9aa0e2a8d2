import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { describe, expect, test } from 'vitest';
import { installed } from '../programs.ts';
import { Rig, script } from './rig.ts';

const wrong: readonly [string, Record<string, unknown>, RegExp][] = [
  ['unknown key', { intervall: 3 }, /unknown key "intervall"/],
  ['two mistakes, both named', { mode: 420, interval: 'x' }, /"mode".*"interval"|"interval".*"mode"/],
  ['images is not a string', { images: 1 }, /"images"/],
  ['relative path', { images: 'images' }, /"images".*absolute/],
  ['.. in a path', { cache: '/a/../b' }, /"cache"/],
  ['owner by name', { owner: 'qemu:qemu' }, /"owner"/],
  ['owner null', { owner: null }, /"owner"/],
  ['owner out of range', { owner: '4294967295:0' }, /"owner"/],
  ['mode without quotes', { mode: 644 }, /"mode"/],
  ['mode that hides the base', { mode: '0640' }, /"mode"/],
  ['mode that lets others write', { mode: '0666' }, /"mode"/],
  ['mode not octal', { mode: '0689' }, /"mode"/],
  ['cacheOwner keep', { cacheOwner: 'keep' }, /"cacheOwner"/],
  ['cacheMode number', { cacheMode: 1775 }, /"cacheMode"/],
  ['interval zero', { interval: 0 }, /"interval"/],
  ['interval true', { interval: true }, /"interval"/],
  ['settle negative', { settle: -1 }, /"settle"/],
  ['settle text', { settle: '10' }, /"settle"/],
  ['openrc number', { openrc: 5 }, /"openrc"/],
  ['glanceAway else', { glanceAway: 'never' }, /"glanceAway"/],
  ['hold text', { hold: 'x' }, /"hold"/],
  ['hold of numbers', { hold: [1] }, /"hold"/],
  ['adopted text', { adopted: 'swap_512' }, /"adopted" must be a list of names/],
  ['adopted null', { adopted: null }, /"adopted"/],
  ['adopted numbers', { adopted: [512] }, /"adopted"/],
  ['adopted empty name', { adopted: ['swap_512', ''] }, /"adopted".*file names.*''/],
  ['adopted folder itself', { adopted: ['.'] }, /"adopted"/],
  ['adopted folder above', { adopted: ['..'] }, /"adopted"/],
  ['adopted path', { adopted: ['../images/x'] }, /"adopted".*images/],
  ['adopted NUL', { adopted: ['a\0b'] }, /"adopted".*x00/],
  ['adopted not encodable', { adopted: ['\ud800'] }, /"adopted".*ud800/],
  ['adopted too long', { adopted: ['é'.repeat(128)] }, /"adopted".{20,140}$/m],
  ['state null', { state: null }, /"state"/],
];

const hasPython = installed('python3');

describe.skipIf(!hasPython)('configuration', () => {
  test.each(wrong)('%s', (_, settings, message) => {
    const rig = new Rig(settings);
    const { code, stderr, stdout } = rig.once();
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('Traceback');
    expect(stdout).toBe('');
  });

  test.each([['--once'], ['--watch'], ['--status'], ['--status', '--json']])(
    '%s reads it first',
    (...args) => {
      expect(new Rig({ bogus: 1 }).run(...args)).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('"bogus"') as string,
      });
    },
  );

  test.each([
    ['broken JSON', '{'],
    ['a list', '[]'],
    ['a key twice', '{"images": "/a", "images": "/b"}'],
    ['NaN', '{"images": "/a", "cache": "/b", "settle": NaN}'],
    ['infinite', '{"images": "/a", "cache": "/b", "settle": 1e999}'],
    ['required keys missing', '{}'],
    ['cache inside images', '{"images": "/a", "cache": "/a/b"}'],
    ['images and cache the same', '{"images": "/a", "cache": "/a/"}'],
    ['state inside the cache', '{"images": "/a", "cache": "/b", "state": "/b/s"}'],
    ['bytes that are not text', '\xff\xfe'],
    ['deep nesting', '['.repeat(100_000)],
  ])('%s', (_, text) => {
    const rig = new Rig();
    writeFileSync(rig.config, text, 'latin1');
    const { code, stderr } = rig.once();
    expect(code).toBe(1);
    expect(stderr).toContain('error in the configuration');
    expect(stderr).not.toContain('Traceback');
  });

  test('a missing file, fractions, and only the required keys', () => {
    const { uid, gid } = userInfo();
    const rig = new Rig({ interval: 0.5, settle: 0.25, owner: 'keep', cacheOwner: `${uid}:${gid}` });
    expect(rig.once().code).toBe(0);
    rmSync(rig.config);
    expect(rig.once()).toMatchObject({ code: 1, stderr: expect.stringContaining(rig.config) as string });
    const { images, cache, state, log } = rig;
    writeFileSync(rig.config, JSON.stringify({ images, cache, state, log }));
    expect(rig.once().code).toBe(0);
  });
});

describe.skipIf(!hasPython)('usage', () => {
  test.each([
    [[]],
    [['--once', '--watch']],
    [['--bogus']],
    [['--once', '--json']],
    [['--once', '--cron']],
    [['--once', 'more']],
    [['--config']],
  ])('%j is a usage error', (args) => {
    const { status, stderr } = spawnSync(script, args, { encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toContain('usage: link-sync');
  });

  test('--help', () => {
    expect(spawnSync(script, ['--help'], { encoding: 'utf8' })).toMatchObject({ status: 0 });
  });

  test('the file says who owns it', () => {
    expect(readFileSync(script, 'utf8').split('\n')[1]).toContain('Managed by fastboot');
  });
});
