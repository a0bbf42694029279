import type { Report, ReportedFamily, RequirementResult } from '../../model/report.ts'
import { familyOf } from '../../model/requirement.ts'
import type { Verdict } from '../../model/verdict.ts'
import { statistics } from '../wording.ts'
import { anchorOf } from './anchor.ts'
import type { Observations } from './observations.ts'
import { type Disclosure, isViolated, requirementItem } from './requirement-section.ts'
import { html, type SafeHtml } from './safe-html.ts'

/** What needs looking at comes first. */
export const BY_URGENCY: readonly Verdict[] = [
  'failed',
  'warned',
  'inconclusive',
  'passed',
  'inapplicable',
]

/** Violated requirements up to which all of them are open from the start. */
const OPENED = 10

/** Violations that a page shows with their exchanges, and of one requirement, at most. */
const IN_FULL = { onPage: 60, ofOne: 5 } as const

/** A family and its requirements, the violated ones first. */
interface FamilyOnPage extends ReportedFamily {
  readonly results: readonly RequirementResult[]
}

/** The families of a report, those with violations first, otherwise in the order of the catalogue. */
export function familiesOnPage({ families, requirements }: Report): readonly FamilyOnPage[] {
  const named = new Set(families.map(({ name }) => name))
  // A requirement is shown even where a report names no family for it.
  const unnamed = new Set(
    requirements.map(({ id }) => familyOf(id)).filter((one) => !named.has(one)),
  )
  return [...families, ...[...unnamed].map((name) => ({ name, subject: '' }))]
    .map((family) => ({
      ...family,
      results: byUrgency(requirements.filter(({ id }) => familyOf(id) === family.name)),
    }))
    .sort((one, other) => worst(one.results) - worst(other.results))
}

export function byUrgency(results: readonly RequirementResult[]): readonly RequirementResult[] {
  return [...results].sort((one, other) => urgency(one) - urgency(other))
}

function urgency({ verdict }: RequirementResult): number {
  return BY_URGENCY.indexOf(verdict)
}

/** Where nothing is violated, the order of the catalogue says more than that of verdicts. */
function worst(results: readonly RequirementResult[]): number {
  const violated = results.filter(isViolated).map(urgency)
  return Math.min(BY_URGENCY.length, ...violated)
}

/** Everything violated is open where that is little; how much each shows depends on how many there are. */
export function disclosureOf({ requirements }: Report): Disclosure {
  const violated = requirements.filter(isViolated).length
  const share = Math.floor(IN_FULL.onPage / Math.max(1, violated))
  return {
    opened: violated <= OPENED,
    inFull: Math.min(IN_FULL.ofOne, Math.max(1, share)),
  }
}

export function familySection(
  report: Report,
  { name, subject, results }: FamilyOnPage,
  { listed }: Observations,
  disclosure: Disclosure,
): SafeHtml {
  const heading = `family-${anchorOf(name)}`
  return html`
<section class="family" aria-labelledby="${heading}">
<div class="family-head"><h3 id="${heading}">${name}</h3><p>${subject}</p><p class="tally">${statistics(results)}</p></div>
<ul class="requirements">${results.map((one) => requirementItem(report, one, listed.get(one.id) ?? [], disclosure))}
</ul>
</section>
`
}
