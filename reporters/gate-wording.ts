import type { Gate, Waiver } from '../model/gate.ts'
import type { Report } from '../model/report.ts'
import { shellQuoted } from './curl.ts'
import { counted } from './wording.ts'

/** The verdict of the gate in one sentence. */
export function gateSentence({ verdict, reasons, fresh, waived, known, stale }: Gate): string {
  const accepted = [
    waived.length > 0 ? `${waived.length} waived` : '',
    known.length > 0 ? `${known.length} known` : '',
  ].filter((part) => part !== '')
  const aside = accepted.length === 0 ? '' : ` (${accepted.join(', ')})`
  switch (verdict) {
    case 'open':
      return `open: nothing is worse than what was accepted${aside}`
    case 'closed':
      return `closed: ${counted(fresh.length, 'requirement')} violated that nothing excuses: ${fresh.join(', ')}${aside}`
    case 'undecided':
      return `undecided: ${reasons.join('; ')}${aside}`
    case 'stale':
      return `stale: ${counted(stale.length, 'waiver')} to remove${aside}`
  }
}

/** What else there is to do: waivers to remove, a baseline to bring up to date. */
export function gateNotes({ gate, target }: Report): readonly string[] {
  if (gate === undefined) return []
  const { stale, fixed, baseline, waivers } = gate
  return [
    ...stale.map((one) => staleSentence(one, waivers?.file ?? '')),
    ...(fixed.length === 0 || baseline === undefined
      ? []
      : [
          `fixed since the baseline: ${fixed.join(', ')}; bring it up to date with: delete-conformance run -t ${shellQuoted(target.url)} --baseline ${shellQuoted(baseline.file)} --update-baseline`,
        ]),
  ]
}

function staleSentence({ requirement, fingerprint, line, owner }: Waiver, file: string): string {
  const named = fingerprint === undefined ? requirement : `${requirement}, ${fingerprint}`
  return `${file}:${line}: the waiver of ${named} (${owner}) excuses nothing any more: remove it`
}
