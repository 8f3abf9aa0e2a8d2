import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureBundle, startApart } from './cli.ts';
import type { Ended } from './cli.ts';
import { site } from './site.ts';

/** Known secrets, in every place that a plan reads: none may be printed or saved anywhere. */

beforeAll(ensureBundle);

const run = (...args: readonly string[]): Promise<Ended> => startApart(args).ended;

const SECRETS = [
  'S3cret-db',
  'S3cret-rabbit',
  'S3cret-fstab',
  'S3cret-old',
  'S3cret-var',
  'S3cret-deep',
  'S3cret-option',
];

const NOVA_CONF = `[DEFAULT]
transport_url = rabbit://nova:S3cret-rabbit@mq:5672/
[database]
connection = mysql://nova:S3cret-db@db/nova
[neutron]
password = S3cret-old
[api]
x = 1
`;

const VARS = 'db_password: S3cret-var, accounts: [{ name: nova, token: S3cret-deep }]';

/** Changes beside, over, and of secrets; whole files with context; options that hold secrets themselves. */
const TASKS = `    - ini_option: { path: "{{ root }}/nova.conf", section: neutron, option: password, value: "{{ db_password }}" }
    - ini_option: { path: "{{ root }}/nova.conf", section: api, option: admin_password, value: S3cret-option }
    - line: { path: "{{ root }}/fstab", match: "^//nas", line: "//nas/x /mnt cifs user=u,vers=3 0 0" }
    - file: { path: "{{ root }}/whole.conf", content: "[a]\\nuser = nova\\npassword = {{ db_password }}\\n", owner: OWNER, group: "GROUP" }
    - file: { path: "{{ root }}/{{ item.name }}.rc", content: "export OS_TOKEN={{ item.token }}\\n", owner: OWNER, group: "GROUP" }
      loop: accounts
`;

async function start() {
  const { username, gid } = (await import('node:os')).userInfo();
  const tasks = TASKS.replaceAll('OWNER', username).replaceAll('GROUP', String(gid));
  const made = site(tasks, VARS);
  const { at } = made;
  writeFileSync(at('c1/nova.conf'), NOVA_CONF);
  writeFileSync(at('c1/fstab'), '//nas/x /mnt cifs user=u,password=S3cret-fstab,vers=2 0 0\n');
  writeFileSync(at('c1/whole.conf'), '[a]\nuser = glance\npassword = S3cret-old\n');
  return made;
}

const found = (...texts: readonly string[]): readonly string[] =>
  SECRETS.filter((secret) => texts.some((text) => text.includes(secret)));

describe('secrets', () => {
  it('are in no plan, no event, no log, no saved file and no form of it, and are applied all the same', async () => {
    const { args, at } = await start();
    const text = await run('plan', ...args, '-v');
    expect(text.code, text.stderr).toBe(0);
    expect(text.stdout).toContain('********');
    const json = await run('plan', ...args, '--json', '--out', at('plan'), '--log-file', at('log'));
    expect(json.code, json.stderr).toBe(0);
    const forms = await Promise.all(
      ['text', 'json', 'markdown', 'html'].map((form) => run('show', at('plan'), '--format', form)),
    );
    for (const { code, stderr } of forms) expect(code, stderr).toBe(0);
    const read = (name: string): string => readFileSync(at(name), 'utf8');
    const shown = [text, json, ...forms].flatMap(({ stdout, stderr }) => [stdout, stderr]);
    expect(found(...shown, read('plan'), read('log'))).toEqual([]);

    const applied = await run('apply', at('plan'), '--yes', '-v', '--log-file', at('log'));
    expect(applied.code, applied.stderr).toBe(0);
    expect(found(applied.stdout, applied.stderr, read('log'))).toEqual([]);
    expect(read('c1/whole.conf')).toContain('password = S3cret-var\n');
    expect(read('c1/nova.rc')).toBe('export OS_TOKEN=S3cret-deep\n');
    expect(read('c1/nova.conf')).toContain('[neutron]\npassword = S3cret-var\n');
    expect(read('c1/nova.conf')).toContain('admin_password = S3cret-option\n');
    expect(read('c1/nova.conf')).toContain('nova:S3cret-db@db');
  });

  it('that a plan needs are never guessed: without the inventory it is refused', async () => {
    const { args, at, inventory } = await start();
    expect((await run('plan', ...args, '--out', at('plan'))).code).toBe(0);
    rmSync(inventory);
    const { code, stderr } = await run('apply', at('plan'), '--yes');
    expect(code).toBe(5);
    expect(stderr).toMatch(/gone, and it had secrets that the plan needs for .*whole\.conf/s);
    expect(readFileSync(at('c1/nova.conf'), 'utf8')).toBe(NOVA_CONF);
  });
});
