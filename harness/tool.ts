import { createRequire } from 'node:module'
import type { ToolIdentity } from '../model/report.ts'

const manifest = createRequire(import.meta.url)('delete-conformance/package.json') as ToolIdentity

/** This program, as its package manifest names it. */
export const TOOL: ToolIdentity = { name: manifest.name, version: manifest.version }
