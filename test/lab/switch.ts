import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** The lab's storage network: an Ethernet switch in user space, on unix sockets in a folder of its own. */
export class Switch {
  readonly dir: string;
  readonly #child: ChildProcess;

  private constructor(dir: string, child: ChildProcess) {
    this.dir = dir;
    this.#child = child;
  }

  static async start(parent: string): Promise<Switch> {
    const dir = join(parent, 'switch');
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', 'vde_switch', '--sock', dir], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    while (!existsSync(join(dir, 'ctl'))) {
      if (child.exitCode !== null) throw new Error(`vde_switch ended with ${child.exitCode}`);
      await sleep(10);
    }
    return new Switch(dir, child);
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill();
    await once(this.#child, 'close');
  }
}
