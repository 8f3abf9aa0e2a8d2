import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { encodeOctal } from '../../../src/formats/octal.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import { render } from '../../../src/playbook/template.ts';
import { unitWord } from '../../../src/formats/systemd.ts';
import { derive, makeHost, makeInventory } from '../fixture.ts';

function rendered(name: string, vars: JsonObject): string {
  const text = readFileSync(join(import.meta.dirname, '../../../playbooks/templates', name), 'utf8');
  const result = render(text, vars);
  if (!result.ok || typeof result.value !== 'string') throw new Error(JSON.stringify(result));
  return result.value;
}

const view = derive(makeInventory(1));

test('the NFS server: threads and versions', () => {
  expect(rendered('nfs.conf', view.vars('nfs01'))).toBe(`# Managed by fastboot: changes here are overwritten.
[nfsd]
threads=16
# below version 4 only while something else is exported too, or somebody may have a live mount of it
vers3=false
`);
});

test("nova's drop-in", () => {
  const text = rendered('nova.conf', view.vars('c1'));
  expect(text).toMatch(/^# Managed by fastboot: changes here are overwritten\.\n/);
  expect(text).toMatch(/\n\[image_cache\]\nremove_unused_base_images = false\n$/);
});

describe('the gate', () => {
  const gate = rendered('gate.conf', view.vars('c1'));

  test('has what the contract names', () => {
    expect(gate.split('\n')).toEqual(
      expect.arrayContaining([
        '# Managed by fastboot: changes here are overwritten.',
        '[Unit]',
        'Wants=var-lib-nova-instances-_base.mount',
        'After=var-lib-nova-instances-_base.mount',
        'StartLimitIntervalSec=0',
        '[Service]',
        'Restart=always',
        'RestartSec=5',
      ]),
    );
  });

  /** Splits a command line as systemd.service(5) says: quotes, backslashes, `%%` and `$$`. */
  function systemdWords(line: string): readonly string[] {
    const words = line.match(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^\s"']+/g) ?? [];
    return words.map((word) =>
      word
        .replace(/^(["'])(.*)\1$/s, '$2')
        .replace(/\\(.)/g, '$1')
        .replaceAll('%%', '%')
        .replaceAll('$$', '$'),
    );
  }

  const odd = '/srv/a b%/$x/_base';
  const source = '198.51.100.10:/cache';
  const line = (path: string, from = source, type = 'nfs4') =>
    `40 22 0:50 / ${encodeOctal(path)} rw,relatime shared:2 - ${type} ${encodeOctal(from)} rw,vers=4.2\n`;
  const root = '22 1 8:1 / / rw - ext4 /dev/sda1 rw\n';

  test.each([
    ['the pool is there', root + line(odd), true],
    ['nothing is', root, false],
    ['another source', line(odd, '192.0.2.1:/cache'), false],
    ['a source that only begins alike', line(odd, `${source}2`), false],
    ['another path', line(`${odd}2`), false],
    ['NFSv3', line(odd, source, 'nfs'), false],
    ['something else was mounted over it', line(odd) + line(odd, '/dev/sdb', 'ext4'), false],
    ['it was mounted over something else', line(odd, '/dev/sdb', 'ext4') + line(odd), true],
    ['NFSv3, which is accepted until it is mounted anew', line(odd, source, 'nfs'), true, [`nfs ${source}`]],
    ['the pool, where something else is accepted too', line(odd), true, ['nfs nfs01:/cache']],
    ['another name, which is accepted', line(odd, 'nfs01:/cache'), true, ['nfs4 nfs01:/cache']],
    ['neither', line(odd, 'nfs02:/cache'), false, ['nfs4 nfs01:/cache']],
  ])('%s', (_, mountinfo, expected, aliases: readonly string[] = []) => {
    const folder = mkdtempSync(join(tmpdir(), 'fastboot-gate-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'mountinfo'), mountinfo);
    const text = rendered('gate.conf', {
      nova: { mount_unit: 'x.mount' },
      gate: {
        base: unitWord(encodeOctal(odd)),
        mounts: [`nfs4 ${encodeOctal(source)}`, ...aliases].map(unitWord).join(' '),
      },
    });
    const command = /^ExecStartPre=(.*)$/m.exec(text)?.[1] ?? '';
    const [shell = '', ...words] = systemdWords(command).map((word) =>
      word.replace('/proc/self/mountinfo', join(folder, 'mountinfo')),
    );
    expect(shell).toBe('/bin/sh');
    expect(spawnSync(shell, words).status).toBe(expected ? 0 : 1);
  });
});

test("glance-api's gate is nova's, for its own mount", () => {
  const host = makeHost('ctl1', { groups: ['glance'] });
  const vars = derive({ ...makeInventory(1), glance: [host] }).vars('ctl1');
  const lines = (text: string) => text.split('\n').filter((line) => /^(\[|[A-Z])/.test(line));
  expect(lines(rendered('glance-gate.conf', vars))).toEqual(
    lines(rendered('gate.conf', view.vars('c1'))).map((line) =>
      line
        .replaceAll('/var/lib/glance/imagecache', '/var/lib/glance/images')
        .replaceAll('/var/lib/nova/instances/_base', '/var/lib/glance/images')
        .replace('var-lib-nova-instances-_base.mount', 'var-lib-glance-images.mount'),
    ),
  );
});
