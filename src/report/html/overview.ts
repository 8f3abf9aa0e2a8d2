/** The overview of the web page: numbers, risks, and what the plan means for VMs. */
import type { Action } from '../../resources/resource.ts';
import type { Risk } from '../plan/risks.ts';
import type { PlanSummary } from '../plan/summary.ts';
import { ACTIONS, RISKS, RISK_MEANINGS, riskText, vmText } from '../plan/words.ts';
import { SYMBOLS } from '../terminal/style.ts';
import { fragment, sentence } from './markup.ts';
import type { Markup } from './markup.ts';

export function overview(summary: PlanSummary): Markup {
  const { counts, riskCounts, hosts, changedHosts, risks, stages } = summary;
  const blocked = new Set(stages.flatMap((stage) => stage.blocked));
  const changed = changedHosts.filter((host) => !blocked.has(host)).length;
  const unread = summary.unread.flatMap((group) => group.hosts).length;
  const total = ACTIONS.reduce((sum, action) => sum + counts[action], 0);
  if (changedHosts.length === 0)
    return fragment`<section class="overview" aria-labelledby="overview">
      <h2 id="overview">No changes</h2>
      <p class="verdict good">
        ${hosts.length - unread} of ${hosts.length} hosts were compared. All of them are as they should be.
      </p>
    </section>`;
  return fragment`<section class="overview" aria-labelledby="overview">
    <h2 id="overview" class="unseen">In numbers</h2>
    <ul class="tiles">
      ${tile(total - counts.blocked - counts.deferred, 'changes', 'plain')}
      ${tile(changed, `of ${hosts.length} hosts change`, 'plain')}
      ${counts.blocked === 0 ? null : tile(counts.blocked, 'blocked', 'blocked')}
      ${counts.deferred === 0 ? null : tile(counts.deferred, 'deferred', 'deferred')}
      ${unread === 0 ? null : tile(unread, 'hosts not read', 'blocked')}
    </ul>
    <p class="verdict ${risks.vms === 'uncertain' ? 'care' : 'good'}">
      ${sentence((mark) => vmText(risks, mark))}
    </p>
    <div class="tables">
      <table>
        <caption>
          By action
        </caption>
        <tbody>
          ${ACTIONS.filter((action) => counts[action] > 0).map(
            (action) =>
              fragment`<tr>
                <th scope="row">${badge(action)}</th>
                <td class="number">${counts[action]}</td>
              </tr> `,
          )}
        </tbody>
      </table>
      <table>
        <caption>
          By risk
        </caption>
        <tbody>
          ${RISKS.filter((risk) => riskCounts[risk] > 0).map(
            (risk) =>
              fragment`<tr>
                <th scope="row">${risk}</th>
                <td class="number">${riskCounts[risk]}</td>
                <td>${RISK_MEANINGS[risk]}</td>
              </tr> `,
          )}
        </tbody>
      </table>
    </div>
  </section>`;
}

function tile(number: number, text: string, kind: string): Markup {
  return fragment`<li class="tile ${kind}"><b>${number}</b> ${text}</li> `;
}

/** The symbol of an action and its name. */
export function badge(action: Action): Markup {
  return fragment`<span class="badge ${action}"
    ><span aria-hidden="true">${SYMBOLS.action[action]}</span> ${action}</span
  >`;
}

/** What is restarted, stopped, mounted or unmounted. */
export function riskSection({ risks, changedHosts }: PlanSummary): Markup | null {
  if (changedHosts.length === 0) return null;
  return fragment`<section aria-labelledby="risks">
    <h2 id="risks">Effect on services, mounts and VMs</h2>
    <ul class="risks">
      ${risks.risks.map(riskItem)}${risks.risks.length > 0 ? null : fragment`<li>Nothing restarts, stops, or is mounted or unmounted.</li>`}
    </ul>
  </section>`;
}

function riskItem(risk: Risk): Markup {
  return fragment`<li>${sentence((mark) => riskText(risk, mark))}</li> `;
}
