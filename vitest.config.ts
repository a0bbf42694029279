import { availableParallelism } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { defineConfig, type Plugin } from 'vitest/config'
import { times } from './test/times.ts'

/** Our own tests that need neither a build nor a whole run. */
const UNIT = [
  'test/*.test.ts',
  'test/{bench,fixtures,harness,model,reporters,resources,settings,spec}/**/*.test.ts',
  'test/field/cause.test.ts',
  'test/suites/arbitraries/*.test.ts',
  'test/suites/{catalogue,coverage,kill-matrix,one-winner,requirements-page}.test.ts',
]
/** Those that replace whole modules, which no other file may meet. */
const MOCKED = ['test/**/*.mocked.test.ts']
/** Those that take seconds. */
const SLOW = ['test/**/*.slow.test.ts']
/** Those of the package as it is installed, and of the actions that CI servers run. */
const PACKAGE = ['test/package/*.test.ts', 'test/ci/*.test.ts']
/** Servers that others wrote. */
const FIELD = 'test/field/field.test.ts'
/** Every faulty server, and every one that conforms. */
const SERVERS = ['test/suites/faults/*.test.ts', 'test/suites/{reproduction,variants}.test.ts']

/**
 * Gives tests the built program in place of its sources: Node runs it as users do, and a third faster than
 * vitest runs sources.
 */
const built: Plugin = {
  name: 'built',
  enforce: 'pre',
  resolveId(source, importer) {
    if (importer === undefined || !source.startsWith('.') || !source.endsWith('.ts'))
      return undefined
    const path = relative(import.meta.dirname, resolve(dirname(importer), source))
    if (/^(test|examples|bench|\.\.)[/\\]|^[^/\\]+$/.test(path)) return undefined
    return join(import.meta.dirname, 'dist', path.replace(/\.ts$/, '.js'))
  },
}

/** One process runs many files: loading the program takes as long as most of them. */
const together = {
  setupFiles: ['test/own-state.ts'],
  isolate: false,
  testTimeout: 60_000,
  hookTimeout: 120_000,
}

const ofBuilt = {
  globalSetup: 'test/built.ts',
  server: { deps: { external: [/[/\\]dist[/\\]/] } },
}

/**
 * `conformance`: the suites against CONFORMANCE_TARGET, or the embedded reference server.
 * `self`: our own tests, but for those that replace modules: `mocked`. `unit`: the quick ones of them.
 * `package`: the package installed, and the actions of CI servers run.
 * `matrix`: the faulty servers and those that conform, each against the whole suite.
 * `field`: servers that others wrote, installed from their registries.
 * `workflows`: the files that CI servers and container builders read, checked without them.
 * `examples`: those for readers, on the built package.
 * `safety`: runs against servers full of other people's files, which must all be there afterwards.
 * `browser`: the report page in Chromium, which is taken from CHROMIUM or /usr/bin/chromium.
 */
export default defineConfig({
  test: {
    // Tests wait for sockets, processes and time limits about a third of their time.
    maxWorkers: Math.ceil(1.5 * availableParallelism()),
    reporters: ['default', times()],
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
      { test: { ...together, name: 'unit', include: UNIT, exclude: [...MOCKED, ...SLOW] } },
      { test: { ...together, name: 'mocked', include: MOCKED, isolate: true } },
      {
        plugins: [built],
        test: {
          ...together,
          ...ofBuilt,
          name: 'self',
          include: ['test/**/*.test.ts'],
          exclude: [
            ...MOCKED,
            FIELD,
            'test/browser/**',
            ...PACKAGE,
            'test/workflows/**',
            'test/safety/matrix/**',
          ],
        },
      },
      {
        plugins: [built],
        test: {
          ...together,
          ...ofBuilt,
          name: 'matrix',
          include: SERVERS,
          env: { MATRIX: 'whole' },
          // Five servers share a process, and each has the whole suite run against it.
          testTimeout: 600_000,
        },
      },
      { test: { ...together, ...ofBuilt, name: 'package', include: PACKAGE } },
      { test: { name: 'examples', include: ['examples/**/*.test.ts'] } },
      {
        test: {
          name: 'safety',
          include: ['test/safety/matrix/*.test.ts'],
          globalSetup: 'test/safety/matrix/global-setup.ts',
        },
      },
      { test: { name: 'field', include: [FIELD], globalSetup: 'test/built.ts' } },
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
