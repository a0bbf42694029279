import type { Cause } from './cause.ts'
import type { Environment } from './environment.ts'
import type { Launch } from './running-server.ts'

/** Where a server is started. */
export interface Place {
  /** Folder of its environment. */
  readonly installed: string
  /** Its own folder for this run. */
  readonly folder: string
  readonly port: number | string
  /** URL of the server behind it; empty if there is none. */
  readonly upstream: string
}

/** Server that others wrote, and what is true of it. */
export interface FieldServer {
  readonly name: string
  readonly version: string
  /** Registry that it comes from. */
  readonly origin: string
  /** How it came to be tested: what is ours, what is left out. */
  readonly about: string
  /** Absent if it is a development dependency. */
  readonly environment?: Environment
  /** Server that it passes requests on to. */
  readonly before?: FieldServer
  readonly start: (place: Place) => Launch
  /** Path that is answered when it is ready. @defaultValue `/v1/files/ready` */
  readonly ready?: string
  /** Words of `run` beside the target. */
  readonly words?: (place: Pick<Place, 'upstream'>) => readonly string[]
  readonly token?: string
  /** Longest run, if more than that of others. */
  readonly mostSeconds?: number
  readonly causes: readonly Cause[]
  /** Matches the reasons for which no run can judge a requirement there. */
  readonly unjudged?: RegExp
  /** Something to know that violates no requirement. */
  readonly besides?: readonly string[]
}
