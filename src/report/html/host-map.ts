/** The map of hosts on the web page: one cell for each host. */
import type { PlanSummary } from '../plan/summary.ts';
import { fragment } from './markup.ts';
import type { Markup } from './markup.ts';

/** What a plan means for a host: the first of these that applies. */
const STATES = {
  unread: { symbol: '?', text: 'not read' },
  blocked: { symbol: '!', text: 'blocked' },
  differs: { symbol: '≠', text: 'changed, but not like most hosts' },
  changed: { symbol: '~', text: 'changed' },
  deferred: { symbol: '…', text: 'deferred only' },
  same: { symbol: '=', text: 'no changes' },
} as const;

type HostState = keyof typeof STATES;

/** Few hosts need no map, and too many cells cannot be read. */
const MIN_HOSTS_FOR_MAP = 8;
const MAX_HOSTS_FOR_MAP = 2000;

/** Shows the few hosts that differ among hundreds. All of this is also in the page as text. */
export function hostMap(summary: PlanSummary): Markup | null {
  const { length } = summary.hosts;
  if (length < MIN_HOSTS_FOR_MAP || length > MAX_HOSTS_FOR_MAP) return null;
  const states = hostStates(summary);
  const hosts = [...summary.hosts].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  const used = [...new Set(states.values())];
  return fragment`<section class="map" aria-labelledby="map">
    <h2 id="map">Hosts</h2>
    <div class="cells" aria-hidden="true">${hosts.map((host) => cell(host, states.get(host) ?? 'same'))}</div>
    <ul class="legend">
      ${(Object.keys(STATES) as HostState[])
        .filter((state) => used.includes(state))
        .map(
          (state) =>
            fragment`<li>
              <span class="cell ${state}" aria-hidden="true">${STATES[state].symbol}</span>
              ${STATES[state].text}: ${hosts.filter((host) => states.get(host) === state).length}
            </li> `,
        )}
    </ul>
  </section>`;
}

function cell(host: string, state: HostState): Markup {
  const { symbol, text } = STATES[state];
  return fragment`<a
    class="cell ${state}"
    href="#host=${encodeURIComponent(host)}"
    tabindex="-1"
    title="${host}: ${text}"
    data-host="${host}"
    >${symbol}</a
  >`;
}

function hostStates({ hosts, stages, unread }: PlanSummary): ReadonlyMap<string, HostState> {
  const states = new Map<string, HostState>(hosts.map((host) => [host, 'same']));
  const order = Object.keys(STATES) as HostState[];
  const mark = (names: readonly string[], state: HostState) => {
    for (const name of names) {
      const now = states.get(name) ?? 'same';
      if (order.indexOf(state) < order.indexOf(now)) states.set(name, state);
    }
  };
  for (const { groups, blocked } of stages) {
    mark(blocked, 'blocked');
    for (const { hosts: members, changes, like } of groups) {
      const idle = changes.every(({ action }) => action === 'deferred');
      mark(members, idle ? 'deferred' : like === null ? 'changed' : 'differs');
    }
  }
  for (const group of unread) mark(group.hosts, 'unread');
  return states;
}
