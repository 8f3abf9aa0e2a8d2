import { createHash, randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { createNarrator, fastbootOnTerminal, interrupted, loginLines } from './narrate.ts';
import type { Narrator } from './narrate.ts';
import type { LabHost } from './host.ts';
import { openLab } from './lab.ts';
import type { Lab } from './lab.ts';
import { ensurePackages } from './packages.ts';

/** `npm run demo`: the whole story on real machines, from empty hosts to a pool, and one more node later. */

const usage = `npm run demo [-- --keep]

Boots three virtual machines, makes them an image pool with fastboot, and adds a fourth.
  --keep   leave them running at the end, to log in and look around; Ctrl-C ends them
`;
const images = '/var/lib/glance/images';
const cache = '/var/lib/glance/imagecache';
const base = '/var/lib/nova/instances/_base';

async function tell(lab: Lab, narrator: Narrator): Promise<void> {
  const { step, say, timed } = narrator;
  const nodes = [lab.host('compute01'), lab.host('compute02')];

  step('From empty hosts to a working pool');
  say(
    'nfs01 holds the images; compute01 and compute02 run nova-compute. None of them knows anything of NFS yet.',
  );
  await apply(lab, narrator, ['nfs01', 'compute01', 'compute02']);

  step('An image arrives, and every node has it');
  // the machine of the last step boots meanwhile
  const third = lab.addHost('compute03');
  third.catch(() => undefined);
  await showImage(lab.host('nfs01'), nodes, narrator);

  step('The same command again changes nothing');
  await apply(lab, narrator, ['nfs01', 'compute01', 'compute02']);

  step('One more compute node');
  const before = await Promise.all(nodes.map(novaStart));
  await timed('compute03 is up', () => third);
  say('compute03 goes into the inventory, and the same command runs once more.');
  await apply(lab, narrator, ['nfs01', 'compute01', 'compute02', 'compute03']);
  say(await lab.host('compute03').sh(`ls -l ${base}`));
  const after = await Promise.all(nodes.map(novaStart));
  const untouched = before.every((start, index) => start === after[index]);
  say(`nova-compute on compute01 and compute02: ${untouched ? 'not restarted' : 'RESTARTED'}`);
  if (!untouched) throw new Error('a node that had nothing to do with it was touched');
}

/** Writes an inventory of these hosts and runs `fastboot apply` on it, as it is typed. */
async function apply(lab: Lab, narrator: Narrator, hosts: readonly string[]): Promise<void> {
  // an image counts as whole after one quiet second here, so that nobody waits ten for a demonstration
  const inventory = lab.inventory({ hosts, fastboot: { link_sync: { settle: 1 } } });
  narrator.command(`fastboot apply ${inventory} --yes`);
  const code = await narrator.timed('fastboot apply', () =>
    fastbootOnTerminal(lab, ['apply', inventory, '--yes']),
  );
  if (code !== 0) throw new Error(`fastboot ended with exit code ${code ?? 'none'}`);
}

const novaStart = (host: LabHost): Promise<string> =>
  host.sh('systemctl show -p ActiveEnterTimestampMonotonic -p MainPID nova-compute');

/** Puts an image where Glance would, and watches its name appear on the nodes. */
async function showImage(backend: LabHost, nodes: readonly LabHost[], narrator: Narrator): Promise<void> {
  const id = randomUUID();
  const name = createHash('sha1').update(id).digest('hex');
  narrator.say(`image ${id}, for Nova ${name}`);
  const absent = await Promise.all(nodes.map((node) => node.exec(`ls ${base}/${name}`)));
  narrator.say(`before: ${absent[0]?.stderr.trim() ?? ''}`);

  const file = `${images}/${id}`;
  const put = `head -c 8388608 /dev/urandom >${file} && chown glance:glance ${file} && chmod 640 ${file}`;
  await backend.sh(put);
  const written = Date.now();
  const seen =
    (path: string) =>
    async (host: LabHost): Promise<number> => {
      await host.sh(`until [ -e ${path} ]; do sleep 0.05; done`, { timeout: 60_000 });
      return (Date.now() - written) / 1000;
    };
  const [linked, ...visible] = await Promise.all([
    seen(`${cache}/${name}`)(backend),
    ...nodes.map(seen(`${base}/${name}`)),
  ]);
  narrator.say(
    `linked on nfs01 ${linked.toFixed(1)} s after it was written, of which it had to lie still for one`,
  );
  for (const [index, node] of nodes.entries())
    narrator.say(`visible on ${node.name} after ${visible[index]?.toFixed(1) ?? '?'} s`);

  narrator.say(await backend.sh(`ls -li ${file} ${cache}/${name}`));
  const sums = await Promise.all([
    backend.sh(`sha256sum <${file}`),
    ...nodes.map((node) => node.sh(`su -s /bin/sh nova -c 'sha256sum <${base}/${name}'`)),
  ]);
  if (new Set(sums).size !== 1) throw new Error('a node reads other bytes than the image has');
  narrator.say('user nova reads the same bytes on every node; nothing was copied');
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { keep: { type: 'boolean' }, help: { type: 'boolean' } } });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const narrator = createNarrator((text) => process.stdout.write(text));
  narrator.step('Three real machines with Debian, systemd and sshd');
  await ensurePackages(narrator.say);
  const lab = await narrator.timed('nfs01, compute01 and compute02 are up', () =>
    openLab(undefined, { narrate: narrator.say }),
  );
  const stop = interrupted().then(() => 130);
  try {
    const told = tell(lab, narrator).then(() => 0);
    // when the user stops the demonstration, what was under way fails for want of its hosts, and nobody needs to hear of it
    told.catch(() => undefined);
    const code = await Promise.race([told, stop]);
    if (code !== 0) return code;
    narrator.say(`\nDone, ${narrator.elapsed()} in all.`);
    if (values.keep) {
      narrator.step('Look around');
      narrator.say(`${loginLines(lab)}\n\nCtrl-C ends the machines and removes their files.`);
      await stop;
    }
    return 0;
  } finally {
    await lab.close();
  }
}

try {
  process.exitCode = await main();
} catch (reason) {
  process.stderr.write(
    `\nThe demonstration stopped: ${reason instanceof Error ? reason.message : String(reason)}\n`,
  );
  process.exitCode = 1;
}
