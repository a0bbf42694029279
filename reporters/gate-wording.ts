import type { Gate } from '../model/gate.ts'
import type { Report } from '../model/report.ts'
import { shellQuoted } from './curl.ts'
import { counted } from './wording.ts'

/** The verdict of the gate in one sentence. */
export function gateSentence({ verdict, reasons, fresh, waived, known }: Gate): string {
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
    case 'outdated':
      return `outdated: ${reasons.join('; ')}${aside}`
  }
}

/** What else there is to do: waivers to remove, a baseline to bring up to date. */
export function gateNotes({ gate, target }: Report): readonly string[] {
  if (gate === undefined) return []
  const { verdict, stale, fixed, baseline, reasons } = gate
  const staleReasons = reasons.slice(reasons.length - stale.length)
  return [
    ...(verdict === 'closed' || verdict === 'undecided' ? staleReasons : []),
    ...(fixed.length === 0 || baseline === undefined
      ? []
      : [
          `fixed since the baseline: ${fixed.join(', ')}; bring it up to date with: delete-conformance run -t ${shellQuoted(target.url)} --baseline ${shellQuoted(baseline.file)} --update-baseline`,
        ]),
  ]
}
