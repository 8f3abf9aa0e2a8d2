import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { aptScript, rpmScript } from '../../src/resources/package-script.ts';
import { shells } from '../shell/shells.ts';
import type { Shell } from '../shell/shells.ts';

/** The scripts with a stand-in for the package manager, which answers as apt and dnf did on real hosts. */
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fastboot-package-'));
  mkdirSync(join(folder, 'bin'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function fake(name: string, text: string): void {
  writeFileSync(join(folder, 'bin', name), `#!/bin/sh\nprintf '%s\\n' "$*" >>'${folder}/calls'\n${text}\n`);
  chmodSync(join(folder, 'bin', name), 0o755);
}

const VERBS = ['--download-only', '--assumeno', 'update', 'clean', 'makecache', 'install'];

function run(shell: Shell, script: string) {
  const { code, output } = shell.run(`PATH='${folder}/bin':$PATH\n( set -eu\n${script}\n) </dev/null 2>&1\n`);
  const calls = existsSync(join(folder, 'calls'))
    ? readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n')
    : [];
  const verbs = calls.map((call) => VERBS.find((verb) => call.split(' ').includes(verb)));
  return { code, output: output.toString(), calls, verbs };
}

const FINE =
  'The following NEW packages will be installed:\n  hello\n0 upgraded, 1 newly installed, 0 to remove and 134 not upgraded.';
const apt = (download: string) => `case $* in
  *--download-only*) ${download} ;;
  *update*) touch '${folder}/refreshed' ;;
  *install*) echo installed ;;
esac`;

describe.each(shells)('$name', (shell) => {
  test('apt: installs what changes nothing else', () => {
    fake('apt-get', apt(`echo '${FINE}'`));
    const { code, output, verbs, calls } = run(shell, aptScript(['hello']));
    expect({ code, output, verbs }).toEqual({
      code: 0,
      output: 'installed\n',
      verbs: ['--download-only', 'install'],
    });
    expect(calls[1]).toBe(
      '-q -y -o APT::Status-Fd=3 -o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold --no-install-recommends --no-upgrade --no-remove install hello',
    );
  });

  test.each([
    ['E: Unable to locate package hello'],
    ["E: Package 'hello' has no installation candidate"],
    ['E: Failed to fetch http://deb.debian.org/x.deb  404  Not Found [IP: 151.101.2.132 80]'],
  ])('apt: refreshes its lists once after "%s"', (message) => {
    fake(
      'apt-get',
      apt(`if [ -e '${folder}/refreshed' ]; then echo '${FINE}'; else echo "${message}" >&2; exit 100; fi`),
    );
    const { code, verbs } = run(shell, aptScript(['hello']));
    expect({ code, verbs }).toEqual({
      code: 0,
      verbs: ['--download-only', 'update', '--download-only', 'install'],
    });
  });

  test('apt: says why a package cannot be had', () => {
    fake('apt-get', apt('echo "E: Unable to locate package hello" >&2; exit 100'));
    const { code, output, verbs } = run(shell, aptScript(['hello']));
    expect({ code, verbs }).toEqual({ code: 1, verbs: ['--download-only', 'update', '--download-only'] });
    expect(output).toContain('E: Unable to locate package hello');
  });

  test('apt: other failures are no reason to refresh', () => {
    fake('apt-get', apt('echo "E: Unmet dependencies." >&2; exit 100'));
    const { code, output, verbs } = run(shell, aptScript(['hello']));
    expect({ code, output, verbs }).toEqual({
      code: 1,
      output: 'E: Unmet dependencies.\n',
      verbs: ['--download-only'],
    });
  });

  test.each([
    '1 upgraded, 1 newly installed, 0 to remove and 3 not upgraded.',
    '0 upgraded, 1 newly installed, 2 to remove and 3 not upgraded.',
  ])('apt: does not go on with "%s"', (summary) => {
    fake('apt-get', apt(`echo '${summary}'`));
    const { code, output, verbs } = run(shell, aptScript(['hello']));
    expect({ code, verbs }).toEqual({ code: 1, verbs: ['--download-only'] });
    expect(output).toContain('which fastboot never does');
  });

  const dnf = (planned: string) => `case $* in
  *--assumeno*) ${planned}; exit 1 ;;
  *makecache*) touch '${folder}/refreshed' ;;
esac`;

  test('dnf: installs, after a refresh where the package is not known yet', () => {
    fake('dnf', dnf(`[ -e '${folder}/refreshed' ] || echo 'No match for argument: hello'`));
    const { code, verbs, calls } = run(shell, rpmScript('dnf', ['hello']));
    expect({ code, verbs }).toEqual({
      code: 0,
      verbs: ['--assumeno', 'clean', 'makecache', '--assumeno', 'install'],
    });
    expect(calls.at(-1)).toBe(
      '--setopt=install_weak_deps=False --setopt=metadata_expire=-1 -y install hello',
    );
  });

  test.each(['Upgrading:', 'Removing:', 'Updating for dependencies:'])(
    'dnf and yum: do not go on with "%s"',
    (heading) => {
      for (const manager of ['dnf', 'yum'] as const) {
        fake(manager, dnf(`printf 'Installing:\\n hello\\n${heading}\\n glibc\\n'`));
        const { code, output } = run(shell, rpmScript(manager, ['hello']));
        expect(code).toBe(1);
        expect(output).toContain('which fastboot never does');
      }
    },
  );
});
