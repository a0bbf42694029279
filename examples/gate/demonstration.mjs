/*
 * Shows the gate on a server that is not perfect: the team accepts the known violations, a regression
 * closes the gate, and a fix makes the waivers stale.
 * Run it from a built clone: node examples/gate/demonstration.mjs
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const COMMAND = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'delete-conformance-gate-'))
const waivers = join(folder, 'waivers.yaml')

try {
  step('First day: errors for missing files have no type.')
  const found = await against(['missing-without-type'], '--out', join(folder, 'first'))
  expect(found.code === 1, 'without waivers, the run fails')

  step('Each violated requirement gets a waiver with a reason, an owner and an end date.')
  /** @type {import('delete-conformance').Report} */
  const report = JSON.parse(readFileSync(join(folder, 'first', 'report.json'), 'utf8'))
  const violated = report.requirements.filter(({ verdict }) => verdict === 'failed')
  writeFileSync(waivers, violated.map(waiverOf).join(''))
  const adopted = await against(['missing-without-type'], '--waivers', waivers)
  expect(adopted.code === 0, 'the gate is open')
  expect(adopted.output.includes('waived, until'), 'each waived violation is shown with its reason')

  step('A change also drops "object" from the answer to a deletion.')
  const worse = await against(
    ['missing-without-type', 'answers-without-object'],
    '--waivers',
    waivers,
  )
  expect(worse.code === 1, 'the gate is closed')
  expect(/Gate +closed: .*deleted\/body/.test(worse.output), 'the regression is named')

  step('Both are fixed.')
  const fixed = await against([], '--waivers', waivers)
  expect(fixed.code === 2, 'a stale waiver is an error')
  expect(
    fixed.output.includes(`${waivers}:1: the waiver of`),
    'the message names it by file and line',
  )

  step('The waivers are removed.')
  expect((await against([])).code === 0, 'the server conforms')
} finally {
  rmSync(folder, { recursive: true })
}

/**
 * Writes a waiver for all violations of a requirement.
 *
 * @param {{ id: string }} result
 */
function waiverOf({ id }) {
  return `- requirement: ${id}\n  reason: the error has no type yet\n  owner: files team\n  expires: 2999-12-31\n`
}

/**
 * Runs the suite against a server with these faults.
 *
 * @param {readonly string[]} faults
 * @param {readonly string[]} words
 */
async function against(faults, ...words) {
  const server = command('serve', ...faults.flatMap((fault) => ['--fault', fault]))
  const url = await new Promise((resolve) => {
    server.stdout.on('data', (text) => {
      const [found] = /http:\/\/\S+?(?=,)/.exec(text) ?? []
      if (found !== undefined) resolve(found)
    })
  })
  const run = command('run', '-t', url, '--runs', '20', ...words)
  let output = ''
  for (const stream of [run.stdout, run.stderr]) {
    stream.on('data', (text) => {
      output += text
    })
  }
  const [code] = await once(run, 'close')
  server.kill()
  await once(server, 'close')
  for (const line of output.split('\n').filter((one) => /^(Verdict|Gate) /.test(one))) {
    console.log(`  ${line}`)
  }
  return { code, output }
}

/** @param {readonly string[]} words */
function command(...words) {
  const child = spawn(process.execPath, [COMMAND, ...words], { stdio: ['ignore', 'pipe', 'pipe'] })
  child.stdout.setEncoding('utf8')
  child.stderr.setEncoding('utf8')
  return child
}

/** @param {string} text */
function step(text) {
  console.log(`\n${text}`)
}

/**
 * @param {boolean} holds
 * @param {string} claim
 */
function expect(holds, claim) {
  console.log(`  ${holds ? 'yes' : 'NO'}: ${claim}`)
  if (!holds) process.exitCode = 1
}
