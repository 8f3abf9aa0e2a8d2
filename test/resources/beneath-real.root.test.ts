import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import type { Stats } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { mountUsers } from '../../src/facts/mount-users.ts';
import { underlyingFile } from '../../src/resources/underlying-file.ts';
import type { ChangeSpec } from '../../src/resources/resource.ts';
import { unmountScript } from '../../src/resources/unmount-script.ts';
import { changePrelude, REFUSED } from '../../src/shell/prelude.ts';
import { encodeBytes } from '../../src/core/bytes.ts';
import { shells } from '../shell/shells.ts';
import type { Shell } from '../shell/shells.ts';
import { ask } from '../facts/read.ts';

/** Whether this machine lets us mount; then a tmpfs stands for the pool. */
const NAME = "a b'c";
const change: ChangeSpec = { action: 'create', before: null, after: null, reason: '', risk: 'none' };

let instances = '';
let base = '';
beforeEach(() => {
  instances = mkdtempSync(join(tmpdir(), 'fastboot-beneath-'));
  base = join(instances, '_base');
  mkdirSync(base);
});
afterEach(() => {
  while (spawnSync('umount', [base]).status === 0);
  rmSync(instances, { recursive: true, force: true });
});

const mountPool = (): void => {
  expect(spawnSync('mount', ['-t', 'tmpfs', 'none', base]).status).toBe(0);
};
/** Until it is gone, and with it all that it has open. */
async function end(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill();
  await gone;
}

const isMounted = () => readFileSync('/proc/self/mountinfo', 'utf8').includes(` ${base} `);
const inBase = (name: string) => join(base, name);

function run(shell: Shell, script: string): { readonly code: number | null; readonly said: string } {
  const { code, output } = shell.run(
    encodeBytes(`${changePrelude}(\nset -eu\n${script}\n) </dev/null 2>&1\n`),
  );
  return { code, said: output.toString() };
}

/** Looks at the folder under the mount. */
function beneath(command: string): string {
  return spawnSync('unshare', ['-m', 'sh', '-c', `umount ${base} && cd ${base} && ${command}`], {
    encoding: 'utf8',
  }).stdout;
}

