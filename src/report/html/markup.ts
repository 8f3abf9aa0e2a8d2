/** HTML that is safe to put into HTML. */
import { escapeHtml } from './escape-html.ts';
import { hostRanges } from '../terminal/host-range.ts';

/** Only `fragment` and `sentence` make it. */
export interface Markup {
  readonly markup: string;
}

type Part = string | number | Markup | readonly Markup[] | null;

/** A template of HTML. Everything that is put into it is escaped, but for `Markup`. */
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
 * A sentence with names in `code`. The words of the sentence itself are not escaped, so they must not have a meaning in HTML.
 *
 * @param make gets the function that marks a name
 */
export function sentence(make: (mark: (name: string) => string) => string): Markup {
  return { markup: make((name) => `<code>${escapeHtml(name)}</code>`) };
}

/** Hosts as ranges. Lines are broken between ranges only. */
export function hostList(hosts: readonly string[]): Markup {
  const ranges = hostRanges(hosts);
  return fragment`<code class="hosts">${ranges.map(
    (range, index) => fragment`<span>${range}${index < ranges.length - 1 ? ',' : ''}</span>`,
  )}</code>`;
}
