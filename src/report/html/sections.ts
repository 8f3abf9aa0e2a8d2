import type { HostGroup } from '../plan/groups.ts';
import type { Obstacle, PlanSummary, StageSummary } from '../plan/summary.ts';
import { exampleText } from '../plan/words.ts';
import { count } from '../terminal/text.ts';
import { changeItem } from './change.ts';
import { fragment, hostList } from './markup.ts';
import type { Markup } from './markup.ts';

/** What was found, each with its way out; empty where nothing was. */
export function findingSection(
  id: 'blocked' | 'checks',
  title: string,
  subtitle: string,
  list: readonly (Obstacle & { readonly severity?: string })[],
): Markup | null {
  if (list.length === 0) return null;
  // what is blocked is a change to the filter, a check is not
  const kind = id === 'blocked' ? fragment`data-action="blocked" data-risk="blocked"` : fragment`data-note`;
  return fragment`<section aria-labelledby="${id}" class="${id}" data-section>
    <h2 id="${id}">${title}</h2>
    <p class="subtitle">${subtitle}</p>
    ${list.map(
      ({ type, label, reason, remedy, hosts, varies, severity }) =>
        fragment`<article class="finding" data-hosts="${hosts.join(' ')}" ${kind}>
          <h3>
            ${severity === undefined ? null : fragment`<span class="severity">${severity}</span> `}${type}
            <code>${label}</code>
          </h3>
          <p class="on">on ${hostList(hosts)}${sizeText(hosts)}</p>
          <p>${reason}${exampleText(hosts, varies)}</p>
          ${remedy === undefined ? null : fragment`<p class="remedy"><b>Way out:</b> ${remedy}</p>`}
        </article> `,
    )}
  </section>`;
}

/** Hosts that nothing is planned for, because they could not be read. */
export function unreadSection({ unread }: PlanSummary): Markup | null {
  if (unread.length === 0) return null;
  return fragment`<section aria-labelledby="unread" class="unread" data-section>
    <h2 id="unread">Not read</h2>
    <p class="subtitle">Nothing is planned for these hosts, nothing is done on them.</p>
    ${unread.map(
      ({ hosts, reason }) =>
        fragment`<article class="finding" data-hosts="${hosts.join(' ')}" data-note>
          <h3>${hostList(hosts)}${sizeText(hosts)}</h3>
          <p>${reason}</p>
        </article> `,
    )}
  </section>`;
}

/** One stage: its groups of hosts, then those that nothing is done on. */
export function stageSection(
  { name, held, groups, blocked, unchanged }: StageSummary,
  index: number,
): Markup {
  const open = groups.length <= 6;
  return fragment`<section aria-labelledby="stage${index}" class="stage" data-section>
    <h2 id="stage${index}">${name}</h2>
    ${groups.map((group) => groupItem(group, open))}
    ${idle(blocked, 'blocked, see above: nothing is done here')}
    ${idle(unchanged, held ? 'not planned: what this needs is blocked' : 'no changes')}
  </section> `;
}

function groupItem({ hosts, changes, like }: HostGroup, open: boolean): Markup {
  const own = like?.adds ?? changes;
  const shared = changes.filter((change) => !own.includes(change));
  return fragment`<details
    class="group${like === null ? '' : ' exception'}"
    data-hosts="${hosts.join(' ')}"
    ${open ? fragment` open` : null}
  >
    <summary>
      <h3>${hostList(hosts)}</h3>
      <span class="amount"
        >${hosts.length > 1 ? `${hosts.length} hosts, ` : ''}${count(changes.length, 'change')}${hosts.length > 1 ? ' each' : ''}</span
      >
    </summary>
    <p class="matching" hidden></p>
    ${like === null ? null : fragment`<p class="like">As the ${like.hosts.length} hosts above, but:</p>`}
    <ul class="changes">
      ${own.map(changeItem)}
    </ul>
    ${(like?.lacks ?? []).map(({ type, label }) => fragment`<p class="like">without ${type} <code>${label}</code></p>`)}
    ${
      shared.length === 0
        ? null
        : fragment`<details class="shared">
            <summary>${count(shared.length, 'change')} as on those</summary>
            <ul class="changes">
              ${shared.map(changeItem)}
            </ul>
          </details>`
    }
  </details> `;
}

function idle(hosts: readonly string[], text: string): Markup | null {
  if (hosts.length === 0) return null;
  return fragment`<p class="idle" data-hosts="${hosts.join(' ')}" data-note>
    ${hostList(hosts)}${sizeText(hosts)}: ${text}
  </p>`;
}

function sizeText(hosts: readonly string[]): string {
  return hosts.length > 1 ? ` (${hosts.length} hosts)` : '';
}
