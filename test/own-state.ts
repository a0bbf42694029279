import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

// Ledgers of tests do not lie among those of whoever runs them.
const folder = mkdtempSync(join(tmpdir(), 'delete-conformance-state-'))
process.env.XDG_STATE_HOME = folder
process.env.LOCALAPPDATA = folder
// No test waits for a late look that it is not about.
process.env.CONFORMANCE_LINGER = '20ms'
afterAll(() => rmSync(folder, { recursive: true, force: true }))
