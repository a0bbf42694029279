import { citation } from '../model/contract.ts'
import type { Report, RequirementResult } from '../model/report.ts'
import { excerpt } from './excerpt.ts'
import { calledOf } from './standing.ts'
import type { Style } from './style.ts'
import { type Field, fieldGroups, otherValues } from './violation-fields.ts'

/**
 * A requirement that is violated or undecided, in lines: what it says, where it comes from, and the
 * exchange that shows it.
 */
export function resultBlock(report: Report, result: RequirementResult, style: Style): string {
  const { id, level, title, source, verdict, reason = '' } = result
  return [
    `${style.verdict(verdict, calledOf(result).toUpperCase())} ${style.bold(id)} (${level})`,
    `  ${excerpt(title)}`,
    fieldLine('source', excerpt(citation(source))),
    ...(reason === ''
      ? []
      : [fieldLine(verdict === 'inconclusive' ? 'reason' : 'count', excerpt(reason))]),
    ...fieldGroups(report, result).flatMap((fields) => ['', ...fieldLines(fields, style)]),
    ...otherValues(result).map((value) => fieldLine('also', value)),
  ].join('\n')
}

/** A line for each field, those of one name under each other. */
function fieldLines(fields: readonly Field[], style: Style): readonly string[] {
  return fields.map(([name, value], at) => {
    if (name === 'where') return fieldLine(name, style.bold(value))
    if (name === 'body') return fieldLine(name, style.dim(value))
    return fieldLine(fields[at - 1]?.[0] === name ? '' : name, value)
  })
}

/**
 * A name and a value. Text of a target never comes first in a line: a runner of GitHub Actions would
 * take `::error::` for a command there, whatever spaces stand before it.
 */
export function fieldLine(name: string, value: string): string {
  return `    ${name.padEnd(9)} ${value}`
}
