import type { Kind } from './kinds.ts'

/** Setting of a run; each can be given as a flag. */
interface Setting<T = unknown> extends Details<T> {
  readonly kind: Kind<T>
  /** Value behind the flag, for help; empty for a switch. */
  readonly value: string
  /** Purpose, for help and for the schema of config files. */
  readonly help: string
}

interface Details<T> {
  readonly short?: `-${string}`
  /** Sources beside the flag; both unless said otherwise. */
  readonly from?: readonly ('variable' | 'file')[]
  readonly default?: T
  /** Default in words, where it is not shown as it is. */
  readonly defaultText?: string
  /** Value of a flag that stands alone. */
  readonly preset?: string
  /** Further help for those who write config files. */
  readonly note?: string
  /** Values for a config file. */
  readonly examples?: readonly unknown[]
  /** Commands beside `run` that take it, with the help of that command if it differs. */
  readonly also?: { readonly [command in 'requirements' | 'merge' | 'cleanup']?: true | string }
  /** Option of the library that this kind checks. */
  readonly library?: string
  /** Settings that make it meaningless: beside one of them, its value in a config file does not count. */
  readonly yieldsTo?: readonly string[]
  /** What is not shown; without it, only secrets in URLs are hidden. */
  readonly hides?:
    | 'user information'
    | 'field value'
    | 'all but a variable'
    | 'all but a field name'
    | 'command'
}

/** Makes an entry of the table. */
export function setting<T, const D extends Details<T>>(
  kind: Kind<T>,
  value: string,
  help: string,
  details: D,
) {
  return { kind, value, help, ...details }
}

/** Setting with what follows from its key in the table. */
export interface NamedSetting extends Setting {
  /** Name in flags and config files. */
  readonly name: string
  /** Environment variable that gives it, if any. */
  readonly variable: string | undefined
  readonly inFile: boolean
}

/** Lists the entries of a table with their names. */
export function named(table: Readonly<Record<string, Setting>>): readonly NamedSetting[] {
  return Object.entries(table).map(([key, entry]) => {
    const name = key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
    const { from = ['variable', 'file'] } = entry
    const variable = `CONFORMANCE_${name.toUpperCase().replaceAll('-', '_')}`
    return {
      ...entry,
      name,
      variable: from.includes('variable') ? variable : undefined,
      inFile: from.includes('file'),
    }
  })
}

type ValueOf<S> = S extends { kind: Kind<infer T> } ? T : never
type Defaulted<Table> = {
  [N in keyof Table]: Table[N] extends { default: unknown } ? N : never
}[keyof Table]

/** Values of the settings of a table; those with a default are always there. */
export type ValuesOf<Table> = {
  readonly [N in Defaulted<Table>]: ValueOf<Table[N]>
} & { readonly [N in Exclude<keyof Table, Defaulted<Table>>]?: ValueOf<Table[N]> }

/** Values of the library options of a table, defaults filled in. */
export type OptionsOf<Table> = {
  readonly [N in keyof Table as Table[N] extends { library: infer L extends string }
    ? L
    : never]: N extends Defaulted<Table> ? ValueOf<Table[N]> : ValueOf<Table[N]> | undefined
}
