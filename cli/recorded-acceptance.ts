import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { BUNDLE, type Difference } from '../harness/evidence/bundle.ts'
import type { Accepted } from '../harness/gate/gate.ts'
import { MAX_WAIVERS_BYTES, waiversIn } from '../harness/gate/waivers.ts'
import { UsageError } from '../model/errors.ts'
import type { Report } from '../model/report.ts'
import { FileError, readRegular } from '../spec/bounded-file.ts'
import { catalogue } from '../suites/catalogue.ts'
import { reportIn } from './baseline.ts'
import { MAX_REPORT_BYTES } from './bundle-reader.ts'

/** What a run was held against, or why that cannot be read. */
interface RecordedAcceptance {
  readonly accepted: Accepted | undefined
  readonly differences: readonly Difference[]
}

/** Reads the copies of waivers and baseline in the folder of a run, where its report speaks of them. */
export function recordedAcceptance(folder: string, { gate, started }: Report): RecordedAcceptance {
  const differences: Difference[] = []
  const attempt = <T>(name: string, maxBytes: number, read: (text: string) => T) => {
    const path = join(folder, name)
    try {
      if (existsSync(path)) return read(readRegular(path, maxBytes).toString())
      differences.push({ where: name, expected: 'what the report was held against', found: 'none' })
    } catch (error) {
      if (!(error instanceof UsageError || error instanceof FileError)) throw error
      const expected = `as the run has read it, of at most ${maxBytes} octets`
      differences.push({ where: name, expected, found: error.message })
    }
    return undefined
  }
  const waivers =
    gate?.waivers &&
    attempt(BUNDLE.waivers, MAX_WAIVERS_BYTES, (text) =>
      waiversIn(text, gate.waivers?.file ?? '', catalogue, started.slice(0, 10)),
    )
  const report =
    gate?.baseline &&
    attempt(BUNDLE.baseline, MAX_REPORT_BYTES, (text) => reportIn(text, BUNDLE.baseline))
  const accepted = {
    ...(waivers === undefined ? {} : { waivers }),
    ...(report === undefined ? {} : { baseline: { file: gate?.baseline?.file ?? '', report } }),
  }
  return { accepted: gate === undefined ? undefined : accepted, differences }
}
