import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lineEdits } from '../../src/resources/edit.ts';
import { linesOf } from '../../src/formats/lines.ts';
import { parseExports, unserved, withExports, withServed } from '../../src/formats/exports.ts';
import { fstabEntries, fstabLine, withEntry, withoutEntry } from '../../src/formats/fstab.ts';
import { withIniOption } from '../../src/formats/ini.ts';
import { missingLive, shownOptions } from '../../src/formats/mount-options.ts';

/** Texts of short lines, so that lines repeat, with and without a last newline. */
const text = fc
  .array(fc.constantFrom('', 'a', 'b', '[s]', '[t]', 'o = 1', '#o = 2', ' more', '\udcff', 'a\r'), {
    maxLength: 12,
  })
  .chain((lines) => fc.constantFrom(lines.join('\n'), lines.join('\n') + '\n'));

describe('edits of lines', () => {
  const apply = (before: string, after: string) => {
    const edits = lineEdits(before, after);
    const lines = linesOf(before);
    let next = 0;
    const parts = edits.flatMap(({ at, remove, insert }) => {
      const kept = lines.slice(next, at - 1);
      next = at - 1 + remove;
      return [...kept, ...insert];
    });
    return [...parts, ...lines.slice(next)].join('');
  };

  test('give the text that was wanted, whatever it is', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        expect(apply(before, after)).toBe(after);
      }),
    );
  });

  test('hold no line that stays, not even where the last one gets its newline', () => {
    expect(lineEdits('secret\nlast', 'secret\nlast\nnew\n')).toEqual([
      { at: 3, remove: 0, insert: ['\n', 'new\n'] },
    ]);
    expect(lineEdits('secret', 'secret\n')).toEqual([{ at: 2, remove: 0, insert: ['\n'] }]);
    expect(lineEdits('a\nsecret', 'b\nsecret\nc\n')).toEqual([
      { at: 1, remove: 1, insert: ['b\n'] },
      { at: 3, remove: 0, insert: ['\n', 'c\n'] },
    ]);
    expect(lineEdits('secret\nold', 'secret\nnew\n')).toEqual([{ at: 2, remove: 1, insert: ['new\n'] }]);
  });
});

describe('fstab', () => {
  const FSTAB = `# /etc/fstab: static file system information.
UUID=0a1b / ext4 errors=remount-ro 0 1
\t/dev/sdb1\t/srv/my\\040data  xfs
tmpfs /tmp tmpfs defaults
//nas/x /mnt/x cifs ro 0 # trailing
nfs01:/a /mnt/a nfs ro,_netdev 0 0 # the pool
#nfs01:/b /mnt/b nfs ro 0 0
`;
  const entry = { source: 'nfs01:/a', path: '/mnt/a', type: 'nfs', options: ['_netdev', 'ro'] };

  test('lines of three to six fields, comments and escapes', () => {
    expect(
      fstabEntries(FSTAB).map((line) => [line.entry.path, line.entry.options.join(), line.rest]),
    ).toEqual([
      ['/', 'errors=remount-ro', ''],
      ['/srv/my data', 'defaults', ''],
      ['/tmp', 'defaults', ''],
      ['/mnt/x', 'ro', ' # trailing'],
      ['/mnt/a', 'ro,_netdev', ' # the pool'],
    ]);
  });

  test.each([
    ['there, its options in another order', {}, FSTAB],
    [
      'mended in its place',
      { options: ['ro'] },
      FSTAB.replace('nfs01:/a /mnt/a nfs ro,_netdev 0 0', 'nfs01:/a /mnt/a nfs ro 0 0'),
    ],
    ['new at the end', { path: '/mnt/b c' }, `${FSTAB}nfs01:/a /mnt/b\\040c nfs _netdev,ro 0 0\n`],
    [
      'by a name with a blank',
      { path: '/srv/my data', type: 'xfs' },
      FSTAB.replace(/^.*my.*$/m, 'nfs01:/a /srv/my\\040data xfs _netdev,ro 0 0'),
    ],
  ])('%s', (_, change, after) => {
    const wanted = { ...entry, ...change };
    expect(withEntry(FSTAB, wanted, [wanted.path])).toBe(after);
    expect(withEntry(after, wanted, [wanted.path])).toBe(after);
  });

  test('a second line for the same path goes; so does a line under the real name', () => {
    const twice = `${FSTAB}old:/a /real/a nfs ro 0 0\nnfs01:/a /mnt/a nfs rw 0 0`;
    expect(withEntry(twice, entry, ['/mnt/a', '/real/a'])).toBe(FSTAB);
    expect(withoutEntry(twice, ['/mnt/a', '/real/a'])).toBe(FSTAB.replace(/^nfs01:\/a.*\n/m, ''));
  });

  test('foreign lines stay to the byte', () => {
    const foreign = FSTAB.replace(/^nfs01.*\n/m, '').replaceAll('\n', '\r\n');
    expect(withEntry(foreign, entry, ['/mnt/a'])).toBe(`${foreign}nfs01:/a /mnt/a nfs _netdev,ro 0 0\r\n`);
    expect(fstabLine({ ...entry, options: [] })).toBe('nfs01:/a /mnt/a nfs defaults 0 0');
  });
});

