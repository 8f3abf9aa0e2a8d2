/** Inventories that are small to write and would be large to read end with an error, in little memory and little time. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bombs } from './bombs.ts';

const root = path.join(import.meta.dirname, '..', '..');
const MEMORY_LIMITS = ['--max-old-space-size=300', '--stack-size=900'];
/** How many times the processor time of a small inventory a bomb may take; 1,000 hosts take about 50 ms, the worst bomb 3 s. */
const MAX_RATIO = 150;
const HUNDRED_THOUSAND_HOSTS = 'a hundred thousand hosts';

const texts: readonly (readonly [name: string, text: () => string])[] = [
  ...bombs.map(({ name, text }) => [name, text] as const),
  [
    HUNDRED_THOUSAND_HOSTS,
    () =>
      'nfs_backend: {hosts: {n: }}\ncompute:\n  vars: {ansible_user: root}\n  hosts:\n    c[00001:99999]: {rack: a}\n',
  ],
];

interface Outcome {
  readonly valid: boolean;
  readonly findings: string;
  /** Processor time, as a multiple of that of an inventory with 1,000 hosts in the same process. */
  readonly ratio: number;
}

/** Validates files one after the other, and prints an outcome for each, as one line of JSON. */
const PROGRAM = `
import { loadInventory } from './src/inventory/load.ts';
import { formatDiagnostics } from './src/commands/run/diagnostics.ts';
const [reference, ...files] = process.argv.slice(2);
const validate = async (file) => {
  const before = process.cpuUsage();
  const loaded = await loadInventory(file);
  const findings = formatDiagnostics(loaded.ok ? loaded.value.notices : loaded.error);
  const { user, system } = process.cpuUsage(before);
  return { valid: loaded.ok, findings: findings.slice(0, 20_000), cpu: user + system };
};
const references = [];
for (let round = 0; round < 5; round += 1) references.push((await validate(reference)).cpu);
for (const file of files) {
  const { cpu, ...outcome } = await validate(file);
  console.log(JSON.stringify({ ...outcome, ratio: cpu / Math.min(...references) }));
}
`;

let folder = '';
const outcomes = new Map<string, Outcome>();

// one process for all, because starting one costs more than most bombs; one that dies takes the later ones with it
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'fastboot-bombs-'));
  const program = path.join(folder, 'validate.mjs');
  await build({
    stdin: { contents: PROGRAM, resolveDir: root, loader: 'ts' },
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
  const reference = path.join(folder, 'reference.yaml');
  const hosts = Array.from({ length: 1000 }, (_, index) => `    c${index}: {rack: a${index}}\n`);
  await writeFile(reference, `nfs_backend: {hosts: {n: }}\ncompute:\n  hosts:\n${hosts.join('')}`);
  const files = texts.map((_, index) => path.join(folder, `${index}.yaml`));
  for (const [index, [, text]] of texts.entries()) await writeFile(files[index] ?? '', text());

  const child = spawn(process.execPath, [...MEMORY_LIMITS, program, reference, ...files], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await once(child, 'close');
  const lines = output.trim().split('\n');
  for (const [index, [name]] of texts.entries()) {
    const line = lines[index];
    if (line !== undefined) outcomes.set(name, JSON.parse(line) as Outcome);
  }
});

afterAll(() => rm(folder, { recursive: true, force: true }));

function outcomeOf(name: string): Outcome {
  const outcome = outcomes.get(name);
  if (outcome === undefined) throw new Error('the process ended before this inventory was validated');
  return outcome;
}

test.each(bombs)('$name', ({ name, error }) => {
  const { valid, findings, ratio } = outcomeOf(name);
  expect(valid).toBe(false);
  expect(findings).toMatch(error);
  expect(ratio).toBeLessThan(MAX_RATIO);
});

test('a hundred thousand hosts are not a bomb', () => {
  const { valid, findings, ratio } = outcomeOf(HUNDRED_THOUSAND_HOSTS);
  expect(findings).toBe('');
  expect(valid).toBe(true);
  expect(ratio).toBeLessThan(MAX_RATIO);
});
