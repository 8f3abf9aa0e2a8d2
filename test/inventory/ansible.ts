import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const folder = path.join(import.meta.dirname, 'ansible-compat');

/** Inventories to compare on: files, and folders with an `inventory.yaml` and variables beside it. */
export const compatInventories: readonly string[] = readdirSync(folder, { withFileTypes: true })
  .map((entry) => path.join(folder, entry.name, ...(entry.isDirectory() ? ['inventory.yaml'] : [])))
  .sort();

/** What the real ansible-inventory prints, with no configuration of this machine. */
export async function ansibleInventory(file: string, ...options: string[]): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)('ansible-inventory', ['-i', file, ...options], {
    env: {
      PATH: process.env['PATH'],
      HOME: '/nonexistent',
      ANSIBLE_CONFIG: '/nonexistent/ansible.cfg',
      LC_ALL: 'C.UTF-8',
      ANSIBLE_LOCAL_TEMP: '/tmp',
    },
    maxBuffer: 64 * 1024 * 1024,
  });
  if (/Failed to parse|Unable to parse/.test(stderr)) throw new Error(`Ansible refuses ${file}: ${stderr}`);
  return stdout;
}
