/** Shows what a new check takes: one file in src/pool/checks and one table of cases. Nothing else is touched. */
import { expect, test } from 'vitest';
import { copyProject } from '../../project-copy.ts';

const CHECK = `/** Check: the kernel is not too old. */
import { defineCheck } from '../check-framework/define.ts';

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
  const copy = copyProject();
  copy.write('src/pool/checks/old-kernel.ts', CHECK);
  copy.write('test/pool/checks/old-kernel.cases.ts', CASES);

  expect(copy.vitest('test/pool/checks/checks.test.ts', '-t', 'old-kernel', '--reporter=verbose')).toContain(
    'old-kernel > old',
  );
  expect(copy.changed()).toEqual(['src/pool/checks/old-kernel.ts', 'test/pool/checks/old-kernel.cases.ts']);
});
