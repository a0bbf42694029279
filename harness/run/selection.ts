import { createHash } from 'node:crypto'
import type { Contract } from '../../model/contract.ts'
import { SelectionError } from '../../model/errors.ts'
import type { Report, RequirementResult } from '../../model/report.ts'
import {
  type Family,
  familyOf,
  isInvariant,
  type Need,
  type Requirement,
} from '../../model/requirement.ts'

/**
 * Selects requirements by patterns of their ids: a beginning, or a text in which `*` stands for any
 * characters.
 *
 * An invariant brings along requirements whose answers it judges: one of a family all of the family; one
 * of the run the first for each kind of answer, or all if nothing that sends was selected. They decide
 * nothing ({@link isBroughtAlong}).
 *
 * @param only - patterns to run; none for everything
 * @param skip - patterns to leave out
 * @throws SelectionError if a pattern matches no requirement, or nothing is left
 */
export function select(
  catalogue: readonly Family[],
  only: readonly string[],
  skip: readonly string[],
): readonly Family[] {
  refuseUnmatched(catalogue, '--only', only)
  refuseUnmatched(catalogue, '--skip', skip)
  const all = requirementsIn(catalogue)
  const probing = all.filter((one) => !isInvariant(one))
  const chosen = new Set(all.filter((one) => only.length === 0 || matchesOne(one, only)))
  const ofRun = probing.some((one) => chosen.has(one)) ? firstOfEachRole(probing) : probing
  for (const { requirements } of catalogue) {
    for (const requirement of requirements) {
      if (!isInvariant(requirement) || !chosen.has(requirement)) continue
      const judged = requirement.scope === 'run' ? ofRun : requirements
      for (const one of judged) if (!isInvariant(one)) chosen.add(one)
    }
  }
  const families = narrowed(catalogue, (one) => chosen.has(one) && !matchesOne(one, skip))
  if (families.length === 0) throw new SelectionError('--only and --skip leave no requirement')
  return families
}

function firstOfEachRole(probing: readonly Requirement[]): readonly Requirement[] {
  return probing.filter(({ role }, at) => probing.findIndex((one) => one.role === role) === at)
}

/** Tells whether a requirement was only brought along by a selected invariant. */
export function isBroughtAlong({ id }: Pick<Requirement, 'id'>, only: readonly string[]): boolean {
  return only.length > 0 && !matchesOne({ id }, only)
}

/** Splits the results of a run for its report: selected ones, and those brought along. */
export function reportedResults(
  families: readonly Family[],
  results: readonly RequirementResult[],
  only: readonly string[],
): Pick<Report, 'families' | 'requirements' | 'broughtAlong'> {
  const requirements = results.filter((one) => !isBroughtAlong(one, only))
  return {
    families: families
      .filter(({ name }) => requirements.some(({ id }) => familyOf(id) === name))
      .map(({ name, subject }) => ({ name, subject })),
    requirements,
    broughtAlong: results.filter((one) => isBroughtAlong(one, only)),
  }
}

/**
 * Selects a requirement that probes, and the invariants that judge its answers.
 *
 * @throws SelectionError if there is none, or it sends nothing itself
 */
export function selectWithInvariants(catalogue: readonly Family[], id: string): readonly Family[] {
  const chosen = requirementsIn(catalogue).find((one) => one.id === id)
  if (chosen === undefined || isInvariant(chosen)) {
    const found = chosen === undefined ? 'no such requirement' : 'it sends nothing itself'
    throw new SelectionError(`--replay ${id}: ${found}; a failure prints the case to replay`)
  }
  return narrowed(
    catalogue,
    (one, { requirements }) =>
      one === chosen ||
      (isInvariant(one) && (one.scope === 'run' || requirements.includes(chosen))),
  )
}

/**
 * Selects the requirements that a pattern matches, and nothing else.
 *
 * @param asked - command or flag, for the message
 * @throws SelectionError if there is none
 */
export function selectMatching(
  catalogue: readonly Family[],
  asked: string,
  pattern: string,
): readonly Family[] {
  refuseUnmatched(catalogue, asked, [pattern])
  return narrowed(catalogue, (one) => matchesOne(one, [pattern]))
}

/**
 * Selects the requirements that can be judged without any file: those on deletions of what is not there.
 *
 * @throws SelectionError if there is none
 */
export function withoutFiles(families: readonly Family[]): readonly Family[] {
  const needFiles: readonly Need[] = ['resource', 'many-resources', 'content-choice']
  const kept = narrowed(
    families,
    ({ role, needs = [] }) => role !== 'deleted' && !needs.some((need) => needFiles.includes(need)),
  )
  if (kept.some(({ requirements }) => !requirements.every(isInvariant))) return kept
  throw new SelectionError('--read-only leaves no requirement: all that were selected need files')
}

/** Keeps some requirements, and the families that have any of them. */
export function narrowed(
  families: readonly Family[],
  keeps: (requirement: Requirement, family: Family) => boolean,
): readonly Family[] {
  return families
    .map((family) => ({
      ...family,
      requirements: family.requirements.filter((one) => keeps(one, family)),
    }))
    .filter(({ requirements }) => requirements.length > 0)
}

function requirementsIn(catalogue: readonly Family[]): readonly Requirement[] {
  return catalogue.flatMap(({ requirements }) => requirements)
}

function matchesOne({ id }: Pick<Requirement, 'id'>, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => matches(id, pattern))
}

/** Matches without backtracking: a report that is verified may hold any pattern. */
function matches(id: string, pattern: string): boolean {
  if (!pattern.includes('*')) return id.startsWith(pattern)
  // Longer ones match nothing, or have two "*" in a row.
  if (pattern.length > 2 * id.length + 1) return false
  const [head = '', ...parts] = pattern.split('*')
  const tail = parts.pop() ?? ''
  let at = head.length
  for (const part of parts) {
    const found = id.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return id.startsWith(head) && id.endsWith(tail) && at + tail.length <= id.length
}

function refuseUnmatched(
  catalogue: readonly Family[],
  flag: string,
  patterns: readonly string[],
): void {
  const all = requirementsIn(catalogue)
  const unmatched = patterns.find((pattern) => !all.some(({ id }) => matches(id, pattern)))
  if (unmatched === undefined) return
  const families = [...new Set(all.map(({ id }) => `${familyOf(id)}/`))].join(', ')
  throw new SelectionError(
    `${flag} ${unmatched}: no requirement matches; accepted are beginnings of ids, and patterns in which * stands for any characters; there are the families ${families} ("delete-conformance requirements" lists all)`,
  )
}

/** Renders the catalogue as JSON, with sources in a document, for `requirements --format json`. */
export function catalogueJson(catalogue: readonly Family[], contract: Contract): string {
  const rows = requirementsIn(catalogue).map(({ id, level, title, why, source }) => ({
    id,
    level,
    title,
    why,
    source: source(contract),
  }))
  return JSON.stringify(rows, null, 2)
}

/** Gives the SHA-256 of that JSON as it is printed, its line end included. */
export function catalogueSha256(catalogue: readonly Family[], contract: Contract): string {
  return createHash('sha256')
    .update(`${catalogueJson(catalogue, contract)}\n`)
    .digest('hex')
}
