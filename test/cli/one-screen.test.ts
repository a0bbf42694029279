import { describe, expect, it } from 'vitest'
import { faults } from '../../fixtures/faults/faults.ts'
import { startReferenceServer } from '../../fixtures/server/reference-server.ts'
import { invoke } from './invoke.ts'

/** Lines of a screen. */
const SCREEN = 60

const NAMES = [
  'missing-is-500',
  'missing-is-deleted',
  'retrievable-after-deletion',
  'malformed-deletes-silently',
  'put-fails',
  'refuses-long-targets',
]

describe('a run against a server with one fault', () => {
  it.each(faults.filter(({ name }) => NAMES.includes(name)))(
    'prints one screen: it $does',
    async ({ alter, server: options, red }) => {
      const server = await startReferenceServer({ ...options, alterations: [alter] })
      try {
        const words = ['--runs', '10', '--seed', '7', '--settle', '100ms']
        const { code, stdout } = await invoke('run', '-t', server.url, ...words)
        expect(code).toBe(1)
        const lines = stdout.trimEnd().split('\n')
        expect(lines.length, stdout).toBeLessThanOrEqual(SCREEN)
        const headings = lines.filter((line) => /^(FAILED|WARNED) /.test(line))
        expect(headings).toHaveLength(red.length)
        // Commands are one line each, whatever their length; all else is for reading.
        const read = lines.filter((line) => !/curl|delete-conformance run/.test(line))
        expect(Math.max(...read.map(({ length }) => length))).toBeLessThan(400)
      } finally {
        await server.close()
      }
    },
  )
})
