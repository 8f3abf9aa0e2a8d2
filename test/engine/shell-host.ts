import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Writable } from 'node:stream';
import { encodeBytes } from '../../src/core/bytes.ts';
import type { Exit, RunningScript, RunOptions } from '../../src/transport/transport.ts';

/** What a hook may do to the host and its connection while a script waits at a frame. */
export interface Control {
  /** The network fails: this machine loses the script, which finds its pipes closed and goes on. */
  readonly cut: () => void;
  /** The power fails: everything on the host ends at once. */
  readonly crash: () => void;
  /** What this machine receives from now on, instead of the script's own output. */
  readonly garble: (bytes: string) => void;
}

type Hook = (control: Control) => void | Promise<void>;

/**
 * A host that is a folder. Scripts run in a real shell of this machine, but their paths are moved below that folder, and systemctl,
 * mount and logger are replaced. A script waits at each frame until the hooks for the frame have run.
 */
export interface ShellHost {
  readonly name: string;
  /** What `at` starts with. */
  readonly root: string;
  /** Where a path of the host really is. */
  at(path: string): string;
  read(path: string): string | undefined;
  write(path: string, text: string): void;
  /** Makes a systemd unit, active or not. */
  unit(name: string, active: 'active' | 'inactive' | 'failed'): void;
  /** Makes every start of a unit fail. */
  breakUnit(name: string): void;
  /** Makes every mount fail. */
  breakMount(): void;
  activeState(name: string): string | undefined;
  /** The calls of systemctl and mount since the last call of this function, without `show`. */
  calls(): readonly string[];
  /** The host's syslog. */
  syslog(): string;
  /** Calls back once at the first frame whose head starts with these words. */
  on(head: string, hook: Hook): void;
  /** The scripts that were run so far. */
  readonly scripts: readonly string[];
  /** Resolves when all scripts of this host have ended, also those whose connection was lost. */
  idle(): Promise<void>;
  run(script: string, options: RunOptions): RunningScript;
}

/** The shells of this machine that hosts use as `sh`. */
export const SHELLS: readonly (readonly string[])[] = [
  ['dash'],
  ['bash', '--posix'],
  ['busybox', 'sh'],
].filter(([program = '']) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0);

const MOVED = [
  '/srv',
  '/var/lib/fastboot',
  '/run/fastboot',
  '/run/systemd',
  '/etc/systemd',
  '/etc/fstab',
  '/proc/self/mountinfo',
];
const MOVED_PATTERN = `(?:${MOVED.join('|')})(?![\\w-])`;
const TO_MOVE = new RegExp(`(?<![\\w.-])${MOVED_PATTERN}`, 'g');
const STARTED = '@@rig started';
const BIN = join(import.meta.dirname, 'bin');
/** Where programs are looked for. Without root, chown and stat are replaced as well. */
const PATH = [
  ...(process.getuid?.() === 0 ? [] : [join(import.meta.dirname, 'bin-unprivileged')]),
  BIN,
  '/usr/sbin:/usr/bin:/sbin:/bin',
].join(':');

export function createShellHost(name: string, shell: readonly string[] = ['sh']): ShellHost {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), `fastboot-rig-${name}-`)));
  const root = join(folder, 'root');
  for (const path of ['srv', 'run/systemd/system', 'proc/self', 'etc/systemd/system', '../units'])
    mkdirSync(join(root, path), { recursive: true });
  writeFileSync(join(root, 'proc/self/mountinfo'), '1 0 8:1 / / rw - ext4 /dev/sda1 rw\n');
  writeFileSync(join(root, 'etc/fstab'), '/dev/sda1 / ext4 defaults 0 1\n');
  const hooks: { readonly head: string; readonly hook: Hook }[] = [];
  const scripts: string[] = [];
  const running = new Set<Promise<unknown>>();
  const at = (path: string): string => join(root, path);
  const file = (path: string, text: string): void => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  };
  const log = join(folder, 'systemctl.log');

  return {
    name,
    root,
    scripts,
    at,
    read: (path) => (existsSync(at(path)) ? readFileSync(at(path), 'utf8') : undefined),
    write: (path, text) => file(at(path), text),
    unit: (unit, active) => file(join(folder, 'units', unit, 'active'), active),
    breakUnit: (unit) => file(join(folder, 'units', unit, 'broken'), ''),
    breakMount: () => file(join(folder, 'mount-fails'), ''),
    activeState: (unit) => {
      const path = join(folder, 'units', unit, 'active');
      return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
    },
    calls: () => {
      if (!existsSync(log)) return [];
      const lines = readFileSync(log, 'utf8')
        .split('\n')
        .map((line) => line.trim());
      writeFileSync(log, '');
      return lines.filter((line) => line !== '');
    },
    syslog: () => {
      const file = join(folder, 'syslog');
      return existsSync(file) ? readFileSync(file, 'utf8').replaceAll(root, '') : '';
    },
    on: (head, hook) => void hooks.push({ head, hook }),
    idle: async () => {
      while (running.size > 0) await Promise.all(running);
    },
    run: (script, options) => {
      scripts.push(script);
      const [program = 'sh', ...words] = shell;
      const child = spawn(program, [...words, '-s'], {
        detached: true,
        stdio: ['pipe', 'pipe', 'pipe', 'ignore', 'ignore', 'ignore', 'ignore', 'ignore', 'pipe'],
        env: { PATH, LC_ALL: 'C', RIG: folder },
      }) as unknown as ChildProcessWithoutNullStreams;
      const ended = new Promise<void>((resolve) => void child.once('exit', () => resolve()));
      running.add(ended);
      void ended.then(() => running.delete(ended));
      const takeHook = (head: string): Hook | undefined => {
        const index = hooks.findIndex((each) => `${head} `.startsWith(`${each.head} `));
        return index < 0 ? undefined : hooks.splice(index, 1)[0]?.hook;
      };
      return superviseChild(child, { script, root, takeHook }, options);
    },
  };
}

