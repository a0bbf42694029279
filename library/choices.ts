import { UsageError } from '../model/errors.ts'
import type { Header } from '../model/exchange.ts'
import type { Budget } from '../model/report.ts'
import { checked, refused } from '../settings/check.ts'
import { nearest } from '../settings/nearest.ts'
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

/**
 * Checks the options of a run, and fills in defaults.
 *
 * @throws UsageError if an option is unknown, or its value is not accepted
 */
export function choicesOf(options: RunOptions) {
  // A misspelt `target` would test the embedded server, and find that it conforms.
  const unknown = Object.keys(options).find((name) => !OPTION_NAMES.includes(name))
  if (unknown !== undefined) {
    const meant = nearest(unknown, OPTION_NAMES)
    throw new UsageError(
      meant === undefined
        ? `unknown option ${unknown}; the type RunOptions lists all`
        : `unknown option ${unknown}; did you mean ${meant}?`,
    )
  }
  const url = targetIn(options)
  const {
    insecure = false,
    capabilities: declaredCapabilities,
    maxRequests,
    maxFiles,
    deadline: deadlineMs,
    rate: ratePerSecond,
    timeout: timeoutMs,
    settle: settleMs,
    linger: lingerMs,
    expectStatus: expectedStatuses,
    secretHeader: secretHeaders,
    uploadField,
    uploadName,
    uploadType,
    uploadContent,
    ...values
  } = valuesIn(options)
  if (
    values.readOnly === true &&
    (values.disposable === true || (options.files ?? 'upload') !== 'upload')
  ) {
    throw new UsageError(
      'readOnly: touches no file; accepted is neither disposable nor files with it',
    )
  }
  const ca = options.ca === undefined ? {} : { ca: checkedCertificate('ca', options.ca) }
  return {
    ...values,
    ratePerSecond,
    timeoutMs,
    settleMs,
    lingerMs,
    expectedStatuses,
    secretHeaders,
    url,
    tokenEnv: values.tokenEnv ?? DEFAULT_TOKEN_ENV,
    token: tokenIn(options, 'token', DEFAULT_TOKEN_ENV),
    secondTokenEnv: values.secondTokenEnv ?? DEFAULT_SECOND_TOKEN_ENV,
    secondToken: tokenIn(options, 'secondToken', DEFAULT_SECOND_TOKEN_ENV),
    headers: headersIn(options),
    tls: { insecure, ...ca },
    budget: budgetOf({ maxRequests, maxFiles, deadlineMs }),
    strict: values.strict ?? false,
    readOnly: values.readOnly ?? false,
    declaredCapabilities,
    upload: { uploadField, uploadName, uploadType, uploadContent },
  }
}

/** Checks the options that the table of settings has a kind for. */
function valuesIn(options: RunOptions): OptionValues {
  const given: Readonly<Record<string, unknown>> = { ...options }
  return Object.fromEntries(
    settings
      .filter(({ library }) => library === true)
      .map(({ key, kind, libraryKind = kind, default: standard }) => [
        key,
        checked(key, libraryKind, given[key]) ?? standard,
      ]),
  ) as unknown as OptionValues
}

/** Collects the limits of a run; undefined if it has none. */
export function budgetOf(
  limits: Readonly<Record<keyof Budget, number | undefined>>,
): Budget | undefined {
  const given = Object.entries(limits).filter(([, limit]) => limit !== undefined)
  return given.length === 0 ? undefined : (Object.fromEntries(given) as Budget)
}

const FOR_TARGETS = ['token', 'secondToken', 'header', 'secretHeader', 'ca', 'insecure'] as const

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

function tokenIn(
  options: RunOptions,
  option: 'token' | 'secondToken',
  standard: string,
): string | undefined {
  const variable = `${option}Env` as const
  const token = options[option]
  const chosen = options[variable]
  if (token === undefined) return tokenInEnvironment(variable, chosen, standard)
  // Reports print its name in commands.
  if (chosen !== undefined) variableName(variable, chosen)
  if (token === null) return undefined
  if (typeof token === 'string') return checkedToken(option, token)
  throw new UsageError(`${option}: accepted is a bearer token as text, or null for none`)
}

function headersIn({ header = {} }: RunOptions): readonly Header[] {
  const accepted = '{ name: value }'
  if (typeof header !== 'object' || header === null || Array.isArray(header)) {
    throw new UsageError(`header: accepted is ${accepted}`)
  }
  return Object.entries(header).map(([name, value]) =>
    headerField('header', [name, String(value)], accepted),
  )
}
