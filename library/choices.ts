import { UsageError } from '../model/errors.ts'
import type { Header } from '../model/exchange.ts'
import type { Budget } from '../model/report.ts'
import type { CapabilityName } from '../model/requirement.ts'
import { quote } from '../model/violation.ts'
import { CAPABILITIES, DEFAULTS, LIMITS, OPTION_NAMES, type RunOptions } from './run-options.ts'
import {
  checkedCertificate,
  checkedToken,
  headerField,
  type TargetChoices,
  tokenInEnvironment,
  variableName,
} from './target.ts'

/** The options of a run with every default filled in. */
export interface Choices extends TargetChoices {
  /** Undefined for the embedded reference server. */
  readonly target: string | undefined
  readonly tokenEnv: string
  readonly secondTokenEnv: string
  /** The option or variable that the token comes from, for messages. */
  readonly tokenSource: string
  /** The same for the second account. */
  readonly secondTokenSource: string
  readonly only: readonly string[]
  readonly skip: readonly string[]
  readonly runs: number
  readonly seed: string | undefined
  readonly strict: boolean
  readonly ratePerSecond: number | undefined
  readonly budget: Budget | undefined
  readonly maxLive: number
  readonly settleMs: number
  readonly expectedStatuses: readonly number[]
  readonly capabilities: readonly CapabilityName[]
  readonly disposable: boolean
  readonly out: string | undefined
}

/**
 * Checks the options of a run, and fills in defaults.
 *
 * @throws UsageError if one is unknown, or is not what it may be
 */
export function choicesOf(options: RunOptions): Choices {
  refuseUnknown(options)
  const target = targetIn(options)
  const duration = (name: 'timeoutMs' | 'settleMs') =>
    whole(name, options[name], 1, LIMITS.durationMs) ?? DEFAULTS[name]
  return {
    target,
    ...credentialsIn(options),
    headers: headersIn(options),
    secretHeaders: listOf('secretHeaders', options.secretHeaders, isText, 'names of header fields'),
    tls: {
      insecure: yesOrNo('insecure', options.insecure) ?? false,
      ...(options.ca === undefined ? {} : { ca: checkedCertificate('ca', options.ca) }),
    },
    timeoutMs: duration('timeoutMs'),
    settleMs: duration('settleMs'),
    concurrency:
      whole('concurrency', options.concurrency, 1, LIMITS.concurrency) ?? DEFAULTS.concurrency,
    ratePerSecond: positive('ratePerSecond', options.ratePerSecond, LIMITS.ratePerSecond),
    budget: budgetIn(options),
    maxLive:
      whole('maxLive', options.maxLive, LIMITS.fewestLive, LIMITS.mostLive) ?? DEFAULTS.maxLive,
    only: listOf('only', options.only, isText, 'beginnings of ids'),
    skip: listOf('skip', options.skip, isText, 'beginnings of ids'),
    runs: whole('runs', options.runs, 1, LIMITS.runs) ?? DEFAULTS.runs,
    seed: decimalSeed('seed', options.seed),
    strict: yesOrNo('strict', options.strict) ?? false,
    expectedStatuses: listOf(
      'expectedStatuses',
      options.expectedStatuses,
      (status) => Number.isInteger(status) && status >= 200 && status <= 599,
      'statuses from 200 to 599',
    ),
    capabilities: listOf(
      'capabilities',
      options.capabilities,
      (name) => CAPABILITIES.includes(name),
      CAPABILITIES.join(', '),
    ),
    disposable: yesOrNo('disposable', options.disposable) ?? target === undefined,
    out: text('out', options.out),
  }
}

function budgetIn(options: RunOptions): Budget | undefined {
  const limits = {
    maxRequests: whole('maxRequests', options.maxRequests, 1, LIMITS.budget),
    maxFiles: whole('maxFiles', options.maxFiles, 1, LIMITS.budget),
    deadlineMs: whole('deadlineMs', options.deadlineMs, 1, LIMITS.durationMs),
  }
  const given = Object.entries(limits).filter(([, limit]) => limit !== undefined)
  return given.length === 0 ? undefined : (Object.fromEntries(given) as Budget)
}

const isText = (member: unknown) => typeof member === 'string' && member !== ''

