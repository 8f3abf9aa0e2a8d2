/** A test file's name says what its tests need (see vitest.config.ts), so none of them is skipped for want of it. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts') && name !== 'suites.test.ts')
  .map((name) => ({ name, text: readFileSync(join(import.meta.dirname, name), 'utf8') }));

const isUnit = (name: string): boolean =>
  !/\.(?:root|tools|long|soak)\.test\.ts$|^(?:lab|fleet)\//.test(name);

test('a unit test is skipped only where an optional program is not installed', () => {
  const skipped = files
    .filter(({ name }) => isUnit(name))
    .flatMap(({ name, text }) =>
      [...text.matchAll(/\.(?:skip|skipIf|runIf)\b.*/g)].map(([line]) => [name, line] as const),
    )
    .filter(([name, line]) => {
      const text = files.find((file) => file.name === name)?.text ?? '';
      const flag = /skipIf\(!(\w+)\)/.exec(line)?.[1];
      return (
        !line.includes('installed(') && !(flag !== undefined && text.includes(`const ${flag} = installed(`))
      );
    });
  expect(skipped).toEqual([]);
});

test('no other test is skipped', () => {
  const skipped = files
    .filter(({ name, text }) => !isUnit(name) && /\.(?:skip|skipIf)\b/.test(text))
    .map(({ name }) => name);
  expect(skipped).toEqual([]);
});

test('no unit test asks for root', () => {
  const asking = files.filter(
    ({ name, text }) => isUnit(name) && /getuid\?\.\(\) [!=]== 0|'unshare'/.test(text),
  );
  expect(asking.map(({ name }) => name)).toEqual([]);
});

test('no test asserts how long something took', () => {
  const timed = /expect\([^)]*(?:performance\.now|Date\.now)\(\) - \w+\)\.toBeLess/;
  expect(files.filter(({ text }) => timed.test(text)).map(({ name }) => name)).toEqual([]);
});
