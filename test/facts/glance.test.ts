import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { glance } from '../../src/facts/glance.ts';
import { storeFiles } from '../../src/facts/glance-store-files.ts';
import { makeScene, shells } from './ask.ts';

const root = '22 1 8:1 / / rw - ext4 /dev/sda1 rw\n';

const conf = `[DEFAULT]
transport_url = rabbit://glance:SECRET@host
enabled_backends = fast:file
[fast]
filesystem_store_datadir = /srv/images
[database]
connection = mysql://glance:SECRET@db
`;

describe.each(shells.map((shell) => ({ shell, name: shell.join(' ') })))('$name', ({ shell }) => {
  test('wanted options only, kolla, and a web server that seems to run it', () => {
    const query = glance({ units: ['glance-api.service'] });
    const made = makeScene({
      files: {
        '/proc/self/mountinfo': root,
        '/etc/glance/glance-api.conf': conf,
        '/etc/httpd/conf.d/10-glance_wsgi.conf': '',
      },
      folders: ['/etc/kolla/glance-api'],
    });
    expect(made.run(shell, [query]).read(query)).toEqual({
      units: [],
      running: null,
      files: [
        {
          path: `${made.root}/etc/glance/glance-api.conf`,
          lines: [
            '[DEFAULT]',
            'enabled_backends = fast:file',
            '[fast]',
            'filesystem_store_datadir = /srv/images',
            '[database]',
          ],
        },
      ],
      kolla: true,
      web: [`${made.root}/etc/httpd/conf.d/10-glance_wsgi.conf`],
    });
  });

  test('the files of a store, and none of one on a network mount', () => {
    const query = storeFiles({ path: '/var/lib/glance/images' });
    const files = { '/proc/self/mountinfo': root, '/var/lib/glance/images/a-1': 'four' };
    const made = makeScene({ files });
    const at = join(made.root, 'var/lib/glance/images');
    chmodSync(join(at, 'a-1'), 0o640);
    expect(made.run(shell, [query]).read(query)).toMatchObject({
      kind: 'folder',
      real: at,
      files: [{ name: 'a-1', size: 4, mode: '0640', directory: false }],
      complete: true,
    });
    const mounted = (path: string): void =>
      writeFileSync(
        join(made.root, 'proc/self/mountinfo'),
        `${root}40 22 0:50 / ${path} rw - nfs4 h:/images rw\n`,
      );
    mounted(at);
    expect(made.run(shell, [query]).read(query)).toMatchObject({ kind: 'mounted', real: at, files: [] });
    mounted(join(made.root, 'var/lib/glance'));
    expect(made.run(shell, [query]).read(query)).toMatchObject({ kind: 'remote', files: [] });
  });

  test('no store is none', () => {
    const query = storeFiles({ path: '/var/lib/glance/images' });
    const made = makeScene({ files: { '/proc/self/mountinfo': root }, folders: ['/var/lib'] });
    expect(made.run(shell, [query]).read(query)).toMatchObject({ kind: 'absent', files: [], complete: true });
  });
});
