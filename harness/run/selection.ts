import { createHash } from 'node:crypto'
import type { Contract } from '../../model/contract.ts'
import type { Report, RequirementResult } from '../../model/report.ts'
import { type Family, familyOf, isInvariant, type Requirement } from '../../model/requirement.ts'

/** A selection is not usable; the message names the flag and lists what there is. */
export class SelectionError extends Error {
  override readonly name = 'SelectionError'
}

/**
 * Chooses requirements by the beginning of their ids.
 *
 * What watches the answers to others brings along requirements that it watches, so that there is something
 * to see: of a family, all of it; of the run, the first for each kind of answer, or all where nothing that
 * sends was chosen. They decide nothing ({@link isBroughtAlong}).
 *
 * @param only - prefixes of what to run; none for everything
 * @param skip - prefixes of what to leave out
 * @throws SelectionError if a prefix names no requirement, or nothing is left
 */
export function select(
  catalogue: readonly Family[],
  only: readonly string[],
  skip: readonly string[],
): readonly Family[] {
  const all = catalogue.flatMap(({ requirements }) => requirements)
  refuseUnknown('--only', only, all)
  refuseUnknown('--skip', skip, all)
  const chosen = new Set(all.filter(({ id }) => only.length === 0 || startsWithOne(id, only)))
  const probing = all.filter((one) => !isInvariant(one))
  const ofRun = probing.some((one) => chosen.has(one)) ? firstOfEachRole(probing) : probing
  for (const family of catalogue) {
    for (const requirement of family.requirements) {
      if (!chosen.has(requirement) || !isInvariant(requirement)) continue
      const observed = requirement.scope === 'run' ? ofRun : family.requirements
      for (const one of observed) if (!isInvariant(one)) chosen.add(one)
    }
  }
  const families = catalogue
    .map((family) => ({
      ...family,
      requirements: family.requirements.filter(
        (requirement) => chosen.has(requirement) && !startsWithOne(requirement.id, skip),
      ),
    }))
    .filter(({ requirements }) => requirements.length > 0)
  if (families.length === 0) throw new SelectionError('--only and --skip leave no requirement')
  return families
}

/** Whether a requirement is only there since a chosen one watches its answers. */
export function isBroughtAlong({ id }: Pick<Requirement, 'id'>, only: readonly string[]): boolean {
  return only.length > 0 && !startsWithOne(id, only)
}

/** The results of a run as its report holds them: of what was chosen, and of what was brought along. */
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

function firstOfEachRole(probing: readonly Requirement[]): readonly Requirement[] {
  return probing.filter(({ role }, at) => probing.findIndex((one) => one.role === role) === at)
}

/**
 * A requirement that probes, and those that watch its answers.
 *
 * @throws SelectionError if there is none, or it sends nothing itself
 */
export function selectWithInvariants(catalogue: readonly Family[], id: string): readonly Family[] {
  const all = catalogue.flatMap(({ requirements }) => requirements)
  const chosen = all.find((one) => one.id === id)
  if (chosen === undefined || isInvariant(chosen)) {
    const found = chosen === undefined ? 'no such requirement' : 'it sends nothing itself'
    throw new SelectionError(`--replay ${id}: ${found}; a failure prints the case to replay`)
  }
  return catalogue
    .map((family) => ({
      ...family,
      requirements: family.requirements.filter(
        (one) =>
          one === chosen ||
          (isInvariant(one) && (one.scope === 'run' || family.requirements.includes(chosen))),
      ),
    }))
    .filter(({ requirements }) => requirements.length > 0)
}

/**
 * The requirements whose ids begin so, and nothing else.
 *
 * @param asked - who asks, for the message: a command or a flag
 * @throws SelectionError if there is none
 */
export function beginningWith(
  catalogue: readonly Family[],
  asked: string,
  prefix: string,
): readonly Family[] {
  refuseUnknown(
    asked,
    [prefix],
    catalogue.flatMap(({ requirements }) => requirements),
  )
  return catalogue
    .map((family) => ({
      ...family,
      requirements: family.requirements.filter(({ id }) => id.startsWith(prefix)),
    }))
    .filter(({ requirements }) => requirements.length > 0)
}

function startsWithOne(id: string, prefixes: readonly string[]): boolean {
  return prefixes.some((prefix) => id.startsWith(prefix))
}

function refuseUnknown(
  flag: string,
  prefixes: readonly string[],
  all: readonly Requirement[],
): void {
  for (const prefix of prefixes) {
    if (all.some(({ id }) => id.startsWith(prefix))) continue
    const families = [...new Set(all.map(({ id }) => `${id.split('/')[0]}/`))].join(', ')
    throw new SelectionError(
      `${flag} ${prefix}: no requirement begins so; there are the families ${families} ("delete-conformance requirements" lists all)`,
    )
  }
}

/** The catalogue as JSON, with sources in a document: what `requirements --format json` prints. */
export function catalogueJson(catalogue: readonly Family[], contract: Contract): string {
  const rows = catalogue.flatMap(({ requirements }) =>
    requirements.map(({ id, level, title, why, source }) => ({
      id,
      level,
      title,
      why,
      source: source(contract),
    })),
  )
  return JSON.stringify(rows, null, 2)
}

/** SHA-256 of what is printed, the line end after it included. */
export function catalogueSha256(catalogue: readonly Family[], contract: Contract): string {
  return createHash('sha256')
    .update(`${catalogueJson(catalogue, contract)}\n`)
    .digest('hex')
}
