import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { onTestFinished } from 'vitest';

/** Runs one of the Python checks beside this file; what it printed and its exit code. */
export async function check(
  name: string,
  ...args: (string | number)[]
): Promise<{ code: number | null; said: string }> {
  const child = spawn('python3', [resolve(import.meta.dirname, `${name}.py`), ...args.map(String)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  const code = await new Promise<number | null>((done) => child.once('close', (status) => done(status)));
  return { code, said };
}
