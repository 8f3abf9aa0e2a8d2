/**
 * Every shell script that fastboot sends: the `.sh` files, the scripts that resources, facts and the run lock make of
 * them, and the programs that these hand to another shell in one quoted word. All shells read them, and shellcheck finds
 * nothing. Whole scripts of a run are tested by test/plan/compile.test.ts.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { findings, PROGRAMS_FOR_FILES, PROGRAMS_FOR_SCRIPTS } from './lint.ts';
import { installed } from '../programs.ts';
import { quotedPrograms } from './quoted-programs.ts';
import { caseScripts, factScripts, lockScripts } from './scripts.ts';
import { shFiles } from './sh-files.ts';

describe('files', () => {
  const scripts = new Map(shFiles.map(({ path, source }) => [path, source]));

  test.each(shFiles)('$path begins by saying what it is', ({ source }) => {
    const [first = '', ...rest] = source.split('\n');
    expect(first).toMatch(/^# [A-Z].*[a-z]/);
    expect(rest.some((line) => line.startsWith('# shellcheck shell=sh'))).toBe(true);
  });

  test.each(shFiles)('$path is sent without comments', ({ sent }) => {
    expect(sent).not.toMatch(/^\s*(#|$)/m);
  });

  describe.each(PROGRAMS_FOR_FILES)('%s', (program, words) => {
    test.skipIf(!installed(program))('reads all of them', () => {
      expect(findings(words, scripts)).toBe('');
    });
  });
});

describe.each([
  ['resources', () => caseScripts()],
  ['facts', () => factScripts()],
  ['the run lock', () => lockScripts()],
] as const)('scripts of %s', (_, make) => {
  let scripts: ReadonlyMap<string, string> = new Map();
  beforeAll(async () => {
    scripts = withQuotedPrograms(await make());
  });

  test('have every value filled in', () => {
    for (const text of scripts.values()) expect(text).not.toMatch(/\bundefined\b|\[object|\bNaN\b/);
  });

  describe.each(PROGRAMS_FOR_SCRIPTS)('%s', (program, words) => {
    test.skipIf(!installed(program))('reads all of them', () => {
      expect(findings(words, scripts)).toBe('');
    });
  });
});

/** Each script once, with the programs that it hands on. */
function withQuotedPrograms(made: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const byText = new Map<string, string>();
  for (const [name, script] of made) {
    const texts = [script, ...quotedPrograms(script)];
    texts.forEach((text, index) => {
      if (!byText.has(text)) byText.set(text, index === 0 ? name : `${name}, program ${index}`);
    });
  }
  return new Map([...byText].map(([text, name]) => [name, text]));
}
