import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { changePrelude, REFUSED } from '../../src/shell/prelude.ts';
import { quote } from '../../src/shell/quote.ts';
import { shells } from './shells.ts';

let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fastboot-prelude-'));
  file = join(folder, "a file's name");
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const sum = (text: string) => createHash('sha256').update(text).digest('hex');
const { uid, gid } = userInfo();

describe.each(shells)('$name', (shell) => {
  const run = (script: string) => {
    const own = `${uid}:${gid}`;
    const prelude = changePrelude
      .replaceAll('/var/lib/fastboot', join(folder, 'kept'))
      .replaceAll('0:0', own);
    const { code, output } = shell.run(
      `${prelude}( set -eu\nf=${quote(file)}\n${script}\necho end\n) </dev/null 2>&1\n`,
    );
    return { code, output: output.toString() };
  };
  const fine = { code: 0, output: 'end\n' };

  test('require_unchanged: only the planned content passes', () => {
    expect(run('require_unchanged "$f" absent')).toEqual(fine);
    writeFileSync(file, 'x');
    expect(run(`require_unchanged "$f" ${sum('x')}`)).toEqual(fine);
    expect(run(`require_unchanged "$f" ${sum('y')}`)).toEqual({
      code: REFUSED,
      output: `${file} changed after the plan was made\n`,
    });
    expect(run('require_unchanged "$f" absent')).toEqual({
      code: REFUSED,
      output: `${file} appeared after the plan was made\n`,
    });
    rmSync(file);
    expect(run(`require_unchanged "$f" ${sum('x')}`).code).toBe(REFUSED);
    symlinkSync('nowhere', file);
    expect(run('require_unchanged "$f" absent').code).toBe(REFUSED);
    expect(run(`require_unchanged "$f" ${sum('x')}`).code).toBe(REFUSED);
  });

  test('check_attributes: only the planned owner and mode pass', () => {
    writeFileSync(file, 'x');
    chmodSync(file, 0o640);
    expect(run('check_attributes "$f" "$(stat -c "%a %U:%G" "$f")"')).toEqual(fine);
    expect(run('check_attributes "$f" "644 root:root"').code).toBe(REFUSED);
  });

  test('write_atomic: content, owner and mode, or nothing at all', () => {
    expect(run(`printf 'a\\nb' | write_atomic "$f" 0640 ${uid}:${gid} ${sum('a\nb')}`)).toEqual(fine);
    expect([readFileSync(file, 'utf8'), lstatSync(file).mode & 0o7777]).toEqual(['a\nb', 0o640]);
    expect(run(`printf c | write_atomic "$f" 0600 ${uid}:${gid} ${sum('cd')}`)).toEqual({
      code: REFUSED,
      output: `${file} changed while it was edited\n`,
    });
    expect(run(`printf c | write_atomic "$f" 0600 no-such-user:x`).code).not.toBe(0);
    expect(readdirSync(folder)).toEqual(["a file's name"]);
    expect([readFileSync(file, 'utf8'), lstatSync(file).mode & 0o7777]).toEqual(['a\nb', 0o640]);
  });

  test('write_atomic: writes through no link that stands in its way', () => {
    writeFileSync(join(folder, 'precious'), 'x');
    symlinkSync('precious', join(folder, `.a file's name.fastboot-new`));
    expect(run(`printf c | write_atomic "$f" 0600 ${uid}:${gid}`)).toEqual(fine);
    expect(readFileSync(join(folder, 'precious'), 'utf8')).toBe('x');
    expect(readdirSync(folder).sort()).toEqual(["a file's name", 'precious']);
  });

  test('backup_once: the first state stays', () => {
    expect(run('backup_once "$f"')).toEqual(fine);
    writeFileSync(file, 'first');
    expect(run('run=one; backup_once "$f"; printf second >"$f"; run=two; backup_once "$f"')).toEqual(fine);
    expect(readFileSync(join(folder, 'kept/backup', file), 'utf8')).toBe('first');
    expect(lstatSync(join(folder, 'kept/backup')).mode & 0o7777).toBe(0o700);
    expect(readFileSync(join(folder, 'kept/backup/index'), 'utf8')).toBe(`one\t${file}\n`);
    expect(lstatSync(join(folder, 'kept/backup/index')).mode & 0o7777).toBe(0o600);
  });

  test('mark_pending and mark_settled: each handler once, none left', () => {
    const pending = join(folder, 'kept/pending');
    expect(
      run("mark_pending 'restart a.b*'; mark_pending 'restart aXb'; mark_pending 'restart a.b*'"),
    ).toEqual(fine);
    expect(readFileSync(pending, 'utf8')).toBe('restart a.b*\nrestart aXb\n');
    expect(run("mark_settled 'restart a.b*'; mark_settled unknown")).toEqual(fine);
    expect(readFileSync(pending, 'utf8')).toBe('restart aXb\n');
    expect(run("mark_settled 'restart aXb'; mark_settled 'restart aXb'")).toEqual(fine);
    expect(existsSync(pending)).toBe(false);
  });
});
