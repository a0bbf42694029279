import type { Handle, Reply, ServerRequest } from '../../fixtures/server/message.ts'
import type { Alteration } from '../../fixtures/server/reference-server.ts'
import type { FileStore } from '../../fixtures/server/store.ts'

/** Server that holds back some of its answers until it is told to send them. */
export interface HoldingBack {
  readonly alteration: Alteration
  /** Resolves when enough requests are held back. */
  readonly reached: Promise<void>
  /** Answers the requests held back, and from now on all others. */
  release(): void
  /** Drops the requests held back, as if their client had gone; from now on answers all others. */
  forget(): void
}

export interface Held {
  /** Chooses the requests to hold back. */
  readonly when: (request: ServerRequest, store: FileStore) => boolean
  /** Whether the request is carried out at once, and only its answer held back. */
  readonly carriedOut: boolean
  /** Number of requests to hold back at once. */
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

/** Tells the upload of a file. */
export function isUpload({ method }: ServerRequest): boolean {
  return method === 'POST'
}

/** Tells the upload of a file for a case, by its name; the preflight uses other names. */
export function isUploadOfCase({ method, body }: ServerRequest): boolean {
  return method === 'POST' && !Buffer.from(body).includes('-set-up-')
}

/** Tells the deletion of an existing file. */
export function isDeletionOfFile({ method, target }: ServerRequest, store: FileStore): boolean {
  return method === 'DELETE' && fileNamed(target, store) !== undefined
}

/** Tells the deletion of a file that a case has made. */
export function isDeletionOfCase(request: ServerRequest, store: FileStore): boolean {
  return isDeletionOfFile(request, store) && !isOfSetUp(request, store)
}

/** Tells the deletion of a bystander. The first file of the set-up is none: it is deleted while it is alone. */
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
