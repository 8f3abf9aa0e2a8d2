/** Whether TCP ports can be reached from a host. */
import { quote } from '../shell/quote.ts';
import { defineFact } from './query.ts';
import functions from './tcp-reachability.sh';

/** How an attempt to connect ended. `refused`: the other host answers, but nothing listens at this port. */
export type TcpReachability = 'open' | 'refused' | 'timeout' | 'unreachable' | 'unresolved' | 'unknown';

/** Tries to connect for three seconds at most. */
export const tcpReachability = defineFact<
  { readonly address: string; readonly port: number },
  TcpReachability
>({
  name: 'reach',
  script: (questions) =>
    [functions, ...questions.map(({ address, port }) => `reach ${quote(address)} ${port}`)].join('\n'),
  parse: (frames, questions) =>
    questions.map((_, index) => {
      const frame = frames[index];
      return frame === undefined ? 'unknown' : parseReach(Number(frame.head[1]), frame.body);
    }),
});

/** The errors are those of the C library, in English because of LC_ALL=C. 124, 137 and 143 are exit codes of timeout(1). */
function parseReach(code: number, said: string): TcpReachability {
  if (code === 0) return 'open';
  if (/refused/i.test(said)) return 'refused';
  if (/timed out/i.test(said) || [124, 137, 143].includes(code)) return 'timeout';
  if (/no route|unreachable|prohibited/i.test(said)) return 'unreachable';
  if (/not known|name resolution|no address/i.test(said)) return 'unresolved';
  return 'unknown';
}
