import type { PlanSummary } from '../plan/summary.ts';
import { fragment } from './markup.ts';
import type { Markup } from './markup.ts';

/** How a host comes out of a plan, the first that applies. */
const STATES = {
  unread: { symbol: '?', text: 'not read' },
  blocked: { symbol: '!', text: 'blocked' },
  differs: { symbol: '≠', text: 'changed otherwise than most' },
  changed: { symbol: '~', text: 'changed' },
  deferred: { symbol: '…', text: 'deferred only' },
  same: { symbol: '=', text: 'no changes' },
} as const;

type HostState = keyof typeof STATES;

/** More cells than these would be a wall, and few hosts need no map. */
const FEWEST = 8;
const MOST = 2000;

/** One cell a host, so that exceptions among hundreds can be seen. All that it says stands elsewhere as text too. */
export function hostMap(summary: PlanSummary): Markup | null {
  if (summary.hosts.length < FEWEST || summary.hosts.length > MOST) return null;
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
