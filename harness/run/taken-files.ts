import { Inconclusive, NotSafe, SetAside } from '../../model/errors.ts'
import type { Exchange } from '../../model/exchange.ts'
import { refusalOf } from '../../model/reads.ts'
import type { Observation } from '../../model/report.ts'
import type { TakenFiles } from '../../model/requirement.ts'
import type { FileToUpload } from '../../model/resource.ts'
import type { ResourceProvider } from '../../resources/provider.ts'
import type { CaseTools } from './tools.ts'

/** Most resources that this makes. */
export const PROBING_FILES = 3

/** Characters that servers which look at names most often refuse, but for paths. */
const ODD = ' "odd" \u00fc;=%22'

interface Taken {
  readonly takes: TakenFiles
  readonly observations: readonly Observation[]
}

/** Files of any kind: all that is said of a target until it refuses one. */
export const ANY_FILE: Taken = { takes: { names: 'any', contents: 'any' }, observations: [] }

interface Parts {
  readonly provider: ResourceProvider
  readonly runId: string
  /** Tools of a case of its own, which removes what it has made. */
  readonly caseTools: CaseTools
}

/**
 * Finds out whether a target that takes files of the usual form takes those of other names and contents, too.
 * A choice of the user is not varied.
 */
export async function takenFiles(parts: Parts): Promise<Taken> {
  const { runId, caseTools } = parts
  const { name, content } = parts.provider.upload ?? {}
  /** Uploads a file that is unlike all others, in case ids follow from names or contents. */
  const refusalOfOne = (what: string, change: (word: string) => Partial<FileToUpload>) => {
    const word = `${runId}-set-up-${what}`
    return refusalBy(caseTools, { filename: { word }, content: { word }, ...change(word) })
  }
  const atAll = name ?? (await refusalOfOne('name', (word) => ({ filename: word + ODD })))
  const atEnd = atAll && (await refusalOfOne('end', (word) => ({ filename: { word: word + ODD } })))
  const odd = content ?? (await refusalOfOne('content', (word) => ({ content: octetsAfter(word) })))
  await caseTools.removeLeft()
  const noticed = (what: string, why: Exchange | string | undefined) =>
    typeof why === 'object'
      ? [{ about: 'Uploads', text: `${what}, because ${refusalOf(why)}`, count: 1 }]
      : []
  return {
    takes: {
      names: atEnd ? 'usual' : atAll ? 'usual-end' : 'any',
      contents: odd ? 'usual' : 'any',
    },
    observations: [
      ...noticed(
        atEnd ? 'names vary in letters and digits alone' : 'names vary but for their extension',
        atEnd ?? atAll,
      ),
      ...noticed('contents vary in length alone', odd),
    ],
  }
}

/** Uploads a file, and deletes it; gives the answer by which the target refuses it. */
async function refusalBy({ tools }: CaseTools, file: FileToUpload): Promise<Exchange | undefined> {
  try {
    const { id } = await tools.files.create(file)
    await tools.send.delete(id, { purpose: 'set-up' })
  } catch (error) {
    if (error instanceof SetAside) {
      const { exchange } = error
      return (exchange.response?.status ?? 500) < 500 ? exchange : undefined
    }
    if (!(error instanceof Inconclusive || error instanceof NotSafe)) throw error
  }
  return undefined
}

/** Makes content of all octets, which is neither text nor JSON. */
function octetsAfter(word: string): Uint8Array {
  return Buffer.concat([Buffer.from(word), Uint8Array.from({ length: 256 }, (_, at) => at)])
}
