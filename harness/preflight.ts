import type { Exchange } from '../model/exchange.ts'
import { segmentOf } from '../model/path-segment.ts'
import type { ReportedCapability } from '../model/report.ts'
import { type Client, isAnswered } from './client.ts'
import { Inconclusive } from './inconclusive.ts'
import type { FileSupply } from './supply.ts'
import { type CaseTools, isRefusal } from './tools.ts'

/** The target cannot be tested at all: not reached, or its doors are closed. */
export class TargetUnusable extends Error {
  override readonly name = 'TargetUnusable'
}

/** What is known before the first requirement. */
export interface Discovery {
  readonly capabilities: readonly ReportedCapability[]
  /** Why there are no files, where the supply gives none. */
  readonly noFiles: string | undefined
}

/** The id under which the exchanges of the preflight are recorded. */
export const PREFLIGHT = 'set-up/capabilities'

export interface PreflightParts {
  readonly client: Client
  readonly supply: FileSupply
  readonly caseTools: CaseTools
  /** An id that is nobody's, to knock with. */
  readonly neverIssuedId: string
  /** The environment variable that the token comes from, for advice. */
  readonly tokenEnv: string
  readonly authenticated: boolean
}

/**
 * Finds out what the target offers, before the first requirement: whether it answers, lets this run
 * in, takes files, and shows them.
 *
 * @throws TargetUnusable if it does not answer, or refuses the credentials
 */
export async function preflight(parts: PreflightParts): Promise<Discovery> {
  const { client, supply } = parts
  let steps = 100
  const step = () => ({ requirement: PREFLIGHT, case: '0', step: steps++ })

  const knock = await client.delete(step(), segmentOf(parts.neverIssuedId), 'set-up')
  refuseUnusable(knock, parts)

  const sample = await sampleFile(parts)
  const look = async (path: string) => client.request(step(), { method: 'GET', path })
  const file = sample.id === undefined ? undefined : `/${segmentOf(sample.id)}`
  const capabilities: ReportedCapability[] = []
  if (supply.kind === 'upload') {
    const available = sample.id !== undefined
    const reason = sample.problem ?? 'a file was uploaded'
    capabilities.push({ name: 'upload', available, reason })
  }
  if (file !== undefined) {
    capabilities.push(describe('retrieve', await look(file)))
    capabilities.push(describe('content', await look(`${file}/content`)))
  }
  capabilities.push(describe('list', await look('?limit=1')))
  capabilities.push({
    name: 'auth',
    available: parts.authenticated,
    reason: parts.authenticated ? 'credentials are configured' : 'no credentials are configured',
  })
  return { capabilities, noFiles: sample.problem }
}

function refuseUnusable(knock: Exchange, { tokenEnv, authenticated }: PreflightParts): void {
  if (!isAnswered(knock)) throw new TargetUnusable(knock.failure?.message)
  if (!isRefusal(knock)) return
  const advice = authenticated
    ? `the credentials (${tokenEnv}, -H) are not accepted`
    : `no credentials are configured: put a token into ${tokenEnv}, or use -H`
  throw new TargetUnusable(
    `DELETE ${knock.request.target} answered ${knock.response.status}: ${advice}`,
  )
}

async function sampleFile({
  supply,
  caseTools,
}: PreflightParts): Promise<{ id?: string; problem?: string }> {
  if (supply.kind !== 'upload') {
    const id = supply.sampleId()
    return id === undefined ? {} : { id }
  }
  try {
    return await caseTools.tools.files.create()
  } catch (error) {
    if (error instanceof Inconclusive) return { problem: error.message }
    throw error
  }
}

function describe(name: ReportedCapability['name'], exchange: Exchange): ReportedCapability {
  const { response, failure, request } = exchange
  const found = response === undefined ? failure?.message : `answered ${response.status}`
  return {
    name,
    available: response !== undefined && Math.floor(response.status / 100) === 2,
    reason: `GET ${request.target} ${found}`,
  }
}
