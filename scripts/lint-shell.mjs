// Checks all shell scripts of the repository with shellcheck, where it is installed. Exit code 1 if it finds anything.
// The scripts in src are checked by a test of their own, together with those that the code makes.
import { spawnSync } from 'node:child_process';
import { sourceFiles } from './source-files.mjs';

const files = (await sourceFiles('.sh', /^#!.*\b(?:ba|da)?sh\b/)).filter(
  ({ path }) => !path.startsWith('src/'),
);
const { error, status, stdout, stderr } = spawnSync(
  'shellcheck',
  ['--severity=style', '--format=gcc', ...files.map(({ path }) => path)],
  { cwd: new URL('..', import.meta.url), encoding: 'utf8' },
);
if (error === undefined) {
  process.stderr.write(stdout + stderr);
  console.log(`shellcheck: ${files.length} scripts, ${status === 0 ? 'nothing found' : 'see above'}`);
  process.exitCode = status === 0 ? 0 : 1;
} else {
  console.log(`shellcheck is not installed: ${files.length} shell scripts were not checked`);
}
