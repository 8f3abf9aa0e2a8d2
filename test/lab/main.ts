import { parseArgs } from 'node:util';
import { openLab } from './lab.ts';
import { createNarrator, interrupted, loginLines } from './narrate.ts';
import { ensurePackages } from './packages.ts';

/** `npm run lab [-- NAME...]`: fresh hosts to work with by hand, until Ctrl-C. */

const { positionals } = parseArgs({ allowPositionals: true });
const narrator = createNarrator((text) => process.stdout.write(text));
await ensurePackages(narrator.say);
const names = positionals.length > 0 ? positionals : undefined;
const lab = await narrator.timed('the hosts are up', () => openLab(names, { narrate: narrator.say }));
try {
  narrator.say(loginLines(lab));
  narrator.say(`\ninventory: ${lab.inventory()}\nhost keys: --known-hosts ${lab.knownHostsFile}`);
  narrator.say('\nCtrl-C ends the machines and removes their files.');
  await interrupted();
} finally {
  await lab.close();
}
