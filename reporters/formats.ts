import { badge } from './badge.ts'
import { ctrf } from './ctrf.ts'
import type { Format } from './format.ts'
import { github } from './github.ts'
import { har, harAll } from './har.ts'
import { html } from './html.ts'
import { json } from './json.ts'
import { junit } from './junit.ts'
import { markdown } from './markdown.ts'
import { sarif } from './sarif.ts'

/** Every form that a report can be given in. */
export const formats: readonly Format[] = [
  html,
  markdown,
  junit,
  ctrf,
  sarif,
  har,
  harAll,
  badge,
  github,
  json,
]
