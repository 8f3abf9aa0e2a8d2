/** The command to run again. */
import { quoteAll } from '../../shell/quote.ts';
import { compressHosts } from '../terminal/host-range.ts';

/**
 * The command that continues a run: the same words, limited to some hosts.
 *
 * @param argv the words of the command, the program's name first
 * @param hosts the compute nodes to limit it to; `all` keeps the limit of the run
 */
export function retryCommand(argv: readonly string[], hosts: readonly string[] | 'all'): string {
  if (hosts === 'all') return quoteAll(argv);
  return quoteAll([...withoutLimit(argv), '--limit', compressHosts(hosts)]);
}

function withoutLimit(argv: readonly string[]): readonly string[] {
  return argv.filter(
    (word, index) => word !== '--limit' && !word.startsWith('--limit=') && argv[index - 1] !== '--limit',
  );
}
