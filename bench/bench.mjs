/*
 * Compares a run with what the wire allows: npm run bench, or npm run bench -- overhead start
 */
import { cpus, totalmem } from 'node:os'
import { growth } from './growth.mjs'
import { latency } from './latency.mjs'
import { overhead } from './overhead.mjs'
import { shrinking } from './shrinking.mjs'
import { size } from './size.mjs'
import { start } from './start.mjs'
import { markdown } from './table.mjs'

const SECTIONS = { overhead, latency, growth, start, shrinking, size }

const asked = process.argv.slice(2)
const unknown = asked.find((name) => !Object.hasOwn(SECTIONS, name))
if (unknown === undefined) {
  await measure()
} else {
  console.error(`${unknown}: no such section; expected ${Object.keys(SECTIONS).join(', ')}`)
  process.exitCode = 2
}

async function measure() {
  console.log(`${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${machine()}\n`)
  const rows = []
  for (const [name, section] of Object.entries(SECTIONS)) {
    if (asked.length > 0 && !asked.includes(name)) continue
    console.error(`${name} …`)
    rows.push(...(await section()))
  }
  console.log(markdown(rows))
}

function machine() {
  const cores = cpus()
  return `${cores.length} × ${cores[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${process.arch}`
}
