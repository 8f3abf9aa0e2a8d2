import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import {
  mountUnit,
  parseUnitRecords,
  templateOf,
  unitName,
  unitOfFile,
  unitWord,
} from '../../src/formats/systemd.ts';
import { installed } from '../programs.ts';

describe('systemd names and words', () => {
  const paths = [
    '/var/lib/nova/instances/_base',
    '/',
    '/srv/my data/a-b',
    '/.hidden/x',
    '/a//b/',
    '/ü%$',
    '/x\\y',
  ];

  test.each([
    ['/var/lib/nova/instances/_base', 'var-lib-nova-instances-_base.mount'],
    ['/srv/a-b', 'srv-a\\x2db.mount'],
    ['/.h', '\\x2eh.mount'],
    ['/', '-.mount'],
  ])('%s', (path, expected) => expect(mountUnit(path)).toBe(expected));

  test.skipIf(!installed('systemd-escape')).each(paths)('as systemd-escape does: %s', (path) => {
    const said = execFileSync('systemd-escape', ['--path', '--suffix=mount', path], { encoding: 'utf8' });
    expect(mountUnit(path)).toBe(said.trim());
  });

  test('words keep what systemd would expand', () => {
    expect(unitWord('/a b/50%/$x/\\040"')).toBe('"/a b/50%%/$$x/\\\\040\\""');
  });
});

describe('units', () => {
  test.each([
    ['/etc/systemd/system/x.service', 'x.service'],
    ['/etc/systemd/system/x.timer', 'x.timer'],
    ['/etc/systemd/system/x.service.d/y.conf', 'x.service'],
    ['/etc/systemd/system/x@.service', 'x@.service'],
    ['/etc/systemd/system/x@1.service.d/y.conf', 'x@1.service'],
    ['/etc/systemd/system/var-lib-nova.mount', 'var-lib-nova.mount'],
    ['/etc/systemd/system/x.service.d/y.txt', undefined],
    ['/etc/systemd/system/multi-user.target.wants/x.service', undefined],
    ['/etc/systemd/journald.conf', undefined],
    ['/etc/systemd/system/x', undefined],
  ])('%s belongs to %s', (path, name) => {
    expect(unitOfFile(path)).toBe(name);
  });

  test('names', () => {
    expect(['nova', 'x.mount', 'a.b', 'x@1'].map(unitName)).toEqual([
      'nova.service',
      'x.mount',
      'a.b.service',
      'x@1.service',
    ]);
    expect(['x@1.service', 'x@.service', 'x.service', 'x@a.b.timer'].map(templateOf)).toEqual([
      'x@.service',
      undefined,
      undefined,
      'x@.timer',
    ]);
  });

  test('records in the order of the units', () => {
    const records = parseUnitRecords('Id=a\nExecStart={ argv[]=x=1 ; }\n\nId=b\n\n');
    expect(records.map((property) => [property('Id'), property('ExecStart')])).toEqual([
      ['a', '{ argv[]=x=1 ; }'],
      ['b', ''],
    ]);
  });
});
