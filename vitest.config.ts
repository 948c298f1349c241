import { defineConfig } from 'vitest/config';

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
        },
      },
      { test: { name: 'physics', include: ['test/physics/**/*.test.ts'] } },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
