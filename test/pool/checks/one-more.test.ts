/** Shows what a new check takes: one file in src/pool/checks and one table of cases. Nothing else is touched. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');

const CHECK = `/** Check: the kernel is not too old. */
import { defineCheck } from '../checking/define.ts';

export default defineCheck({
  name: 'old-kernel',
  about: 'The kernel of each host is of version 5 or later.',
  on: 'host',
  findings: {
    old: {
      severity: 'warning',
      say: ({ kernel }: { readonly kernel: string }) => \`its kernel \${kernel} is older than version 5\`,
      fix: () => 'install a newer kernel',
    },
  },
  judge: ({ node: { os } }, report) => (/^[1-4]\\./.test(os.kernel) ? [report('old', { kernel: os.kernel })] : []),
});
`;

const CASES = `import { os } from '../../../src/facts/os.ts';
import { answer } from '../fixture.ts';
import { noFindings } from './case.ts';
import type { CheckCase } from './case.ts';

const kernel = (version: string) => [
  answer(os({}), {
    family: 'redhat' as const,
    id: 'centos',
    version: '8',
    kernel: version,
    hostname: 'c1',
    resolvesOwnName: true,
    systemd: true,
  }),
];

export default [
  { name: 'new enough', findings: noFindings },
  {
    name: 'old',
    facts: { c1: kernel('4.18.0') },
    findings: [{ host: 'c1', code: 'old', finding: 'its kernel 4.18.0 is older than version 5' }],
  },
] satisfies readonly CheckCase[];
`;

test('a check is one file, and a table of cases', () => {
  const copy = mkdtempSync(join(tmpdir(), 'fastboot-check-'));
  onTestFinished(() => {
    rmSync(copy, { recursive: true });
  });
  for (const part of ['src', 'scripts', 'playbooks', 'vitest.config.ts', 'package.json', 'tsconfig.json'])
    cpSync(join(root, part), join(copy, part), { recursive: true });
  cpSync(join(root, 'test/pool'), join(copy, 'test/pool'), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  writeFileSync(join(copy, 'src/pool/checks/old-kernel.ts'), CHECK);
  writeFileSync(join(copy, 'test/pool/checks/old-kernel.cases.ts'), CASES);

  const vitest = (...args: readonly string[]) =>
    execFileSync(join(root, 'node_modules/.bin/vitest'), ['run', '--project', 'unit', ...args], {
      cwd: copy,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], NO_COLOR: '1' },
    });
  expect(vitest('test/pool/checks/checks.test.ts', '-t', 'old-kernel', '--reporter=verbose')).toContain(
    'old-kernel > old',
  );
});
