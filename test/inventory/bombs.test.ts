import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bombs } from './bombs.ts';

const root = path.join(import.meta.dirname, '..', '..');
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'fastboot-bombs-'));
  await build({
    stdin: {
      contents: `import { loadInventory } from './src/inventory/load.ts';
        import { formatDiagnostics } from './src/commands/run/diagnostics.ts';
        const start = performance.now();
        const loaded = await loadInventory(process.argv[2]);
        const valid = loaded.ok;
        const findings = formatDiagnostics(loaded.ok ? loaded.value.notices : loaded.error);
        console.log(JSON.stringify({ valid, findings: findings.slice(0, 20_000), seconds: (performance.now() - start) / 1000 }));`,
      resolveDir: root,
      loader: 'ts',
    },
    outfile: path.join(folder, 'validate.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

interface Outcome {
  readonly valid: boolean;
  readonly findings: string;
  readonly seconds: number;
}

/** Validates in a process of its own, with little memory. */
async function validate(text: string): Promise<Outcome> {
  const file = path.join(folder, 'i.yaml');
  await writeFile(file, text);
  const limits = ['--max-old-space-size=300', '--stack-size=900'];
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...limits,
    path.join(folder, 'validate.mjs'),
    file,
  ]);
  return JSON.parse(stdout) as Outcome;
}

// two seconds on an idle machine; tests share theirs
const patience = 15;

test.each(bombs)('$name', { timeout: 60_000 }, async ({ text, error }) => {
  const { valid, findings, seconds } = await validate(text());
  expect(valid).toBe(false);
  expect(findings).toMatch(error);
  expect(seconds).toBeLessThan(patience);
});

test('a hundred thousand hosts are no bomb', { timeout: 60_000 }, async () => {
  const { valid, findings, seconds } = await validate(
    'nfs_backend: {hosts: {n: }}\ncompute:\n  vars: {ansible_user: root}\n  hosts:\n    c[00001:99999]: {rack: a}\n',
  );
  expect(findings).toBe('');
  expect(valid).toBe(true);
  expect(seconds).toBeLessThan(patience);
});
