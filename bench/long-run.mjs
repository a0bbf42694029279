// Runs many cases against the reference server, and checks that memory, sockets and listeners of both stay
// constant. `npm run long-run`, or `npm run long-run -- --runs 5000 --every 2` for a run of one minute.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { followEvidence } from './evidence-progress.mjs'
import { growth, inMiB } from './flatness.mjs'

const { values } = parseArgs({
  options: {
    /** Cases of each of seven properties. At some hundred cases a second, a run takes an hour. */
    runs: { type: 'string', default: '100000' },
    /** Seconds between two rows. */
    every: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    /** Prefixes of requirements, as for `run`; repeatable. */
    only: { type: 'string', multiple: true, default: [] },
    /** New folder for report and evidence, some 18 KB a case. Without it, they are removed at the end. */
    out: { type: 'string' },
  },
})
const everyMs = Number(values.every) * 1000
const parent = mkdtempSync(join(tmpdir(), 'delete-conformance-long-run-'))
const out = values.out ?? join(parent, 'bundle')

/**
 * Starts a process with the sampler.
 *
 * @param {string} program
 * @param {readonly string[]} words
 * @param {NodeJS.ProcessEnv} env
 */
function observed(program, words, env = {}) {
  const hook = new URL('sampler.mjs', import.meta.url).href
  const script = new URL(program, import.meta.url)
  const child = spawn(
    process.execPath,
    ['--expose-gc', '--trace-warnings', '--import', hook, script.pathname, ...words],
    {
      env: { ...process.env, ...env, SAMPLE_EVERY_MS: String(everyMs) },
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
      // Ctrl-C must reach only this process, which passes it on to the run.
      detached: true,
    },
  )
  /** @type {Record<string, any>} */
  let sample = { rss: 0, heapUsed: 0, open: {}, listeners: 0 }
  let said = ''
  let complained = ''
  const samples = /** @type {import('node:stream').Readable} */ (child.stdio[3])
  createInterface(samples).on('line', (line) => {
    sample = JSON.parse(line)
    child.emit('sample')
  })
  child.stdout?.setEncoding('utf8').on('data', (text) => {
    said += text
    if (said.includes('\n')) child.emit('said')
  })
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    complained += text
  })
  return { child, sample: () => sample, said: () => said, complained: () => complained }
}

const server = observed('counting-server.mjs', [])
await once(server.child, 'said')
const [url = '', token, second] = server.said().trim().split(' ')
const only = values.only.flatMap((prefix) => ['--only', prefix])
const words = ['run', '-t', url, '--disposable', '--runs', values.runs, '--seed', values.seed]
const run = observed('../dist/cli/main.js', [...words, ...only, '--out', out], {
  CONFORMANCE_TOKEN: token,
  CONFORMANCE_SECOND_TOKEN: second,
})
const evidence = followEvidence(join(out, 'evidence.ndjson'))
const startedMs = performance.now()

/** @type {import('./flatness.mjs').Row[]} */
const rows = []
const COLUMNS = ['minute', 'cases', 'cases/s', 'rss MiB', 'heap MiB', 'sockets', 'listeners']
const SERVER_COLUMNS = ['sockets there', 'files there', 'heap there']
const line = (/** @type {readonly (string | number)[]} */ cells) =>
  console.log(cells.map((cell, at) => String(cell).padStart(at < 7 ? 10 : 14)).join(''))
line([...COLUMNS, ...SERVER_COLUMNS])
const socketsIn = (/** @type {Record<string, number>} */ open) =>
  (open.TCPSocketWrap ?? 0) + (open.TCPWRAP ?? 0)

run.child.on('sample', () => {
  const own = run.sample()
  const there = server.sample()
  const before = rows.at(-1)
  const row = {
    seconds: (performance.now() - startedMs) / 1000,
    cases: evidence.cases(),
    rss: own.rss,
    heap: own.heapUsed,
    sockets: socketsIn(own.open),
    listeners: own.listeners,
    serverSockets: socketsIn(there.open),
    serverFiles: there.files ?? 0,
  }
  rows.push(row)
  const perSecond = (row.cases - (before?.cases ?? 0)) / (row.seconds - (before?.seconds ?? 0))
  line([
    (row.seconds / 60).toFixed(1),
    row.cases,
    Math.round(perSecond),
    inMiB(row.rss),
    inMiB(row.heap),
    row.sockets,
    row.listeners,
    row.serverSockets,
    row.serverFiles,
    inMiB(there.heapUsed),
  ])
})

// Stops the run, which then removes its files.
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.on(signal, () => run.child.kill(signal))
}
const [code] = await once(run.child, 'close')
const seconds = (performance.now() - startedMs) / 1000
const cases = evidence.cases()
server.child.stdin?.end()
await once(server.child, 'close')
rmSync(parent, { recursive: true, force: true })

const warnings = (run.complained() + server.complained()).trim()
const left = Number(server.said().trim().split('\n').at(-1))
const faults = [
  ...growth(rows),
  ...(code === 0 ? [] : [`the run ended with ${code}`]),
  ...(left === 0 ? [] : [`${left} files are left on the server`]),
  ...(warnings === '' ? [] : [`something was said on standard error:\n${warnings}`]),
]
console.log(run.said().slice(run.said().indexOf('Observed')).trimEnd())
console.log(
  `${cases} cases in ${Math.round(seconds)} s, ${inMiB(evidence.bytes())} MiB of evidence, Node ${process.version}`,
)
console.log(faults.length === 0 ? 'flat' : `not shown to be flat: ${faults.join('; ')}`)
process.exitCode = faults.length === 0 ? 0 : 1
