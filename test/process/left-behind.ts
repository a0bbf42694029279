import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type Alteration,
  type ReferenceServer,
  startReferenceServer,
} from '../../fixtures/server/reference-server.ts'
import { freshId, type StoredFile } from '../../fixtures/server/store.ts'
import { invoke } from '../cli/invoke.ts'
import { addForeignFiles } from './moments.ts'

const LEDGER = 'ledger.ndjson'

/** Remains of a run that ends at a moment: all that is on disk, and all that is on the server. */
export interface LeftBehind {
  readonly name: string
  readonly url: string
  readonly ledger: string
  readonly files: readonly StoredFile[]
  /** Files of others, in order. */
  readonly foreign: readonly string[]
}

/** Server and folder of a run that has ended. */
export interface Ended {
  readonly server: Pick<ReferenceServer, 'url' | 'store'> & { readonly foreign: readonly string[] }
  readonly out: string
}

/** Notes what there is now, with the ledger of `--out`. */
export function leftBehind(name: string, { server, out }: Ended): LeftBehind {
  const { url, store, foreign } = server
  const ledger = readFileSync(join(out, LEDGER), 'utf8')
  return { name, url, ledger, files: store.list('everybody'), foreign }
}

/**
 * Runs to the end in this process, and notes at each request what would be there if it were the last: with
 * the request not carried out, and carried out but not answered. A killed process leaves the same, since
 * nothing that it has written is in its memory alone.
 */
export async function leftAtEach(
  folder: string,
  words: readonly string[],
): Promise<readonly LeftBehind[]> {
  const all: LeftBehind[] = []
  const out = join(folder, 'bundle')
  let ended: Ended | undefined
  let requests = 0
  const noting: Alteration = (handle) => async (request) => {
    requests += 1
    const name = `request ${requests}`
    const note = (fate: string) => {
      if (ended !== undefined) all.push(leftBehind(`${name}, ${fate}`, ended))
    }
    note('never carried out')
    const reply = await handle(request)
    note('carried out, unanswered')
    return reply
  }
  const server = await startReferenceServer({ alterations: [noting] })
  ended = { server: { ...server, foreign: addForeignFiles(server) }, out }
  const { code, stderr } = await invoke('run', '-t', server.url, ...words, '--out', out)
  await server.close()
  if (code !== 0) throw new Error(`the run ended with ${code}: ${stderr}`)
  return all
}

/** Does something with what was left behind, on a server and in a folder of its own. */
export async function withLeft(
  { url, ledger, files, foreign }: LeftBehind,
  folder: string,
  act: (ended: Ended) => Promise<void>,
  alterations: readonly Alteration[] = [],
): Promise<void> {
  let id: string | undefined
  const server = await startReferenceServer({ issueId: () => id ?? freshId(), alterations })
  try {
    for (const file of files) {
      id = file.id
      server.store.add(file)
    }
    id = undefined
    const out = mkdtempSync(join(folder, 'left-'))
    writeFileSync(join(out, LEDGER), ledger.replaceAll(url, server.url))
    await act({ server: { ...server, foreign }, out })
  } finally {
    await server.close()
  }
}
