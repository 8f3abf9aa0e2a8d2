import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { folderLinks } from '../../src/facts/folder-links.ts';
import { imageLinkers } from '../../src/facts/image-linkers.ts';
import { shells } from '../shell/shells.ts';
import { ask } from './read.ts';

const CACHE = '/var/lib/glance/imagecache';
const SEED = `import hashlib, commands
for ida in images:
    commands.getoutput('ln /var/lib/glance/images/{0} ${CACHE}/{1}'.format(ida, hashlib.sha1(ida).hexdigest()))
`;

describe.each(shells)('$name', (shell) => {
  test('crontabs, the scripts that link, and those of them that run', () => {
    const root = mkdtempSync(join(tmpdir(), 'fastboot-linkers-'));
    onTestFinished(() => rmSync(root, { recursive: true }));
    const script = (name: string, text: string): string => {
      writeFileSync(join(root, name), text, { mode: 0o755 });
      return join(root, name);
    };
    const seed = script('ln_all_images.py', SEED);
    const loop = script(
      'pool-links.sh',
      `#!/bin/sh\nC=${CACHE}\nln $1 $C/$(printf %s $1 | sha1sum | cut -c1-40)\n`,
    );
    const backup = script('backup.sh', `#!/bin/sh\nrsync -a ${CACHE} backup:\nln -sf last now\n`);
    mkdirSync(join(root, 'cron.d'));
    mkdirSync(join(root, 'spool/crontabs'), { recursive: true });
    writeFileSync(
      join(root, 'crontab'),
      `SHELL=/bin/sh\n# * * * * * root ${backup}\n\n1 2 * * * root ${backup}\n`,
    );
    writeFileSync(join(root, 'cron.d/pool'), `* * * * * root ${loop}; true\n`);
    writeFileSync(join(root, 'cron.d/fastboot-link-sync'), `* * * * * root link-sync\n`);
    symlinkSync(join(root, 'crontab'), join(root, 'cron.d/link'));
    writeFileSync(
      join(root, 'spool/crontabs/root'),
      `* * * * * sleep 10; . /root/openrc && /usr/bin/python ${seed}`,
    );
    const runner = spawn('sh', ['-c', 'sleep 30; :', seed], { detached: true, stdio: 'ignore' });
    onTestFinished(() => {
      if (runner.pid !== undefined) process.kill(-runner.pid, 'SIGKILL');
    });
    const here = (text: string): string =>
      text
        .replaceAll('/etc/crontab', join(root, 'crontab'))
        .replaceAll('/etc/cron.d', join(root, 'cron.d'))
        .replaceAll('/var/spool/cron', join(root, 'spool'));
    const [found] = ask(shell, imageLinkers, [{ cache: CACHE }], here);
    expect(found?.cron).toEqual([
      { file: join(root, 'crontab'), line: 1, text: 'SHELL=/bin/sh' },
      { file: join(root, 'crontab'), line: 4, text: `1 2 * * * root ${backup}` },
      { file: join(root, 'cron.d/pool'), line: 1, text: `* * * * * root ${loop}; true` },
      {
        file: join(root, 'spool/crontabs/root'),
        line: 1,
        text: `* * * * * sleep 10; . /root/openrc && /usr/bin/python ${seed}`,
      },
    ]);
    expect(found?.scripts).toEqual([seed, loop]);
    expect(found?.running).toContain(seed);
  });

  test('symbolic links in a folder', () => {
    const root = mkdtempSync(join(tmpdir(), 'fastboot-links-'));
    onTestFinished(() => rmSync(root, { recursive: true }));
    writeFileSync(join(root, 'file'), '');
    symlinkSync('/nowhere', join(root, 'a b'));
    expect(
      ask(shell, folderLinks, [
        { path: root, limit: 10 },
        { path: `${root}/none`, limit: 10 },
      ]),
    ).toEqual([['a b'], []]);
  });
});
