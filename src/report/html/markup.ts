import { escapeHtml } from './escape-html.ts';
import { hostRanges } from '../terminal/host-range.ts';

/** HTML that is safe to put into HTML; only `fragment` and `sentence` make it. */
export interface Markup {
  readonly markup: string;
}

type Part = string | number | Markup | readonly Markup[] | null;

/** A template of HTML: everything put into it that is no `Markup` itself is escaped. */
export function fragment(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return {
    markup: strings.reduce((text, string, index) => text + partText(parts[index - 1] ?? null) + string),
  };
}

function partText(part: Part): string {
  if (part === null) return '';
  if (typeof part === 'number') return String(part);
  if (typeof part === 'string') return escapeHtml(part);
  return 'markup' in part ? part.markup : part.map(({ markup }) => markup).join('');
}

/**
 * A sentence in which names are set in `code`: `sentence` gets what marks a name. Its own words must hold nothing that
 * means anything in HTML.
 */
export function sentence(make: (mark: (name: string) => string) => string): Markup {
  return { markup: make((name) => `<code>${escapeHtml(name)}</code>`) };
}

/** Hosts as ranges, broken into lines between these. */
export function hostList(hosts: readonly string[]): Markup {
  const ranges = hostRanges(hosts);
  return fragment`<code class="hosts">${ranges.map(
    (range, index) => fragment`<span>${range}${index < ranges.length - 1 ? ',' : ''}</span>`,
  )}</code>`;
}
