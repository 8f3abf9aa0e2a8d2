import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { baseNames, filesOnMount } from '../../src/facts/files-on-mount.ts';
import { shells } from '../shell/shells.ts';
import { ask } from './read.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fastboot's visible-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const A = 'a'.repeat(40);
const B = 'b'.repeat(40);

describe.each(shells)('$name', (shell) => {
  it('tells which names are missing', () => {
    writeFileSync(join(folder, A), '');
    const questions = [
      { path: folder, names: [A, B, "it's"] },
      { path: folder, names: [] },
      { path: join(folder, 'none'), names: [A] },
    ];
    expect(ask(shell, filesOnMount, questions)).toEqual([
      { answered: true, missing: [B, "it's"] },
      { answered: true, missing: [] },
      { answered: false, missing: [] },
    ]);
  });

  it('gives the base files of a folder and nothing else', () => {
    for (const name of [A, 'c'.repeat(39), `${B}.part`, `x\n${'d'.repeat(40)}`, '-n', 'A'.repeat(40)])
      writeFileSync(join(folder, name), '');
    mkdirSync(join(folder, 'e'.repeat(40)));
    symlinkSync(A, join(folder, 'f'.repeat(40)));
    const none = join(folder, 'none');
    expect(
      ask(
        shell,
        baseNames,
        [folder, none].map((path) => ({ path, limit: 100 })),
      ),
    ).toEqual([[A], []]);
    writeFileSync(join(folder, B), '');
    const [first] = ask(shell, baseNames, [{ path: folder, limit: 1 }]);
    expect(first).toHaveLength(1);
  });
});
