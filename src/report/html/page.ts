/** A plan as one web page. */
import { createHash } from 'node:crypto';
import type { Plan } from '../../plan/plan.ts';
import { summarizePlan } from '../plan/summary.ts';
import type { PlanSummary } from '../plan/summary.ts';
import { limitText } from '../plan/words.ts';
import { count } from '../terminal/text.ts';
import { filterForm } from './filter.ts';
import { hostMap } from './host-map.ts';
import { fragment } from './markup.ts';
import type { Markup } from './markup.ts';
import { overview, riskSection } from './overview.ts';
import { findingSection, stageSection, unreadSection } from './sections.ts';

/** The content of `page.css` and `page.js`. */
export interface PageAssets {
  readonly style: string;
  readonly script: string;
}

/**
 * The page needs no other files and loads nothing. Its content security policy lets the browser use only the style and the
 * script that are in the page.
 */
export function planPage(plan: Plan, { style, script }: PageAssets): string {
  const summary = summarizePlan(plan);
  const policy = [
    "default-src 'none'",
    `style-src '${integrity(style)}'`,
    `script-src '${integrity(script)}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return fragment`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <link rel="icon" href="data:," />
        <title>fastboot plan for ${plan.inventory.file}</title>
        <style>${raw(style)}</style>
      </head>
      <body>
        ${top(plan, summary)}
        <main id="plan">
          ${overview(summary)} ${hostMap(summary)} ${filterForm(summary)}
          ${findingSection('blocked', 'Blocked', 'Never done, because it would endanger data.', summary.blocked)}
          ${riskSection(summary)}
          ${findingSection('findings', 'Findings', 'Found while reading the hosts. They block nothing.', summary.findings)}
          ${unreadSection(summary)} ${summary.stages.map(stageSection)}
        </main>
        ${bottom(plan)}
        <script>${raw(script)}</script>
      </body>
    </html>
`.markup;
}

/** Style and script are put in as they are: the policy has the digest of exactly these bytes. */
function raw(text: string): Markup {
  if (/<\/(style|script)/i.test(text)) throw new Error('the style or the script would end its own element');
  return { markup: text };
}

function integrity(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

function top(plan: Plan, { hosts }: PlanSummary): Markup {
  const limit = limitText(plan);
  return fragment`<header class="top">
    <div>
      <h1>fastboot plan <span class="file">${plan.inventory.file}</span></h1>
      <p>
        Made ${timeOf(plan.createdAt)} by fastboot ${plan.fastboot} for
        ${count(hosts.length, 'host')}${limit === '' ? '' : `, ${limit}`}.
        <strong>Read only: nothing has been changed.</strong>
      </p>
    </div>
    <button type="button" id="theme" class="screen-only" hidden>Theme: <span>auto</span></button>
  </header>`;
}

function timeOf(createdAt: string): Markup {
  const match = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)[\d:.]*Z$/.exec(createdAt);
  if (match === null) return fragment`${createdAt}`;
  return fragment`<time datetime="${createdAt}">${match[1] ?? ''} ${match[2] ?? ''} UTC</time>`;
}

function bottom({ inventory, playbook }: Plan): Markup {
  return fragment`<footer>
    <dl>
      <dt>Inventory</dt>
      <dd>${inventory.file}<br /><code>${inventory.digest}</code></dd>
      <dt>Playbook</dt>
      <dd>${playbook.file}<br /><code>${playbook.digest}</code></dd>
    </dl>
  </footer>`;
}
