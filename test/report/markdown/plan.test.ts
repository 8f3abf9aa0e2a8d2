import { describe, expect, it } from 'vitest';
import { code, fenced, prose } from '../../../src/report/markdown/text.ts';
import { planMarkdown } from '../../../src/report/markdown/plan.ts';
import { plan, smallPlan } from '../build.ts';
import { EVIL, cloudPlan, hostilePlan, threeHosts } from '../plans.ts';

describe('planMarkdown', () => {
  it.each([
    ['plan-5-hosts', smallPlan()],
    ['plan-3-hosts', threeHosts()],
    ['plan-300-hosts', cloudPlan()],
    ['plan-hostile', hostilePlan()],
    ['plan-no-changes', plan()],
  ])('%s', async (name, made) => {
    await expect(planMarkdown(made)).toMatchFileSnapshot(`golden/${name}.md`);
  });

  it('makes no text of a host markup', () => {
    const rest = withoutCode(planMarkdown(hostilePlan()));
    expect(rest).not.toContain('owned');
    expect(rest).not.toContain('evil');
    const tags = rest.match(/<[^>]*>/g) ?? [];
    expect([...new Set(tags)].sort()).toEqual(['</details>', '</summary>', '<details>', '<summary>']);
    expect(rest.split('<details>')).toHaveLength(rest.split('</details>').length);
  });
});

/** Markdown without what is code in CommonMark, or in `code` in HTML. */
function withoutCode(markdown: string): string {
  return markdown
    .replace(/^(`{3,})[^`\n]*\n[^]*?\n\1$/gm, '')
    .replace(/<code>[^<]*<\/code>/g, '')
    .replace(/(?<!`)(`+)(?!`)[^\n]*?(?<!`)\1(?!`)/g, '');
}

describe('texts in Markdown', () => {
  it.each([
    ['plain words, (1) and 99 %', 'plain words, (1) and 99 %'],
    ['_base is empty', '\\_base is empty'],
    ['see https://evil.example', '`see https://evil.example`'],
    ['www.evil.example', '`www.evil.example`'],
    ['@admin', '`@admin`'],
    ['#12', '`#12`'],
    ['!12', '`!12`'],
    ['%12', '`%12`'],
    ['a <b>', '`a <b>`'],
    ['a `b`', '`` a `b` ``'],
    ['- item', '`- item`'],
    ['1. item', '`1. item`'],
    ['===', '`===`'],
    ['commit 5bf1d3e60f', '`commit 5bf1d3e60f`'],
    ['a\nb', '`a\\nb`'],
    ['', ''],
  ])('prose %j is %j', (text, wanted) => {
    expect(prose(text)).toBe(wanted);
  });

  it('puts more backticks around code than are in it', () => {
    expect(code('a ``` b')).toBe('````a ``` b````');
    expect(code(' ` ')).toBe('``  `  ``');
    expect(fenced(['+````'], 'diff')).toEqual(['`````diff', '+````', '`````']);
    expect(withoutCode(code(EVIL))).toBe('');
  });
});
