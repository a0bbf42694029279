/*
 * Draws seeds, and counts with how many of them each faulty server is found, by the requirements that should
 * find it; and how often conforming servers raise an alarm: `npm run seeds -- 5`, or
 * `npm run seeds -- 5 --only keeps-empty-files --only uuid-ids` for some servers.
 */
import { randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'
import { faults } from '../dist/fixtures/faults/faults.js'
import { ACCOUNTS } from '../dist/fixtures/server/accounts.js'
import { startReferenceServer } from '../dist/fixtures/server/reference-server.js'
import { variants } from '../dist/fixtures/variants/variants.js'
import { loadContract, run } from '../dist/library/index.js'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    /** Beginning of the name of a server; repeatable. */
    only: { type: 'string', multiple: true, default: [''] },
    /** Cases of each property. */
    runs: { type: 'string', default: '100' },
    /** Servers that are met at once. */
    'at-once': { type: 'string', default: '2' },
    /** Sends all requirements to faulty servers, and not those alone that should find them. */
    whole: { type: 'boolean', default: false },
    /** Leaves out conforming servers, or faulty ones. */
    skip: { type: 'string', multiple: true, default: [] },
  },
})
const count = Number(positionals[0] ?? 5)
const seeds = Array.from({ length: count }, () => randomBytes(4).readUInt32BE().toString())
const contract = await loadContract()
const [token, secondToken] = [...ACCOUNTS.keys()]
/** @param {{ readonly name: string }} server */
const isChosen = ({ name }) => values.only.some((begin) => name.startsWith(begin))

/**
 * @param {any} server
 * @param {object} more - options of the run
 */
async function reportOn({ server: options = {}, alter, tokens, settings, handsOver }, more) {
  const alterations = alter === undefined ? [] : [alter]
  const server = await startReferenceServer({ ...options, alterations })
  const ids = Array.from({ length: handsOver ?? 0 }, (_, at) =>
    server.store.add({
      account: 'everybody',
      filename: `${at}`,
      purpose: 'batch',
      content: new Uint8Array(),
    }),
  ).map(({ id }) => id)
  const accounts = tokens ?? (options.accounts === undefined ? 0 : 2)
  try {
    return await run({
      contract,
      target: server.url + (options.basePath ?? ''),
      token: accounts > 0 ? token : null,
      secondToken: accounts > 1 ? secondToken : null,
      ...(ids.length > 0 && { files: { ids } }),
      strict: true,
      runs: Number(values.runs),
      settle: '100ms',
      linger: '50ms',
      ...settings,
      ...more,
    })
  } finally {
    await server.close()
  }
}

/**
 * @param {readonly any[]} servers
 * @param {(server: any) => Promise<void>} meet
 */
async function each(servers, meet) {
  const queue = servers.filter(isChosen)
  const worker = async () => {
    for (let server = queue.shift(); server !== undefined; server = queue.shift()) {
      await meet(server)
    }
  }
  await Promise.all(Array.from({ length: Number(values['at-once']) }, worker))
}

console.log(`seeds ${seeds.join(', ')}`)
const rare = new Map()
let [met, found, alarms] = [0, 0, 0]
if (!values.skip.includes('faulty')) {
  await each(faults, async (fault) => {
    let hits = 0
    const others = new Set()
    for (const seed of seeds) {
      const only = values.whole ? {} : { only: fault.red }
      const settings = { disposable: fault.disposable, seed, ...only }
      const { requirements } = await reportOn(fault, settings)
      const red = requirements.filter((one) => ['failed', 'warned'].includes(one.verdict))
      const isFound = red.some(({ id }) => fault.red.includes(id))
      if (isFound) hits += 1
      if (values.whole) for (const { id } of red) if (!fault.red.includes(id)) others.add(id)
    }
    met += count
    found += hits
    if (hits < count) rare.set(fault.name, hits)
    const also = others.size === 0 ? '' : `, also ${[...others].join(', ')}`
    if (hits < count || also !== '') {
      console.log(`${fault.name}: found with ${hits} of ${count} seeds${also}`)
    }
  })
  console.log(`faulty servers: ${found} of ${met} runs found the fault, ${rare.size} are rare`)
}
if (!values.skip.includes('conforming')) {
  await each(variants, async (variant) => {
    for (const seed of seeds) {
      const { verdict, requirements } = await reportOn(variant, { seed })
      if (verdict === 'conforming') continue
      alarms += 1
      const red = requirements.filter((one) => !['passed', 'inapplicable'].includes(one.verdict))
      for (const { id, reason } of red) console.log(`${variant.name}: ${id}: ${reason} (${seed})`)
      if (red.length === 0) console.log(`${variant.name}: ${verdict} (${seed})`)
    }
  })
  console.log(`conforming servers: ${alarms} alarms`)
}
if (alarms > 0) process.exitCode = 1
