// `npm test`: types, lint, and all tests that need neither root nor other programs. It installs nothing and changes nothing.
// Its last line says what it did not run, and which command does.
import { spawn, spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Runs a program to its end.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {'inherit' | 'pipe'} output `pipe`: what it prints is kept
 * @returns {Promise<{ ok: boolean, output: string }>}
 */
function run(command, args, output) {
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', output, output] });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (/** @type {string} */ chunk) => (text += chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ ok: code === 0, output: text }));
  });
}

/** @returns {Promise<string[]>} the programs that some tests would have used, and that are not installed */
async function missingPrograms() {
  /** @type {unknown} */
  const programs = JSON.parse(await readFile(`${root}/test/optional-programs.json`, 'utf8'));
  return Object.keys(/** @type {Record<string, string>} */ (programs)).filter(
    (name) => spawnSync('sh', ['-c', 'command -v "$1"', 'sh', name]).status !== 0,
  );
}

const started = performance.now();
const build = await run(process.execPath, ['scripts/build.mjs'], 'inherit');
// beside each other: both wait and compute by turns, and together they take less time on two cores
const checking = run('npm', ['run', '--silent', 'check'], 'pipe');
const tests = await run('npx', ['vitest', 'run', '--project', 'unit', ...process.argv.slice(2)], 'inherit');
const check = await checking;
console.log(`\nnpm run check: ${check.ok ? 'passed' : 'FAILED'}\n${check.output.trim()}\n`);

const passed = build.ok && tests.ok && check.ok;
const seconds = ((performance.now() - started) / 1000).toFixed(0);
const missing = await missingPrograms();
console.log(
  [
    `npm test ${passed ? 'passed' : 'FAILED'} in ${seconds} s.`,
    'Not run: "npm run test:hosts" (needs root and installs Debian packages: mounts, sshd, test hosts),',
    '"npm run test:long" (the same, and about 20 minutes: virtual machines with a real pool),',
    '"npm run test:soak" (rare faults, by repetition).',
    missing.length === 0
      ? 'All optional programs are installed.'
      : `Tests that use these programs were skipped, because they are not installed: ${missing.join(', ')}.`,
  ].join(' '),
);
process.exitCode = passed ? 0 : 1;