interface Supervised {
  readonly script: string;
  readonly root: string;
  readonly takeHook: (head: string) => Hook | undefined;
}

function superviseChild(
  child: ChildProcessWithoutNullStreams,
  { script, root, takeHook }: Supervised,
  options: RunOptions,
): RunningScript {
  const gate = (child.stdio as unknown as readonly Writable[])[8];
  if (gate === undefined) throw new Error('no descriptor 8');
  const movedBack = new RegExp(`${root}(${MOVED_PATTERN})`, 'g');
  let settle: (exit: Exit) => void = () => undefined;
  const exit = new Promise<Exit>((resolve) => (settle = resolve));
  let over = false;
  let held: Buffer[] | undefined = [];
  let inputEnded = false;
  let pending = Buffer.alloc(0);
  let work = Promise.resolve();
  let deadline: NodeJS.Timeout | undefined;

  const finish = (result: Exit): void => {
    if (over) return;
    over = true;
    clearTimeout(deadline);
    settle(result);
  };
  const cut = (result: Exit): void => {
    finish(result);
    held = undefined;
    child.stdin.destroy();
    child.stdout.destroy();
    child.stderr.destroy();
    gate.destroy();
  };
  const control: Control = {
    cut: () => cut({ kind: 'lost', cause: 'the network is gone' }),
    crash: () => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      cut({ kind: 'lost', cause: 'the host is gone' });
    },
    garble: (bytes) => {
      options.onStdout(Buffer.from(bytes));
      finish({ kind: 'exited', code: 0 });
      cut({ kind: 'exited', code: 0 });
    },
  };
  const touch = (): void => {
    clearTimeout(deadline);
    const seconds = options.timeoutSeconds;
    if (!over && seconds !== undefined)
      deadline = setTimeout(() => cut({ kind: 'timed-out', seconds }), seconds * 1000);
  };
  const forward = (bytes: Buffer): void => {
    if (!over && bytes.length > 0)
      options.onStdout(Buffer.from(bytes.toString('latin1').replace(movedBack, '$1'), 'latin1'));
  };
  const takeLine = async (line: Buffer): Promise<void> => {
    const text = line.toString('latin1').trimEnd();
    if (text === STARTED) {
      for (const data of held ?? []) child.stdin.write(data);
      held = undefined;
      if (inputEnded) child.stdin.end();
      return;
    }
    const head = /^@@[0-9a-f]+ (.*)$/.exec(text)?.[1];
    if (head !== undefined) await takeHook(head)?.(control);
    forward(line);
    if (head !== undefined && !over) gate.write('\n');
  };
  child.stdout.on('data', (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk]);
    for (let end = pending.indexOf(10); end >= 0; end = pending.indexOf(10)) {
      const line = pending.subarray(0, end + 1);
      pending = pending.subarray(end + 1);
      work = work.then(() => takeLine(line));
    }
  });
  child.stderr.on('data', (chunk: Buffer) => (over ? undefined : options.onStderr?.(chunk)));
  for (const stream of [child.stdin, gate]) stream.on('error', () => undefined);
  child.once('close', (code, signal) => {
    void work.then(() => {
      forward(pending);
      finish(code === null ? { kind: 'signalled', signal: signal ?? '' } : { kind: 'exited', code });
    });
  });
  touch();
  child.stdin.write(encodeBytes(`{ echo '${STARTED}'\n${onThisMachine(script, root)}\n}; exit\n`));
  return {
    exit,
    touch,
    write: (text) => {
      if (over) return;
      if (held === undefined) child.stdin.write(encodeBytes(text));
      else held.push(encodeBytes(text));
    },
    end: () => {
      inputEnded = true;
      if (held === undefined) child.stdin.end();
    },
    abort: () => cut({ kind: 'lost', cause: 'the script was aborted' }),
  };
}

/** The script with its paths moved. It waits after each frame until a line comes on descriptor 8. */
function onThisMachine(script: string, root: string): string {
  return script
    .replace(TO_MOVE, (path) => `${root}${path}`)
    .replace(/^fb\(\) \{ (.*); \}$/m, 'fb() { $1; read -r gate <&8 || :; }');
}
