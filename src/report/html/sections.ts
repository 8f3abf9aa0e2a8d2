/** The sections of the web page: findings, unread hosts, stages. */
import type { HostGroup } from '../plan/host-group.ts';
import type { Obstacle, PlanSummary, StageSummary } from '../plan/summary.ts';
import { BLOCKED_HOSTS_TEXT, exampleText, unchangedText } from '../plan/words.ts';
import { count } from '../terminal/text.ts';
import { changeItem } from './change.ts';
import { fragment, hostList } from './markup.ts';
import type { Markup } from './markup.ts';

/** Findings and blocked changes, each with what to do; null where there are none. */
export function findingSection(
  id: 'blocked' | 'findings',
  title: string,
  subtitle: string,
  list: readonly (Obstacle & { readonly severity?: string })[],
): Markup | null {
  if (list.length === 0) return null;
  // for the filter, a blocked finding is a change, another finding is not
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
          ${remedy === undefined ? null : fragment`<p class="remedy"><b>What to do:</b> ${remedy}</p>`}
        </article> `,
    )}
  </section>`;
}

/** Hosts that could not be read. */
export function unreadSection({ unread }: PlanSummary): Markup | null {
  if (unread.length === 0) return null;
  return fragment`<section aria-labelledby="unread" class="unread" data-section>
    <h2 id="unread">Not read</h2>
    <p class="subtitle">Nothing is planned for these hosts, and nothing is done on them.</p>
    ${unread.map(
      ({ hosts, reason }) =>
        fragment`<article class="finding" data-hosts="${hosts.join(' ')}" data-note>
          <h3>${hostList(hosts)}${sizeText(hosts)}</h3>
          <p>${reason}</p>
        </article> `,
    )}
  </section>`;
}

/** With more groups than this, they are folded when the page opens. */
const MAX_OPEN_GROUPS = 6;

/** One stage: its groups of hosts, then the hosts that nothing is done on. */
export function stageSection(
  { name, isBackendBlocked, groups, blocked, unchanged }: StageSummary,
  index: number,
): Markup {
  const isOpen = groups.length <= MAX_OPEN_GROUPS;
  return fragment`<section aria-labelledby="stage${index}" class="stage" data-section>
    <h2 id="stage${index}">${name}</h2>
    ${groups.map((group) => groupItem(group, isOpen))}
    ${idle(blocked, BLOCKED_HOSTS_TEXT)}
    ${idle(unchanged, unchangedText(isBackendBlocked))}
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
    ${like === null ? null : fragment`<p class="like">Like the ${like.hosts.length} hosts above, except:</p>`}
    <ul class="changes">
      ${own.map(changeItem)}
    </ul>
    ${(like?.lacks ?? []).map(({ type, label }) => fragment`<p class="like">without ${type} <code>${label}</code></p>`)}
    ${
      shared.length === 0
        ? null
        : fragment`<details class="shared">
            <summary>${count(shared.length, 'change')} like on the hosts above</summary>
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
