/** The reference page of exit codes. */
import { EXIT_MEANINGS } from '../../src/commands/run/exit-code.ts';
import { page, table } from './markdown.ts';

/** The page docs/reference/exit-codes.md. */
export function exitCodesPage(): string {
  return page(
    'Exit codes',
    '`src/commands/run/exit-code.ts`',
    table(
      ['code', 'meaning'],
      EXIT_MEANINGS.map(({ codes, meaning }) => [codes.join(', '), meaning]),
    ),
    'Where several apply, 3 comes before 5, and 5 before 4. The codes 129, 130 and 143 mean a lost terminal, Ctrl-C, and a request to end (SIGHUP, SIGINT, SIGTERM).',
  );
}
