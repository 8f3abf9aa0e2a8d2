// Checks all Python files of the repository with ruff, by the rules of ruff.toml. Exit code 1 if it finds anything.
import { PositionEncoding, Workspace } from '@astral-sh/ruff-wasm-nodejs';
import { readFile } from 'node:fs/promises';
import { parse } from 'smol-toml';
import { sourceFiles } from './source-files.mjs';

const rules = parse(await readFile(new URL('../ruff.toml', import.meta.url), 'utf8'));
const ruff = new Workspace(rules, PositionEncoding.Utf32);

/**
 * @param {string} path
 * @param {string} text
 * @returns {string[]} what ruff finds in one file
 */
function check(path, text) {
  /** @type {unknown} */
  const found = ruff.check(text);
  const diagnostics = /** @type {import('@astral-sh/ruff-wasm-nodejs').Diagnostic[]} */ (found);
  return diagnostics.map(
    ({ code, message, start_location: at }) =>
      `${path}:${at.row}:${at.column}: ${code ?? 'syntax error'}: ${message}`,
  );
}

const files = await sourceFiles('.py', /^#!.*\bpython/);
const findings = files.flatMap(({ path, text }) => check(path, text));
for (const finding of findings) console.error(finding);
console.log(`ruff: ${files.length} Python files, ${findings.length} findings`);
process.exitCode = findings.length === 0 ? 0 : 1;
