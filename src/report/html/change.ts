/** The changes of a group of hosts on the web page. */
import type { DiffLine } from '../plan/change-diff.ts';
import type { ShownChange } from '../plan/host-group.ts';
import { hasSameReason, variantHead } from '../plan/per-host-details.ts';
import type { Variant, VariantHead } from '../plan/per-host-details.ts';
import { reasonText, stopText } from '../plan/words.ts';
import { count } from '../terminal/text.ts';
import { fragment, hostList, sentence } from './markup.ts';
import type { Markup } from './markup.ts';
import { badge } from './overview.ts';

/** Longer diffs are folded when the page opens. */
const MAX_OPEN_DIFF_LINES = 8;

/** One change: what is changed, why, and the details. */
export function changeItem(change: ShownChange): Markup {
  const { action, type, label, risk, stops, task, variants } = change;
  const [first] = variants;
  // a deferred change has no risk in this run
  const risky = action === 'deferred' ? '' : risk;
  return fragment`<li class="change" data-action="${action}" data-risk="${risky}">
    <p class="what" title="${task}">
      ${badge(action)} <span class="type">${type}</span>
      <code>${label}</code>
      ${risk === 'none' || risky === '' ? null : fragment`<span class="risk ${risk}">${risk}</span>`}
      ${hasSameReason(variants) ? fragment`<span class="reason">${reasonText(first, risk)}</span>` : null}
    </p>
    ${stops === null ? null : fragment`<p class="stops">${sentence((mark) => stopText(stops, mark))}</p>`}
    ${variants.map((variant) => fragment`${variantTitle(variantHead(variants, variant))}${details(variant)}`)}
  </li> `;
}

function variantTitle(head: VariantHead | null): Markup | null {
  if (head === null) return null;
  return fragment`<p class="variant">on ${hostList(head.hosts)}${head.instead ? ' instead' : ''}: ${head.reason ?? ''}</p>`;
}

function details({ differences, diff, remedy }: Variant): Markup {
  return fragment`${differences.length === 0 ? null : fragment`<p class="differences">${differences.map((text) => fragment`<code>${text}</code> `)}</p>`}
  ${diff.length === 0 ? null : diffBlock(diff)}
  ${remedy === undefined ? null : fragment`<p class="remedy"><b>What to do:</b> ${remedy}</p>`}`;
}

function diffBlock(diff: readonly DiffLine[]): Markup {
  const amount = (sign: string) => diff.filter((line) => line.sign === sign).length;
  const [added, removed] = [amount('+'), amount('-')];
  const text = [
    ...(added > 0 ? [`${count(added, 'line')} added`] : []),
    ...(removed > 0 ? [`${count(removed, 'line')} removed`] : []),
  ].join(', ');
  return fragment`<details class="diff" ${diff.length <= MAX_OPEN_DIFF_LINES ? fragment` open` : null}>
    <summary>${text}</summary>
    <pre>${diff.map(diffLine)}</pre>
  </details>`;
}

/** The sign is a part of the text, because colours get lost in print. */
function diffLine({ sign, text }: DiffLine): Markup {
  switch (sign) {
    case '+':
      return fragment`<ins>+ ${text}\n</ins>`;
    case '-':
      return fragment`<del>- ${text}\n</del>`;
    case '@':
      return fragment`<span class="gap">…\n</span>`;
    case '\\':
      return fragment`<span class="gap">  (no newline at the end of the file)\n</span>`;
    case ' ':
      return fragment`<span>  ${text}\n</span>`;
  }
}