describe('mount options', () => {
  const LIVE =
    'rw,relatime,rw,vers=4.2,rsize=262144,wsize=262144,namlen=255,hard,proto=tcp6,timeo=600,retrans=2,sec=sys,clientaddr=fd00::2,lookupcache=pos,local_lock=none,addr=fd00::1';

  test.each([
    ['vers=4.2,hard,lookupcache=positive,_netdev,nofail', ''],
    ['defaults,rw,bg,x-systemd.automount,noauto,retry=3,comment=x,intr,rsize=1048576', ''],
    ['nfsvers=4.2,proto=tcp,sec=sys,timeo=600,async,cto,ac,acl', ''],
    ['vers=4,minorversion=2', ''],
    ['vers=4.1', 'vers=4.1'],
    ['vers=3', 'vers=3'],
    ['ro,soft,lookupcache=all,lookupcache=none', 'ro,soft,lookupcache=all,lookupcache=none'],
    ['noatime,nosuid,sec=krb5p,timeo=100,udp', 'noatime,nosuid,sec=krb5p,timeo=100,udp'],
    ['acregmin=3,acdirmax=60,nconnect=1', ''],
    ['acregmin=5,nconnect=4,actimeo=60', 'acregmin=5,nconnect=4,actimeo=60'],
  ])('%s lacks "%s"', (wanted, lacking) => {
    expect(missingLive('nfs', wanted.split(','), LIVE.split(',')).join()).toBe(lacking);
  });

  test('what will be shown is what is compared', () => {
    const wanted =
      'vers=4.2,hard,lookupcache=positive,_netdev,nfsvers=4,tcp,actimeo=5,ro,noatime,minorversion=2'.split(
        ',',
      );
    expect(
      missingLive(
        'nfs4',
        wanted.filter((option) => option !== 'nfsvers=4'),
        shownOptions(wanted),
      ),
    ).toEqual([]);
  });
});

