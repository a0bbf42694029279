import { defineConfig } from 'vitest/config'

/**
 * `conformance`: the suites against CONFORMANCE_TARGET, or the embedded reference server.
 * `self`: our own tests.
 * `real`: servers that others wrote, started from development dependencies.
 * `workflows`: the files that CI servers and container builders read, checked without them.
 * `examples`: those for readers, on the built package.
 * `safety`: runs against servers full of other people's files, which must all be there afterwards.
 * `browser`: the report page in Chromium, which is taken from CHROMIUM or /usr/bin/chromium.
 */
export default defineConfig({
  test: {
    // Most of a test is waiting for sockets: both cores of a small machine are of use.
    maxWorkers: '100%',
    projects: [
      {
        test: {
          name: 'conformance',
          include: ['cli/*.suite.ts'],
          // Each request has a time limit of its own, and a property sends as many as it is told to.
          testTimeout: 0,
          hookTimeout: 0,
        },
      },
      {
        test: {
          name: 'self',
          setupFiles: ['test/own-state.ts'],
          include: ['test/**/*.test.ts'],
          exclude: [
            'test/real/**',
            'test/browser/**',
            'test/workflows/**',
            'test/safety/matrix/**',
          ],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      { test: { name: 'examples', include: ['examples/**/*.test.ts'] } },
      {
        test: {
          name: 'safety',
          include: ['test/safety/matrix/*.test.ts'],
          globalSetup: 'test/safety/matrix/global-setup.ts',
        },
      },
      { test: { name: 'real', include: ['test/real/*.test.ts'], testTimeout: 120_000 } },
      {
        // The parser of workflows imports JSON in a way that Node does not, and names sources it lacks.
        logLevel: 'error',
        test: {
          name: 'workflows',
          include: ['test/workflows/*.test.ts'],
          server: { deps: { inline: [/@actions\//] } },
        },
      },
      {
        test: {
          name: 'browser',
          include: ['test/browser/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})
