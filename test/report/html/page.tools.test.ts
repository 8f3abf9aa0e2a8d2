import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Plan } from '../../../src/plan/plan.ts';
import { readPageAssets } from '../../../src/report/html/assets.ts';
import { planPage } from '../../../src/report/html/page.ts';
import { openBrowser } from './browser.ts';
import type { Browser, Page } from './browser.ts';
import { plan, smallPlan } from '../build.ts';
import { cloudPlan, hostilePlan, threeHosts } from '../plans.ts';

/** The page in a real browser. */

const plans: Readonly<Record<string, () => Plan>> = {
  'three hosts': threeHosts,
  'three hundred hosts': cloudPlan,
  'five hosts': smallPlan,
  'no changes': () => plan({ stages: [{ name: 'S', essential: false, hosts: [{ host: 'c1', units: [] }] }] }),
  hostile: hostilePlan,
};

const folder = mkdtempSync(join(tmpdir(), 'fastboot-page-'));
const fileOf = (name: string): string => join(folder, `${name.replaceAll(' ', '-')}.html`);
let browser: Browser;

beforeAll(async () => {
  const assets = await readPageAssets();
  for (const [name, make] of Object.entries(plans)) writeFileSync(fileOf(name), planPage(make(), assets));
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

const shownText = (page: Page): Promise<string> => page.evaluate('shown.textContent');
const visibleGroups = (page: Page): Promise<readonly string[]> =>
  page.evaluate(
    `[...document.querySelectorAll('.group, .finding')].filter((e) => e.checkVisibility()).map((e) => e.querySelector('h3').innerText)`,
  );
const focusFilter = (page: Page): Promise<void> =>
  page.evaluate(`document.querySelector('[name=host]').focus()`);

describe('the page of a plan', () => {
  it.each(Object.keys(plans))('%s: without errors, complete, readable, and not too wide', async (name) => {
    const page = await browser.open(fileOf(name));
    for (const width of [400, 1200])
      for (const scheme of ['light', 'dark'] as const)
        for (const print of [false, true]) {
          await page.view({ width, scheme, print });
          const view = `${width} ${scheme}${print ? ' print' : ''}`;
          expect(await page.evaluate(TOO_WIDE), view).toEqual([]);
          expect(await page.evaluate(LOW_CONTRAST), view).toEqual([]);
        }
    expect(await page.evaluate(STRUCTURE)).toEqual([]);
    expect(page.trouble()).toEqual({ console: [], requests: [] });
  });

  it('runs and loads nothing that a host wrote', async () => {
    const page = await browser.open(fileOf('hostile'));
    await page.evaluate(
      `document.querySelectorAll('main *').forEach((e) => e.dispatchEvent(new MouseEvent('mouseover')))`,
    );
    expect(await page.evaluate('document.title')).toMatch(/^fastboot plan for \\x1b/);
    expect(
      await page.evaluate(
        `document.querySelectorAll('img, svg, iframe, object, a:not(.cell), body style').length`,
      ),
    ).toBe(0);
    expect(await page.evaluate(`document.scripts.length`)).toBe(1);
    expect(page.trouble()).toEqual({ console: [], requests: [] });
  });

  it('runs no other script and loads no image, also if one were in the page', async () => {
    const page = await browser.open(fileOf('three hosts'));
    await page.evaluate(
      `document.body.append(Object.assign(document.createElement('script'), { textContent: 'window.ran = 1' }))`,
    );
    await page.evaluate(
      `document.body.insertAdjacentHTML('beforeend', '<img src="https://192.0.2.1/x.png" onerror="window.ran = 2"><p style="color: red">')`,
    );
    const refused = `new Promise((resolve) => setTimeout(() => resolve([window.ran ?? 0, getComputedStyle(document.querySelector('body > p')).color]), 100))`;
    expect(await page.evaluate(refused)).toEqual([0, 'rgb(24, 34, 45)']);
    expect(page.trouble().console.join()).toContain('Content Security Policy');
  });

  it('filters by host, action and risk, counts, and keeps the filter in the address', async () => {
    const page = await browser.open(fileOf('three hundred hosts'));
    expect(await shownText(page)).toBe('Showing all 1461 changes on 301 hosts.');
    await focusFilter(page);
    await page.type('compute044');
    expect(await shownText(page)).toBe('Showing 6 of 1461 changes on 1 of 301 hosts.');
    expect(await visibleGroups(page)).toEqual(
      ['link-speed', 'compute044,compute203'].map((text) => expect.stringContaining(text) as string),
    );
    expect(await page.evaluate('location.hash')).toBe('#host=compute044');
    await page.evaluate(`document.querySelector('[value=io]').click()`);
    expect(await shownText(page)).toBe('Showing 1 of 1461 changes on 1 of 301 hosts.');
    expect(await page.evaluate('location.hash')).toBe('#host=compute044&risk=io');
    await page.evaluate(`document.querySelector('[type=reset]').click()`);
    await page.evaluate('new Promise((resolve) => setTimeout(resolve))');
    expect(await shownText(page)).toBe('Showing all 1461 changes on 301 hosts.');
    expect(await page.evaluate('location.hash')).toBe('');
  });

  it.each([
    ['#host=compute[040:080]&action=update', 'Showing 43 of 1461 changes on 41 of 301 hosts.'],
    ['#action=blocked', 'Showing 3 of 1461 changes on 3 of 301 hosts.'],
    ['#action=blocked,deferred', 'Showing 4 of 1461 changes on 4 of 301 hosts.'],
    ['#risk=io', 'Showing 289 of 1461 changes on 289 of 301 hosts.'],
    ['#host=nfs*,compute299', 'Showing 15 of 1461 changes on 2 of 301 hosts.'],
    ['#host=nobody', 'Showing 0 of 1461 changes on 0 of 301 hosts.'],
    ['#host=(', 'Showing 0 of 1461 changes on 0 of 301 hosts.'],
    ['#risks', 'Showing all 1461 changes on 301 hosts.'],
  ])('opens at %s', async (hash, wanted) => {
    const page = await browser.open(fileOf('three hundred hosts'), hash);
    expect(await shownText(page)).toBe(wanted);
    expect(page.trouble()).toEqual({ console: [], requests: [] });
  });

  it('can be used with the keyboard only', async () => {
    const page = await browser.open(fileOf('three hosts'));
    await page.press('/', 191);
    expect(await page.evaluate('document.activeElement.name')).toBe('host');
    await page.evaluate(`document.querySelector('.group > summary').focus()`);
    const isOpen = `document.querySelector('.group').open`;
    const before = await page.evaluate<boolean>(isOpen);
    await page.press('Enter', 13);
    await page.press(' ', 32);
    await page.press(' ', 32);
    expect(await page.evaluate(isOpen)).toBe(!before);
  });

  it('changes between dark and light with its button', async () => {
    const page = await browser.open(fileOf('three hosts'));
    const background = `getComputedStyle(document.body).backgroundColor`;
    const press = `theme.click(); ${background}`;
    await page.view({ width: 1200, scheme: 'light' });
    const light = await page.evaluate(background);
    await page.view({ width: 1200, scheme: 'dark' });
    const dark = await page.evaluate(background);
    expect(dark).not.toBe(light);
    expect([await page.evaluate(press), await page.evaluate(press), await page.evaluate(press)]).toEqual([
      light,
      dark,
      dark,
    ]);
    await page.view({ width: 1200, scheme: 'light' });
    await page.evaluate('theme.click()');
    expect([await page.evaluate(press), await page.evaluate(press)]).toEqual([dark, light]);
  });

  it('is complete on paper, and as before after printing', async () => {
    const page = await browser.open(fileOf('three hosts'));
    const open = `document.querySelectorAll('details[open]').length`;
    const before = await page.evaluate<number>(open);
    await page.evaluate(
      `addEventListener('beforeprint', () => { window.folded = document.querySelectorAll('details:not([open])').length })`,
    );
    expect(await page.print()).toBeGreaterThan(1);
    expect(await page.evaluate('window.folded')).toBe(0);
    expect(await page.evaluate(open)).toBe(before);
    await page.view({ width: 800, print: true });
    const controls = `[...document.querySelectorAll('button, input, #shown')].filter((e) => e.checkVisibility()).length`;
    expect(await page.evaluate(controls)).toBe(0);
  });
});

/** Elements that are wider than the page. */
const TOO_WIDE = `document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > innerWidth + 1).map((e) => e.outerHTML.slice(0, 99))`;

/** Visible texts whose contrast is below 4.5 (WCAG 2 AA). */
const LOW_CONTRAST = `(() => {
  const parse = (color) => color.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (e) => {
    for (let at = e; at; at = at.parentElement) {
      const color = parse(getComputedStyle(at).backgroundColor);
      if (color.length === 3 || color[3] === 1) return color;
    }
    return [255, 255, 255];
  };
  const texts = [...document.querySelectorAll('body *')].filter((e) =>
    e.checkVisibility() && !['SCRIPT', 'STYLE'].includes(e.tagName) &&
    [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim() !== ''));
  return [...new Set(texts.flatMap((e) => {
    const [a, b] = [light(parse(getComputedStyle(e).color)), light(behind(e))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    return ratio < 4.5 ? [e.tagName + '.' + e.className + ' ' + ratio.toFixed(2)] : [];
  }))];
})()`;

/** Problems for screen readers. */
const STRUCTURE = `(() => {
  const levels = [...document.querySelectorAll('h1, h2, h3, h4')].map((e) => Number(e.tagName[1]));
  const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
  const named = [...document.querySelectorAll('[aria-labelledby]')].map((e) => e.getAttribute('aria-labelledby'));
  return [
    ...(levels[0] === 1 && levels.filter((level) => level === 1).length === 1 ? [] : ['not one h1, first']),
    ...levels.flatMap((level, i) => (i > 0 && level > levels[i - 1] + 1 ? ['h' + level + ' after h' + levels[i - 1]] : [])),
    ...(new Set(ids).size === ids.length ? [] : ['an id twice']),
    ...named.filter((id) => !ids.includes(id)),
    ...[...document.querySelectorAll('input')].filter((e) => e.labels.length !== 1).map((e) => e.outerHTML),
    ...[...document.querySelectorAll('button')].filter((e) => e.innerText.trim() === '' && !e.hidden).map((e) => e.outerHTML),
    ...(document.documentElement.lang === 'en' ? [] : ['no language']),
  ];
})()`;
