/**
 * The test suites. A file's name says what it needs:
 *
 * | name            | needs                                                   | run by               |
 * | --------------- | ------------------------------------------------------- | -------------------- |
 * | `*.test.ts`     | nothing but Node and a POSIX system                     | `npm test`           |
 * | `*.root.test.ts`| root: other users, mounts, a real sshd                  | `npm run test:hosts` |
 * | `*.tools.test.ts`| further programs, such as chromium or ansible-inventory | `npm run test:hosts` |
 * | in test/fleet   | root, and a Debian root file system that is made once   | `npm run test:hosts` |
 * | `*.long.test.ts`| minutes: virtual machines, real OpenStack code          | `npm run test:long`  |
 * | `*.soak.test.ts`| hours, or much time for little proof                    | `npm run test:soak`  |
 */
import { defineConfig } from 'vitest/config';
import { BaseSequencer } from 'vitest/node';
import type { TestSpecification } from 'vitest/node';
import { registriesForVitest } from './scripts/registries.mjs';
import { shellForVitest } from './scripts/shell-text.mjs';

/** A safety net for a machine that is busy. No test measures time with it. */
const FAST_TIMEOUT_MS = 300_000;
/** For tests with real hosts: virtual machines without KVM are slow. */
const HOST_TIMEOUT_MS = 900_000;

const fast = { testTimeout: FAST_TIMEOUT_MS, hookTimeout: FAST_TIMEOUT_MS };
const hosts = { testTimeout: HOST_TIMEOUT_MS, hookTimeout: HOST_TIMEOUT_MS };
const SUFFIXES = 'root,tools,long,soak';

/** Starts the files with virtual machines first, so that none of them runs alone at the end. Otherwise size decides. */
class MachinesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const rank = ({ moduleId }: TestSpecification): number =>
      ['/test/lab/real/', '/test/lab/', ''].findIndex((part) => moduleId.includes(part));
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  // the projects extend this
  plugins: [shellForVitest, registriesForVitest],
  test: {
    // many tests wait for processes more than they compute: two files at a time, also on two cores
    maxWorkers: 2,
    sequence: { sequencer: MachinesFirst },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/{lab,fleet}/**', `test/**/*.{${SUFFIXES}}.test.ts`],
          // files share their modules, which saves a third of the processor time: no test may leave a global changed
          isolate: false,
          ...fast,
        },
      },
      {
        extends: true,
        test: {
          name: 'root',
          include: ['test/**/*.{root,tools}.test.ts'],
          exclude: ['test/{lab,fleet}/**'],
          ...fast,
        },
      },
      {
        extends: true,
        test: {
          name: 'hosts',
          include: ['test/fleet/*.test.ts'],
          // only one of these can have the test hosts at a time
          fileParallelism: false,
          ...hosts,
        },
      },
      {
        extends: true,
        test: {
          name: 'long',
          include: ['test/**/*.long.test.ts'],
          ...hosts,
        },
      },
      {
        extends: true,
        test: { name: 'soak', include: ['test/**/*.soak.test.ts'], fileParallelism: false, ...hosts },
      },
    ],
  },
});
