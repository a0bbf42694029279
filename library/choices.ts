import { UsageError } from '../model/errors.ts'
import type { Header } from '../model/exchange.ts'
import type { Budget } from '../model/report.ts'
import { checked, refused } from '../settings/check.ts'
import {
  DEFAULT_SECOND_TOKEN_ENV,
  DEFAULT_TOKEN_ENV,
  type OptionValues,
  settings,
} from '../settings/table.ts'
import { OPTION_NAMES, type RunOptions } from './run-options.ts'
import {
  checkedCertificate,
  checkedToken,
  headerField,
  tokenInEnvironment,
  variableName,
} from './target.ts'

/** Options of a run with every default filled in. */
export type Choices = ReturnType<typeof choicesOf>

/**
 * Checks the options of a run, and fills in defaults.
 *
 * @throws UsageError if one is unknown, or is not what it may be
 */
export function choicesOf(options: RunOptions) {
  refuseUnknown(options)
  const target = targetIn(options)
  const { insecure = false, maxRequests, maxFiles, deadlineMs, ...values } = valuesIn(options)
  const ca = options.ca === undefined ? {} : { ca: checkedCertificate('ca', options.ca) }
  return {
    ...values,
    /** Undefined for the embedded reference server. */
    target,
    ...credentialsIn(options),
    headers: headersIn(options),
    tls: { insecure, ...ca },
    budget: budgetOf({ maxRequests, maxFiles, deadlineMs }),
    strict: values.strict ?? false,
    disposable: values.disposable ?? target === undefined,
  }
}

/** A misspelt `target` would test another server, and find it conforming. */
function refuseUnknown(options: RunOptions): void {
  const unknown = Object.keys(options).find((name) => !OPTION_NAMES.includes(name))
  if (unknown === undefined) return
  throw new UsageError(`unknown option ${unknown}; accepted are ${OPTION_NAMES.join(', ')}`)
}

/** Checks the options that the table of settings has a kind for. */
function valuesIn(options: { readonly [name in keyof OptionValues]?: unknown }): OptionValues {
  const given: Readonly<Record<string, unknown>> = options
  return Object.fromEntries(
    settings.flatMap(({ option, kind, libraryKind = kind, default: standard }) =>
      option === undefined
        ? []
        : [[option, checked(option, libraryKind, given[option]) ?? standard]],
    ),
  ) as unknown as OptionValues
}

/** Collects what a run may spend; undefined if nothing bounds it. */
export function budgetOf(
  limits: Readonly<Record<keyof Budget, number | undefined>>,
): Budget | undefined {
  const given = Object.entries(limits).filter(([, limit]) => limit !== undefined)
  return given.length === 0 ? undefined : (Object.fromEntries(given) as Budget)
}

const FOR_TARGETS = ['token', 'secondToken', 'headers', 'secretHeaders', 'ca', 'insecure'] as const

function targetIn(options: RunOptions): string | undefined {
  const { target } = options
  if (target instanceof URL) return target.href
  if (typeof target === 'string') return target
  if ('target' in options) {
    throw refused('target', target, 'a URL; leave it out for the embedded reference server')
  }
  const other = FOR_TARGETS.find((name) => options[name] !== undefined)
  if (other === undefined) return undefined
  throw new UsageError(`${other}: is for a target, and none is given; accepted are both or neither`)
}

function credentialsIn(options: RunOptions) {
  const { tokenEnv = DEFAULT_TOKEN_ENV, secondTokenEnv = DEFAULT_SECOND_TOKEN_ENV } = options
  return {
    tokenEnv,
    /** Option or variable that the token comes from, for messages. */
    tokenSource: options.token === undefined ? tokenEnv : 'token',
    token: tokenIn(options, 'token', 'tokenEnv', DEFAULT_TOKEN_ENV),
    secondTokenEnv,
    secondTokenSource: options.secondToken === undefined ? secondTokenEnv : 'secondToken',
    secondToken: tokenIn(options, 'secondToken', 'secondTokenEnv', DEFAULT_SECOND_TOKEN_ENV),
  }
}

function tokenIn(
  options: RunOptions,
  option: 'token' | 'secondToken',
  variable: 'tokenEnv' | 'secondTokenEnv',
  standard: string,
): string | undefined {
  const token = options[option]
  const chosen = options[variable]
  if (token === undefined) return tokenInEnvironment(variable, chosen, standard)
  // It goes into commands that reports print.
  if (chosen !== undefined) variableName(variable, chosen)
  if (token === null) return undefined
  if (typeof token === 'string') return checkedToken(option, token)
  throw new UsageError(`${option}: accepted is a bearer token as text, or null for none`)
}

function headersIn({ headers = {} }: RunOptions): readonly Header[] {
  const accepted = '{ name: value }'
  if (typeof headers !== 'object' || headers === null || Array.isArray(headers)) {
    throw new UsageError(`headers: accepted is ${accepted}`)
  }
  return Object.entries(headers).map(([name, value]) =>
    headerField('headers', [name, String(value)], accepted),
  )
}
