import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

const { username, gid } = userInfo();

/** An inventory of two hosts that are both this machine, each with a folder of its own, and a playbook for them. */
export function site(tasks = '', vars = '') {
  const folder = mkdtempSync(join(tmpdir(), 'fastboot-cli-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = (name: string, text: string): string => {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const host = (name: string) =>
    `{ ansible_connection: local, storage_address: ${name === 'b' ? '192.0.2.1' : '192.0.2.2'}, port_hint: 1, root: "${folder}/${name}" }`;
  const inventory = file(
    'inventory.yaml',
    `all:\n  vars: { ${vars} }\n  children:\n    nfs_backend: { hosts: { b: ${host('b')} } }\n    compute: { hosts: { c1: ${host('c1')} } }\n`,
  );
  const owner = `owner: "${username}", group: "${gid}"`;
  const playbook = file(
    'site.yaml',
    `- name: Backend\n  hosts: nfs_backend\n  tasks:\n    - file: { path: "{{ root }}/one", content: "1", ${owner} }\n- name: Nodes\n  hosts: compute\n  tasks:\n    - file: { path: "{{ root }}/one", content: "1", ${owner} }\n${tasks}    - name: Last\n      file: { path: "{{ root }}/last", content: "2", ${owner} }\n`,
  );
  file('b/there', '');
  file('c1/there', '');
  const args = [inventory, '--playbook', playbook];
  const at = (path: string) => join(folder, path);
  return { folder, args, at, inventory, playbook };
}

/** A task that says that it has begun and waits for a word. */
export const WAIT = `    - name: Wait
      block:
        - command: { script: "touch {{ root }}/begun; until [ -e {{ root }}/go ]; do sleep 0.05; done; touch {{ root }}/waited", creates: "{{ root }}/waited" }
`;
