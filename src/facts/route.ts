/** How a host reaches an address. */
import { isIP } from 'node:net';
import { quote } from '../shell/quote.ts';
import { defineFact } from './query.ts';
import functions from './route.sh';

/** The route to an address on the storage network. */
export interface Route {
  /** The address in numbers, as this host resolves it; null where it cannot be resolved. */
  readonly address: string | null;
  /** Whether it is an address of this host itself. */
  readonly local: boolean;
  /** The source address that the host uses; null where there is no route. */
  readonly source: string | null;
  readonly device: string | null;
  /** In Mbit/s: of the device, or of the fastest one below it, for a bond, a bridge or a VLAN; null where unknown. */
  readonly speed: number | null;
}

export const route = defineFact<{ readonly address: string }, Route>({
  name: 'route',
  script: (questions) =>
    [functions, ...questions.map(({ address }) => `find_route ${numeric(address)}`)].join('\n'),
  parse: (frames, questions) =>
    questions.map((_, index) => parseRoute(frames[index]?.body.split('\n') ?? [])),
});

/** The address as a shell word. The host resolves a name, as its mount command would. */
export function numeric(address: string): string {
  return isIP(address) === 0 ? `"$(first $(getent ahosts ${quote(address)}))"` : quote(address);
}

function parseRoute([address = '', found = '', ...rest]: readonly string[]): Route {
  const own = rest.find((line) => line.startsWith('device '))?.slice('device '.length);
  const speeds = rest
    .map((line) => Number(/^speed (-?\d+)$/.exec(line)?.[1] ?? -1))
    .filter((speed) => speed > 0 && speed !== UNKNOWN_SPEED);
  return {
    address: address === '' ? null : address,
    local: found.startsWith('local '),
    source: / src (\S+)/.exec(found)?.[1] ?? null,
    device: own ?? / dev (\S+)/.exec(found)?.[1] ?? null,
    speed: speeds.length === 0 ? null : Math.max(...speeds),
  };
}

/** Some drivers show an unknown speed, -1, as an unsigned number. */
const UNKNOWN_SPEED = 0xffffffff;

/** The first address of a name, as the host resolves it; null where it cannot be resolved. */
export const resolved = defineFact<{ readonly name: string }, string | null>({
  name: 'resolved',
  script: (questions) =>
    questions
      .map(({ name }) => `fb resolved\nset -- $(getent ahosts ${quote(name)})\nprintf %s "$1"`)
      .join('\n'),
  parse: (frames, questions) =>
    questions.map((_, index) => {
      const answer = frames[index]?.body ?? '';
      return answer === '' ? null : answer;
    }),
});
