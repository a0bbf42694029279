import type { Handle, Reply, ServerRequest } from '../../fixtures/server/message.ts'
import type { Alteration } from '../../fixtures/server/reference-server.ts'
import type { FileStore } from '../../fixtures/server/store.ts'

/** A server that takes requests in and answers some of them only when it is told to. */
export interface HoldingBack {
  readonly alteration: Alteration
  /** So many requests are held back. */
  readonly reached: Promise<void>
  /** Answers what is held back, and from now on everything. */
  release(): void
  /** Forgets what is held back, as a server does whose client has gone; from now on answers everything. */
  forget(): void
}

export interface Held {
  /** Which requests. */
  readonly when: (request: ServerRequest, store: FileStore) => boolean
  /** Whether the request is carried out at once, and only its answer held back. */
  readonly carriedOut: boolean
  /** How many have to be held back at once. */
  readonly count: number
}

export function holdBack({ when, carriedOut, count }: Held): HoldingBack {
  let held = 0
  let open = false
  const reached = signal()
  const told = signal()
  const alteration: Alteration = (handle: Handle, store: FileStore) => async (request) => {
    if (open || !when(request, store)) return handle(request)
    const reply: Reply | undefined = carriedOut ? await handle(request) : undefined
    held += 1
    if (held === count) reached.give()
    await told.given
    return reply ?? handle(request)
  }
  return {
    alteration,
    reached: reached.given,
    release() {
      open = true
      told.give()
    },
    forget() {
      open = true
    },
  }
}

/** The upload of a file. */
export function isUpload({ method }: ServerRequest): boolean {
  return method === 'POST'
}

/** The upload of a file for a case, by its name: not for the look at what the target offers. */
export function isUploadOfCase({ method, body }: ServerRequest): boolean {
  return method === 'POST' && !Buffer.from(body).includes('-set-up-')
}

/** The deletion of a file that is there. */
export function isDeletionOfFile({ method, target }: ServerRequest, store: FileStore): boolean {
  return method === 'DELETE' && fileNamed(target, store) !== undefined
}

/** The deletion of a file that a case has made. */
export function isDeletionOfCase(request: ServerRequest, store: FileStore): boolean {
  return isDeletionOfFile(request, store) && !isOfSetUp(request, store)
}

/** The deletion of a file that stays to the end of a run: the first file is deleted while there is no other. */
export function isDeletionOfBystander(request: ServerRequest, store: FileStore): boolean {
  const ofSetUp = store.list('everybody').filter(({ filename }) => filename.includes('-set-up-'))
  return ofSetUp.length > 1 && isDeletionOfFile(request, store) && isOfSetUp(request, store)
}

function isOfSetUp({ target }: ServerRequest, store: FileStore): boolean {
  return fileNamed(target, store)?.filename.includes('-set-up-') === true
}

function fileNamed(target: string, store: FileStore) {
  return store.list('everybody').find(({ id }) => target.endsWith(`/${id}`))
}

function signal(): { readonly given: Promise<void>; give(): void } {
  let give: () => void = () => undefined
  const given = new Promise<void>((resolve) => {
    give = resolve
  })
  return { given, give: () => give() }
}