describe('exports', () => {
  const EXPORTS = `# mine
/srv  *(ro)  10.0.0.0/8(rw,sync) # all
"/srv/with blank" c1(ro)
/srv/a\\040b c1 c2(rw,no_root_squash)
`;

  test('are read client by client', () => {
    expect(parseExports(EXPORTS).map(({ path, client, options }) => [path, client, options.join()])).toEqual([
      ['/srv', '*', 'ro'],
      ['/srv', '10.0.0.0/8', 'rw,sync'],
      ['/srv/with blank', 'c1', 'ro'],
      ['/srv/a b', 'c1', ''],
      ['/srv/a b', 'c2', 'rw,no_root_squash'],
    ]);
  });

  test('are mended in their place and added in order', () => {
    const after = withExports(
      EXPORTS,
      '/srv/a b',
      ['c10', 'c2', 'c9', 'c9', 'FD00::1', '10.0.0.2'],
      'rw,sync',
    );
    expect(after).toBe(`${EXPORTS.replace('(rw,no_root_squash)', '(rw,sync)')}/srv/a\\040b 10.0.0.2(rw,sync)
/srv/a\\040b c9(rw,sync)
/srv/a\\040b c10(rw,sync)
/srv/a\\040b FD00::1(rw,sync)
`);
    expect(withExports(after, '/srv/a b', ['c10', 'c2', 'c9', 'fd00:0::1', '10.0.0.2'], 'sync,rw')).toBe(
      after,
    );
  });

  test('the table: by path, client and options', () => {
    const table =
      '/srv\tc1.example.org(rw,sync,wdelay,sec=sys)\n/srv\tfd00::1(ro,sync)\n/srv/x\tc3(rw,sync)\n';
    const clients = ['c1', 'fd00::1', 'c3', 'c1.example'];
    expect(unserved(table, '/srv', clients, 'rw,sync')).toEqual(['fd00::1', 'c3', 'c1.example']);
    expect(unserved(withServed(table, '/srv', clients, 'rw,sync'), '/srv', clients, 'rw,sync')).toEqual([]);
    expect(withServed(table, '/srv', ['c3'], 'rw')).toBe(`${table}/srv\tc3(rw)\n`);
  });
});

describe('INI options', () => {
  const wanted = { section: 's', option: 'o', value: '3' };
  const set = (before: string, value = '3') => withIniOption(before, { ...wanted, value });

  test.each([
    ['', '[s]\no = 3\n'],
    ['[s]\n', '[s]\no = 3\n'],
    ['[s]', '[s]\no = 3\n'],
    ['[s]\r\no: 1\r\n', '[s]\r\no = 3\r\n'],
    ['[s]\no=1', '[s]\no = 3'],
    ['[s]\no=1\n continued\n\tagain\nx=1\n', '[s]\no = 3\nx=1\n'],
    ['[s]\n# o is an option: say 1\n;o = 1\n', '[s]\n# o is an option: say 1\no = 3\n'],
    ['[s]\n#o = 1\n[t]\no = 1\n[s]\no = 2\n', '[s]\n#o = 1\n[t]\no = 1\n[s]\no = 3\n'],
    ['[s]\na = 1\n\n[t]\n', '[s]\na = 1\no = 3\n\n[t]\n'],
    ['[s]\noo = 1\n[ss]\no = 1\n', '[s]\noo = 1\no = 3\n[ss]\no = 1\n'],
    ['[DEFAULT]\ns = [s]\no = 1\n', '[DEFAULT]\ns = [s]\no = 1\n[s]\no = 3\n'],
  ])('%j becomes %j', (before, after) => {
    expect(set(before)).toBe(after);
    expect(set(after)).toBe(after);
  });

  test('a value that is there in another spelling is left alone', () => {
    for (const same of ['[s]\no=3\n', '[s]\no :  3  \n', '[s]\no=1\no\t=\t3\n']) expect(set(same)).toBe(same);
    expect(set('[s]\no =\n', '')).toBe('[s]\no =\n');
  });

  test('a comment stays one where the line below would become part of the value', () => {
    expect(set('[s]\n#o = 2\n more\n')).toBe('[s]\n#o = 2\n more\no = 3\n');
  });

  test('twice is once, and other sections stay', () => {
    fc.assert(
      fc.property(text, (before) => {
        const after = set(before);
        expect(set(after)).toBe(after);
        const lines = (each: string) => each.replaceAll('\r', '').split('\n');
        const others = (each: string) => lines(each).filter((line) => !/^[#;]?o\b|^\[s\]|^ |^$/.test(line));
        expect(others(after)).toEqual(others(before));
      }),
    );
  });
});
