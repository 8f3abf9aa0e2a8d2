// Makes the pictures of a plan's page for the README: `npm run screenshot`.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readPageAssets } from '../../../src/report/html/assets.ts';
import { planPage } from '../../../src/report/html/page.ts';
import { openBrowser } from './browser.ts';
import { cloudPlan, threeHosts } from '../plans.ts';

const PICTURES = [
  { name: 'plan-300-hosts', plan: cloudPlan(), scheme: 'light', height: 1130, at: 'body' },
  { name: 'plan-3-hosts', plan: threeHosts(), scheme: 'dark', height: 980, at: '#stage1' },
] as const;

const examples = join(import.meta.dirname, '../../../examples');
const folder = await mkdtemp(join(tmpdir(), 'fastboot-screenshot-'));
const assets = await readPageAssets();
const browser = await openBrowser();
for (const { name, plan, scheme, height, at } of PICTURES) {
  const file = join(folder, `${name}.html`);
  await writeFile(file, planPage(plan, assets));
  const page = await browser.open(file);
  await page.view({ width: 1100, height, scheme });
  await page.evaluate(`document.querySelector('${at}').scrollIntoView()`);
  const picture = await page.screenshot();
  await writeFile(join(examples, `${name}.png`), picture);
  console.log(`examples/${name}.png: ${Math.round(picture.length / 1024)} KiB`);
}
await browser.close();
await rm(folder, { recursive: true });
