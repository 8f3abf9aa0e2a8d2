import { quoteAll } from '../../shell/quote.ts';
import { compressHosts } from '../terminal/host-range.ts';

/**
 * The command that carries on where a run stopped: the same words, limited to some hosts.
 *
 * @param argv the words of the run, the program's name first
 * @param hosts the compute nodes to run for; `all` keeps the run's own limit
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
