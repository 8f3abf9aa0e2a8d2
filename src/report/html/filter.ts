/** The filter of the web page. */
import type { PlanSummary } from '../plan/summary.ts';
import { ACTIONS, RISKS } from '../plan/words.ts';
import { SYMBOLS } from '../terminal/style.ts';
import { fragment } from './markup.ts';
import type { Markup } from './markup.ts';

/** The controls are hidden until `page.js` shows them: without it they do nothing. */
export function filterForm({ counts, riskCounts, changedHosts }: PlanSummary): Markup | null {
  if (changedHosts.length === 0) return null;
  const actions = ACTIONS.filter((action) => counts[action] > 0);
  const risks = RISKS.filter((risk) => riskCounts[risk] > 0);
  return fragment`<form id="filter" class="screen-only" role="search" aria-label="Filter this plan" hidden>
      <label class="host"
        >Host
        <input
          type="search"
          name="host"
          placeholder="compute04*, compute[001:010]"
          autocomplete="off"
          spellcheck="false"
      /></label>
      <p class="buttons">
        <button type="reset">Clear</button> <button type="button" id="open">Open all</button>
        <button type="button" id="close">Close all</button>
      </p>
      <fieldset>
        <legend>Action</legend>
        ${actions.map((action) => chip('action', action, `${SYMBOLS.action[action]} ${action}`, counts[action]))}
      </fieldset>
      <fieldset>
        <legend>Risk</legend>
        ${risks.map((risk) => chip('risk', risk, risk, riskCounts[risk]))}
      </fieldset>
    </form>
    <p id="shown" role="status" hidden></p>`;
}

function chip(name: string, value: string, text: string, number: number): Markup {
  return fragment`<label class="chip ${value}"
    ><input type="checkbox" name="${name}" value="${value}" /> ${text}
    <span class="number">${number}</span></label
  > `;
}
