/** The reference page of checks. */
import type { AnyCheck, Place } from '../../src/pool/check-framework/check.ts';
import { allChecks } from '../../src/pool/check-framework/run.ts';
import { code, page, sentence, table } from './markdown.ts';

const SUBJECTS: Readonly<Record<Place, string>> = {
  host: 'every host',
  backend: 'the backend',
  client: 'every host but the backend',
  compute: 'every compute node',
  controller: 'every host with glance-api',
  pool: 'all hosts together',
  outcome: 'all hosts as they will be after the run',
  departing: 'every node that `fastboot remove` takes out',
  cleanup: 'every compute node that `fastboot gc --local` looks at',
};

/** The page docs/reference/checks.md. */
export function checksPage(): string {
  return page(
    'Checks',
    '`src/pool/checks/` and `src/pool/storage/nfs-checks/`',
    'Checks look at what was read of the hosts, before anything changes. Their findings are in the plan, each with what to do about it. Names of checks and codes of findings do not change between versions.',
    table(
      ['severity', 'meaning'],
      [
        ['`block`', 'nothing is changed on this host'],
        ['`warning`', 'something should be corrected'],
        ['`unknown`', 'the check could not decide'],
        ['`notice`', 'good to know'],
      ],
    ),
    table(['check', 'looks at', 'what it makes sure of', 'findings'], allChecks.map(row)),
  );
}

function row({ name, on, about, findings }: AnyCheck): readonly string[] {
  const kinds = Object.entries(findings).map(([kind, { severity }]) => `${code(kind)} (${severity})`);
  return [code(name), SUBJECTS[on], sentence(about), kinds.join(', ')];
}
