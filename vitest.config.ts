import { defineConfig } from 'vitest/config';
import { registriesForVitest } from './scripts/registries.mjs';
import { shellForVitest } from './scripts/shell-text.mjs';

/** Real hosts take the whole machine, so their files run one after the other. */
const hosts = { fileParallelism: false, testTimeout: 600_000, hookTimeout: 900_000 };

export default defineConfig({
  // projects take over what stands here
  plugins: [shellForVitest, registriesForVitest],
  test: {
    // many unit tests wait for processes more than they compute: two files at once, also on two cores
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/lab/**', 'test/fleet/**', 'test/**/*.long.test.ts'],
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'hosts',
          include: ['test/{lab,fleet}/**/*.test.ts'],
          exclude: ['test/**/*.long.test.ts'],
          ...hosts,
        },
      },
      {
        extends: true,
        test: {
          name: 'long',
          include: ['test/lab/**/*.long.test.ts'],
          ...hosts,
          // emulated machines wait for each other more than they compute
          fileParallelism: true,
        },
      },
      {
        extends: true,
        test: {
          name: 'alone',
          include: ['test/**/*.long.test.ts'],
          exclude: ['test/lab/**'],
          ...hosts,
        },
      },
    ],
  },
});
