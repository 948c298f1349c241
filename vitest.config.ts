import { defineConfig } from 'vitest/config';

/** A test that hangs ends here; none is to fail because the machine is busy. */
const TIMEOUT_MS = 60_000;

/**
 * unit:    one part at a time, no sockets but loopback, no browser.
 * physics: the network model on the virtual clock, with the arithmetic beside each assertion.
 * e2e:     the built command line, with the real browser; one file at a time, because two cores are soon busy.
 */
export default defineConfig({
  test: {
    // CI counts the tests from the file.
    reporters: process.env['CI']
      ? ['default', ['json', { outputFile: '.cache/test-results.json' }]]
      : ['default'],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/physics/**', 'test/e2e/**'],
          testTimeout: TIMEOUT_MS,
          hookTimeout: TIMEOUT_MS,
        },
      },
      {
        test: {
          name: 'physics',
          include: ['test/physics/**/*.test.ts'],
          testTimeout: TIMEOUT_MS,
          hookTimeout: TIMEOUT_MS,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 2 * TIMEOUT_MS,
          hookTimeout: 2 * TIMEOUT_MS,
        },
      },
    ],
  },
});