/** A misspelt `target` would test another server, and find it conforming. */
function refuseUnknown(options: RunOptions): void {
  const unknown = Object.keys(options).find((name) => !OPTION_NAMES.includes(name))
  if (unknown === undefined) return
  throw new UsageError(`unknown option ${unknown}; accepted are ${OPTION_NAMES.join(', ')}`)
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
  const tokenEnv = options.tokenEnv ?? DEFAULTS.tokenEnv
  const secondTokenEnv = options.secondTokenEnv ?? DEFAULTS.secondTokenEnv
  return {
    tokenEnv,
    tokenSource: options.token === undefined ? tokenEnv : 'token',
    secondTokenEnv,
    secondTokenSource: options.secondToken === undefined ? secondTokenEnv : 'secondToken',
    token: tokenIn(options, 'token', 'tokenEnv'),
    secondToken: tokenIn(options, 'secondToken', 'secondTokenEnv'),
  }
}

function tokenIn(
  options: RunOptions,
  option: 'token' | 'secondToken',
  variable: 'tokenEnv' | 'secondTokenEnv',
): string | undefined {
  const token = options[option]
  const chosen = text(variable, options[variable])
  if (token === undefined) return tokenInEnvironment(variable, chosen, DEFAULTS[variable])
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

/** What an option may be; undefined is left to the default. */
type Given<T> = T | undefined

/** @throws UsageError unless it is a whole number from `least` to `most` */
export function whole(option: string, value: Given<number>, least: number, most: number) {
  if (value === undefined || (Number.isInteger(value) && value >= least && value <= most)) {
    return value
  }
  throw refused(option, value, `a whole number from ${least} to ${most}`)
}

/** @throws UsageError unless it is a number above 0, `most` at most */
function positive(option: string, value: Given<number>, most: number) {
  if (value === undefined || (typeof value === 'number' && value > 0 && value <= most)) {
    return value
  }
  throw refused(option, value, `a number above 0, at most ${most}`)
}

/** @throws UsageError unless it is true or false */
function yesOrNo(option: string, value: Given<boolean>) {
  if (value === undefined || typeof value === 'boolean') return value
  throw refused(option, value, 'true or false')
}

/** @throws UsageError unless it is text that is not empty */
export function text(option: string, value: Given<string>) {
  if (value === undefined || (typeof value === 'string' && value !== '')) return value
  throw refused(option, value, 'text')
}

/** @throws UsageError unless it is a list, all members of which pass */
export function listOf<T>(
  option: string,
  value: Given<readonly T[]>,
  passes: (member: T) => boolean,
  accepted: string,
): readonly T[] {
  if (value === undefined) return []
  if (!Array.isArray(value)) throw refused(option, value, `a list of ${accepted}`)
  const odd = value.findIndex((member) => !passes(member))
  if (odd >= 0) throw refused(option, value[odd], `a list of ${accepted}`)
  return value
}

/** A seed in decimal. @throws UsageError unless it is a whole number of up to 64 bits */
function decimalSeed(option: string, value: Given<string | number | bigint>) {
  if (value === undefined) return undefined
  const exact = typeof value !== 'number' || Number.isSafeInteger(value)
  if (exact && /^\d{1,20}$/.test(String(value)) && BigInt(value) < 2n ** 64n) {
    return BigInt(value).toString()
  }
  throw refused(option, value, 'a whole number from 0 to 18446744073709551615, above 2^53 as text')
}

/** An option is something else than what is accepted. */
export function refused(option: string, found: unknown, accepted: string): UsageError {
  return new UsageError(`${option}: found ${shown(found)}, accepted is ${accepted}`)
}

/** Objects are not looked into: they may be of any size, and hold anything. */
function shown(value: unknown): string {
  if (typeof value === 'string') return quote(value)
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object' && value !== null) return 'an object'
  return typeof value === 'function' ? 'a function' : String(value)
}

/**
 * Ids that are provided to be deleted.
 *
 * @param option - where they were given, for messages
 * @param accepted - what is accepted there
 * @throws UsageError if there is none, or one stands there twice
 */
export function checkedIds(
  option: string,
  ids: readonly string[],
  accepted: string,
): readonly string[] {
  if (ids.length === 0) throw new UsageError(`${option}: found no id; accepted is ${accepted}`)
  const [twice] = ids.filter((id, at) => ids.indexOf(id) !== at)
  if (twice === undefined) return ids
  throw new UsageError(
    `${option}: the id ${JSON.stringify(twice)} stands there twice; each can be deleted once`,
  )
}