describe.each(shells.filter(({ name }) => name !== 'busybox'))('$name', (shell) => {
  describe('underlying_file, present', () => {
    const copy = (over: JsonObject = {}) => {
      const params = {
        instances,
        path: base,
        name: NAME,
        size: 3_000_000,
        owner: 64060,
        group: 64061,
        ...over,
      };
      return run(shell, underlyingFile.script(params, change));
    };

    test('copies with all that belongs to it, and leaves nothing else', () => {
      mountPool();
      writeFileSync(inBase(NAME), Buffer.concat([Buffer.alloc(2_999_997), Buffer.from('end')]));
      const { code, said } = copy();
      expect(code, said).toBe(0);
      expect(beneath('ls -A; stat -c "%s %u:%g %a" *; tail -c 3 *')).toBe(
        `${NAME}\n3000000 64060:64061 644\nend`,
      );
      expect(Number(beneath('stat -c %b *'))).toBeLessThan(100);
      // and nobody is left who would keep the pool mounted
      expect(spawnSync('umount', [base]).status).toBe(0);
    });

    test('never replaces a file, and says so', () => {
      writeFileSync(inBase(NAME), 'mine');
      mountPool();
      writeFileSync(inBase(NAME), 'pool');
      const { code, said } = copy({ size: 4 });
      expect([code, said]).toEqual([REFUSED, expect.stringContaining('appeared under')]);
      expect(beneath('ls -A; cat *')).toBe(`${NAME}\nmine`);
    });

    test('of another size than planned, or gone, is not copied', () => {
      mountPool();
      expect(copy().code).toBe(REFUSED);
      writeFileSync(inBase(NAME), 'pool');
      expect(copy().code).toBe(1);
      expect(beneath('ls -A')).toBe('');
    });
  });

  describe('underlying_file, absent', () => {
    const remove = (over: JsonObject = {}) => {
      const { size, mtimeMs, ino: inode } = before;
      const mtime = Math.floor(mtimeMs / 1000);
      const params = {
        instances,
        path: base,
        name: NAME,
        state: 'absent' as const,
        size,
        mtime,
        inode,
        shown: false,
        ...over,
      };
      return run(shell, underlyingFile.script(params, change)).code;
    };
    let before: Stats;
    beforeEach(() => {
      writeFileSync(inBase(NAME), 'mine');
      before = statSync(inBase(NAME));
    });

    test('removes just that file, and only while the pool is mounted', () => {
      writeFileSync(inBase('other'), '');
      expect(remove()).toBe(REFUSED);
      mountPool();
      expect(remove()).toBe(0);
      expect(beneath('ls -A')).toBe('other\n');
    });

    test.each([
      ['another size', { size: 5 }],
      ['another time', { mtime: 5 }],
      ['another file', { inode: 5 }],
      ['a file that the pool should show and does not', { shown: true }],
    ])('not %s', (_, over) => {
      mountPool();
      expect(remove(over)).toBe(REFUSED);
      expect(beneath('ls -A')).toBe(`${NAME}\n`);
    });

    test('not one that has another name', () => {
      linkSync(inBase(NAME), join(instances, 'second'));
      mountPool();
      expect(remove()).toBe(REFUSED);
    });
  });

  describe('leaving', () => {
    const leave = (known: readonly string[], shown: readonly string[]) =>
      run(
        shell,
        unmountScript(
          base,
          { instances, known, shown, owner: '64060:64061' },
          { source: 'none', path: base, type: 'tmpfs', options: ['rw'] },
        ),
      );
    const disk = (name: string): void => {
      mkdirSync(join(instances, 'vm'));
      writeFileSync(join(instances, 'vm/disk'), `QFI\xfb\0\0\0\x03${base}/${name}\0\0\0`);
    };

    test("what is the same beneath lets the mount go, and the folder is nova's", () => {
      writeFileSync(inBase('x'), 'same');
      disk('x');
      mountPool();
      writeFileSync(inBase('x'), 'same');
      const { code, said } = leave(['x', 'lost'], ['x']);
      expect(code, said).toBe(0);
      expect([isMounted(), statSync(base).uid, statSync(base).gid]).toEqual([false, 64060, 64061]);
    });

    test.each([
      ['other bytes', 'some'],
      ['nothing', undefined],
    ])('%s beneath: it is mounted again', (_, own) => {
      if (own !== undefined) writeFileSync(inBase('x'), own);
      mountPool();
      writeFileSync(inBase('x'), 'same');
      const { code, said } = leave(['x'], ['x']);
      expect([code, said]).toEqual([REFUSED, expect.stringContaining('so the pool is mounted again')]);
      expect(isMounted()).toBe(true);
    });

    test('a disk that came after the plan keeps it', () => {
      disk('late');
      mountPool();
      const { code, said } = leave(['x'], []);
      expect([code, said]).toEqual([REFUSED, expect.stringContaining('_base/late')]);
      expect(isMounted()).toBe(true);
    });

    test('a file that is gone from the pool keeps it', () => {
      mountPool();
      expect(leave(['x'], ['x']).code).toBe(REFUSED);
      expect(isMounted()).toBe(true);
    });

    test('one who has a file open keeps it, and is named', async () => {
      mountPool();
      writeFileSync(inBase('x'), '');
      const holder = spawn('sleep', ['100'], { stdio: ['ignore', 'ignore', 'ignore'], cwd: base });
      try {
        const { code, said } = leave([], []);
        expect([code, said]).toEqual([REFUSED, expect.stringContaining(`/proc/${holder.pid ?? ''}/cwd`)]);
        expect(isMounted()).toBe(true);
      } finally {
        await end(holder);
      }
    });
  });

  test('mount-users tells a file beneath from one of which nothing is known', async () => {
    writeFileSync(inBase('held'), '');
    const held = openSync(inBase('held'), 'r');
    const holder = spawn('sleep', ['100'], { stdio: ['ignore', 'ignore', 'ignore', held] });
    closeSync(held);
    const cwd = spawn('sleep', ['100'], { stdio: 'ignore', cwd: base });
    try {
      expect(existsSync(`/proc/${holder.pid ?? ''}`)).toBe(true);
      const [found] = ask(shell, mountUsers, [{ path: base }]);
      expect(found?.complete).toBe(true);
      expect(found?.users).toContainEqual({ pid: cwd.pid, command: 'sleep', path: base, where: 'unknown' });
      const holders = (found?.users ?? []).filter(({ path }) => path === inBase('held'));
      expect(holders.map(({ where }) => where)).toContain('beneath');
    } finally {
      await Promise.all([end(holder), end(cwd)]);
    }
  });
});
