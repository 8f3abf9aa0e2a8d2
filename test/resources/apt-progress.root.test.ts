import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readProgressLine, withoutProgress } from '../../src/engine/progress-lines.ts';
import { aptScript } from '../../src/resources/package-script.ts';

/** Apt of this machine, working on a folder, with a package of its own to install. */
function aptApart(): Readonly<Record<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), 'fastboot-apt-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const at = (path: string): string => join(folder, path);
  const made = [
    'var/lib/dpkg/info',
    'var/lib/dpkg/updates',
    'var/lib/dpkg/triggers',
    'var/lib/apt/lists/partial',
  ];
  const more = [
    'var/cache/apt/archives/partial',
    'etc/apt/apt.conf.d',
    'etc/apt/preferences.d',
    'var/log/apt',
  ];
  for (const path of [...made, ...more, 'pkg/DEBIAN', 'repo']) mkdirSync(at(path), { recursive: true });
  const control =
    'Package: tiny\nVersion: 1\nArchitecture: all\nMaintainer: me <me@example.org>\nDescription: tiny\n';
  writeFileSync(at('pkg/DEBIAN/control'), control);
  spawnSync('dpkg-deb', ['-b', at('pkg'), at('repo/tiny.deb')]);
  const deb = readFileSync(at('repo/tiny.deb'));
  const sum = createHash('sha256').update(deb).digest('hex');
  writeFileSync(at('repo/Packages'), `${control}Filename: ./tiny.deb\nSize: ${deb.length}\nSHA256: ${sum}\n`);
  writeFileSync(at('var/lib/dpkg/status'), '');
  writeFileSync(at('etc/apt/sources.list'), `deb [trusted=yes] file://${at('repo')} ./\n`);
  const options = [`--root=${folder}`, '--force-not-root', '--log=/dev/null'];
  writeFileSync(
    at('apt.conf'),
    `Dir "${folder}";\nDir::State::status "${at('var/lib/dpkg/status')}";\nAPT::Sandbox::User "root";\nDPkg::Options { ${options.map((option) => `"${option}";`).join(' ')} };\n`,
  );
  return { APT_CONFIG: at('apt.conf') };
}

it('apt itself says how far it is, and so it is read', () => {
  const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', ...aptApart() };
  const { stdout, status } = spawnSync('sh', ['-c', `( set -eu\n${aptScript(['tiny'])}\n) </dev/null 2>&1`], {
    encoding: 'utf8',
    env,
  });
  expect(status, stdout).toBe(0);
  expect(stdout).toContain('Setting up tiny');
  const said = stdout.split('\n').flatMap((line) => readProgressLine(line) ?? []);
  const percents = said.map(({ amount }) => amount.done);
  expect(Math.max(...percents)).toBeGreaterThan(50);
  expect(percents.filter((percent) => percent < 0 || percent > 100)).toEqual([]);
  expect(said.some(({ step }) => step.startsWith('Installed tiny'))).toBe(true);
  expect(withoutProgress(stdout)).not.toContain('pmstatus');
  expect(withoutProgress(stdout)).toContain('Unpacking tiny');
});
