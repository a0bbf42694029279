import { filesApi } from '../fixtures/server/files-api.ts'
import { createStore } from '../fixtures/server/store.ts'
import { testConformance, UNWATCHED } from '../harness/conformance.ts'
import { ledgerInMemory } from '../harness/ledger.ts'
import { openOutside } from '../harness/outside.ts'
import { PREFLIGHT } from '../harness/preflight.ts'
import type { FileSupply } from '../harness/supply.ts'
import type { Transport } from '../harness/transport.ts'
import type { Exchange } from '../model/exchange.ts'
import { EXIT } from './exit-code.ts'
import type { Output } from './output.ts'
import type { PreparedRun } from './prepare.ts'

interface Row {
  readonly requirement: string
  readonly cases: Set<string>
  deletions: number
  uploads: number
  others: number
}

/**
 * `run --plan`: what would be sent to a target that conforms, counted by running everything against
 * one inside this process. Nothing is sent anywhere, and no file or command of `--files` is used up.
 *
 * @returns the exit code
 */
export async function plan({ options }: PreparedRun, output: Output): Promise<number> {
  const rows = new Map<string, Row>()
  const record = ({ requirement, case: caseKey, request }: Exchange) => {
    const row = rows.get(requirement) ?? emptyRow(requirement)
    rows.set(requirement, row)
    row.cases.add(caseKey)
    if (request.method === 'DELETE') row.deletions += 1
    else if (request.method === 'POST') row.uploads += 1
    else row.others += 1
  }
  const { signal } = new AbortController()
  const transport = insideThisProcess(options.target.basePath, options.contract.collection)
  await testConformance(
    {
      ...options,
      supply: options.supply.kind === 'command' ? inventedIds() : options.supply,
      openLedger: ledgerInMemory,
      openOutside: () => openOutside({ ...options, transport, signal }),
      record,
    },
    UNWATCHED,
  )
  for (const line of table([...rows.values()])) output.line(line)
  return EXIT.conforms
}

/** In place of a command, which would make files. */
function inventedIds(): FileSupply {
  let count = 0
  return {
    kind: 'command',
    description: 'command',
    sampleId: () => undefined,
    create: (setUp) =>
      setUp.handOver(async () => {
        count += 1
        return { id: `planned-${count}` }
      }),
  }
}

function emptyRow(requirement: string): Row {
  return { requirement, cases: new Set(), deletions: 0, uploads: 0, others: 0 }
}

function insideThisProcess(basePath: string, collection: string): Transport {
  const handle = filesApi(createStore(), { basePath, collection, validateIds: true })
  return {
    async exchange({ method, target, headers, body = new Uint8Array() }) {
      const reply = await handle({ method, target, headers: Object.fromEntries(headers), body })
      const received = Object.entries(reply.headers)
      const response = { status: reply.status, headers: received, body: reply.body }
      return { response, startedAtMs: 0, waitMs: 0, durationMs: 0 }
    },
    close: () => Promise.resolve(),
  }
}

function table(rows: readonly Row[]): readonly string[] {
  const named = rows.map((row) => ({
    ...row,
    requirement: NAMES[row.requirement] ?? row.requirement,
  }))
  const total = { requirement: 'in all', cases: new Set<string>(), ...sums(rows) }
  const cells = [...named, total].map(({ requirement, cases, deletions, uploads, others }) => [
    requirement,
    cases.size === 0 ? '' : String(cases.size),
    String(deletions),
    String(uploads),
    String(others),
  ])
  const head = ['requirement', 'cases', 'deletions', 'uploads', 'other']
  const widths = head.map((title, column) =>
    Math.max(title.length, ...cells.map((row) => row[column]?.length ?? 0)),
  )
  const lines = [head, ...cells].map((row) =>
    row
      .map((cell, at) =>
        at === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart((widths[at] ?? 0) + 2),
      )
      .join(''),
  )
  return [
    'What would be sent to a target that conforms; nothing was sent.',
    '',
    ...lines.map((line) => `  ${line}`),
    '',
    'More only where something fails: shrinking takes up to 200 cases a failing property, and answers',
    '429 or 503 with Retry-After are waited for.',
  ]
}

const NAMES: Readonly<Record<string, string>> = {
  [PREFLIGHT]: '(finding out what the target offers)',
  'set-up/sweep': '(removing files that are left)',
}

function sums(rows: readonly Row[]) {
  const sum = (key: 'deletions' | 'uploads' | 'others') =>
    rows.reduce((total, row) => total + row[key], 0)
  return { deletions: sum('deletions'), uploads: sum('uploads'), others: sum('others') }
}
