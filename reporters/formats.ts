import { badge } from './badge.ts'
import { ctrf } from './ctrf.ts'
import type { Format } from './format.ts'
import { github } from './github.ts'
import { har, harAll } from './har.ts'
import { htmlPage } from './html/page.ts'
import { json } from './json.ts'
import { junit } from './junit.ts'
import { markdown } from './markdown.ts'
import { sarif } from './sarif.ts'

/** Formats of a report, in the order of {@link FORMAT_NAMES}. */
export const formats: readonly Format[] = [
  htmlPage,
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
