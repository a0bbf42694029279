import {
  CAPABILITIES,
  capabilities,
  caseName,
  challenge,
  contentTemplate,
  duration,
  durationOrNone,
  formFields,
  type Kind,
  mediaType,
  nameTemplate,
  oneOf,
  onOff,
  rate,
  runId,
  seed,
  shard,
  statuses,
  text,
  texts,
  whole,
  wholeTexts,
  withUnit,
  withUnitOrNone,
} from './kinds.ts'

/** Setting of a run; each can be given as a flag. */
interface Setting<T = unknown> extends Details<T> {
  readonly kind: Kind<T>
  /** Purpose, for help and for the schema of config files. */
  readonly help: string
}

interface Details<T> {
  /** Heading in help of the settings from here on. */
  readonly group?: string
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
  readonly examples?: readonly string[]
  /** Whether it is an option of the library, too, and the kind of its value there if that is another. */
  readonly library?: true
  readonly libraryKind?: Kind<T>
  /** Settings that make it meaningless: beside one of them, its value in a config file does not count. */
  readonly yieldsTo?: readonly string[]
  /** Part that `--print-config` hides; without it, only secrets in URLs. */
  readonly hides?: 'user information' | 'field value' | 'no variable' | 'no field name' | 'command'
}

function setting<T, const D extends Details<T>>(kind: Kind<T>, help: string, details: D) {
  return { kind, help, ...details }
}

/** Variables that hold tokens, unless `--token-env` and `--second-token-env` name others. */
export const DEFAULT_TOKEN_ENV = 'CONFORMANCE_TOKEN'
export const DEFAULT_SECOND_TOKEN_ENV = 'CONFORMANCE_SECOND_TOKEN'

const BUDGET = whole(1, 1_000_000_000)
const SECONDS = 'A bare number is seconds.'

/**
 * Settings of a run, in the order of its help. The name of a setting is the same everywhere:
 * `maxLive` is the flag `--max-live`, the variable `CONFORMANCE_MAX_LIVE`, and `max-live` in a file.
 */
export const SETTINGS = {
  target: setting(text('<url>'), 'base URL of the server, without the documented path', {
    group: 'Target',
    short: '-t',
    defaultText: 'the embedded reference server',
    examples: ['https://staging.example.com'],
    hides: 'user information',
  }),
  spec: setting(text('<file-or-url>'), 'OpenAPI 3.1 document', {
    defaultText: 'the Delete File document of impala.ai',
    examples: ['openapi.yaml'],
  }),
  operation: setting(text('<id>'), 'operation to test, if the document has several deletions', {}),
  allowRemoteRefs: setting(
    onOff,
    'let the document refer ($ref) to files outside its folder, and to other hosts',
    {},
  ),
  tokenEnv: setting(text('<name>'), 'environment variable that holds the bearer token', {
    from: ['file'],
    defaultText: DEFAULT_TOKEN_ENV,
    examples: ['STAGING_TOKEN'],
    library: true,
    hides: 'no variable',
  }),
  secondTokenEnv: setting(
    text('<name>'),
    'environment variable that holds the token of another account',
    {
      from: ['file'],
      defaultText: DEFAULT_SECOND_TOKEN_ENV,
      library: true,
      hides: 'no variable',
    },
  ),
  header: setting(
    wholeTexts('<field>', 'X-Tenant: 7'),
    'header field for every request, "Name: value"',
    { short: '-H', from: ['file'], note: 'Secrets belong in a variable.', hides: 'field value' },
  ),
  secretHeader: setting(
    texts('<name>', 'X-Signature'),
    'name of a --header field with a secret value, beside Authorization, Cookie and the like',
    { default: [], library: true, hides: 'no field name' },
  ),
  ca: setting(text('<file>'), 'PEM file of a certificate authority to trust', {}),
  insecure: setting(onOff, 'accept any TLS certificate', { library: true }),
  concurrency: setting(whole(1, 256), 'requests under way at once', { default: 16, library: true }),
  rate: setting(rate, 'requests a second, at most', { library: true }),
  timeout: setting(duration, 'time limit of one request: 500ms, 5s, 2m', {
    default: 10_000,
    defaultText: '10s',
    note: SECONDS,
    library: true,
    libraryKind: withUnit,
  }),
  waivers: setting(text('<file>'), 'YAML list of violations that are accepted until a date', {
    group: 'Accepted violations',
    examples: ['waivers.yaml'],
    yieldsTo: ['replay'],
  }),
  baseline: setting(
    text('<file>'),
    'earlier report.json: its violations are known, anything new fails',
    { examples: ['baseline.json'], yieldsTo: ['replay'] },
  ),
  updateBaseline: setting(onOff, 'write the report of this run to the --baseline file', {
    from: [],
  }),
  // `--no-config` makes it false.
  config: setting(text('<file>') as Kind<string | false>, 'file with settings, named like flags', {
    group: 'Settings',
    from: ['variable'],
    defaultText: 'delete-conformance.yaml in the current folder',
  }),
  printConfig: setting(
    oneOf('[format]', ['text', 'json']),
    'show each setting and its source as text or json, and send nothing',
    { from: [], preset: 'text' },
  ),
  maxRequests: setting(
    BUDGET,
    'most requests to send, retries and cleanup included; --plan counts them',
    { group: 'Limits', library: true },
  ),
  maxFiles: setting(BUDGET, 'most files to upload, or to take from --files', { library: true }),
  // Seven files stay to the end, and a case may need three. By default, sixteen are deleted at once.
  maxLive: setting(whole(10, 10_000), 'files of the run that may exist at once', {
    default: 32,
    library: true,
  }),
  deadline: setting(duration, 'start no request after this time, except for cleanup: 30s, 10m', {
    library: true,
    libraryKind: withUnit,
  }),
  files: setting(
    text('<source>'),
    'source of disposable files: upload, ids:FILE, command:CMD or none',
    {
      group: 'Files to delete',
      default: 'upload',
      examples: ['ids:ids.txt', 'none'],
      hides: 'command',
      yieldsTo: ['read-only'],
    },
  ),
  uploadField: setting(
    formFields,
    'field of the form that uploads files, beside the usual ones or in place of one',
    {
      defaultText: 'those that the target takes',
      library: true,
    },
  ),
  uploadName: setting(nameTemplate, 'name of uploaded files, with {run-id} in it', {
    defaultText: 'one that the target takes',
    examples: ['{run-id}.txt'],
    library: true,
  }),
  uploadType: setting(mediaType, 'media type of uploaded files', {
    defaultText: 'one that the target takes',
    examples: ['application/jsonl'],
    library: true,
  }),
  uploadContent: setting(
    contentTemplate,
    'content of uploaded files, with {run-id} in it; @FILE reads it from a file',
    {
      defaultText: 'one that the target takes',
      examples: ['@batch.jsonl'],
      library: true,
    },
  ),
  only: setting(
    texts('<id-prefix>', 'deleted/', 'not-found/'),
    'run only requirements whose id starts with this, or fits a pattern: */body',
    { group: 'What is tested', default: [], defaultText: 'all', library: true },
  ),
  skip: setting(
    texts('<id-prefix>', 'wording/'),
    'leave out requirements whose id starts with this, or fits a pattern',
    { default: [], library: true },
  ),
  runs: setting(whole(1, 1_000_000), 'cases of each property', { default: 100, library: true }),
  seed: setting(seed, 'send the same cases again', {
    note: 'A whole number of up to 64 bits.',
    library: true,
    yieldsTo: ['challenge'],
  }),
  shard: setting(shard, 'run one of n parts, which "merge" joins; all with the same --seed', {
    yieldsTo: ['replay'],
  }),
  strict: setting(onOff, 'a violated SHOULD fails the run, too', { library: true }),
  expectStatus: setting(statuses, 'inconclusive unless this status was seen', {
    default: [],
    library: true,
  }),
  disposable: setting(
    onOff,
    "no file on the target matters: also delete ids that could be somebody else's",
    { library: true, yieldsTo: ['read-only'] },
  ),
  readOnly: setting(
    onOff,
    'upload nothing, and delete nothing that exists: for a first look at production',
    { library: true },
  ),
  settle: setting(duration, 'how long a deletion may take to show in reads: 500ms, 5s, 2m', {
    default: 5_000,
    defaultText: '5s',
    note: SECONDS,
    library: true,
    libraryKind: withUnit,
  }),
  linger: setting(
    durationOrNone,
    'how long after the last deletion to look at deleted files again: 3s; 0 for no such look',
    {
      default: 3_000,
      defaultText: '3s',
      note: SECONDS,
      library: true,
      libraryKind: withUnitOrNone,
    },
  ),
  capabilities: setting(
    capabilities,
    `what the target offers beside deletion: ${CAPABILITIES.join(', ')}`,
    { default: [], defaultText: 'detected', library: true },
  ),
  verbose: setting(onOff, 'print each exchange on a line', {
    group: 'This run',
    short: '-v',
    from: ['variable'],
  }),
  quiet: setting(onOff, 'print only findings and the verdict', { short: '-q', from: ['variable'] }),
  plan: setting(onOff, 'show what would be sent, and send nothing', { from: ['variable'] }),
  idSample: setting(texts('<id>'), 'for --plan: an id like those of the target', {
    from: [],
    default: [],
    defaultText: 'like those of OpenAI',
  }),
  replay: setting(caseName, 'send one case again, as a failure names it; with its --seed', {
    from: [],
  }),
  mark: setting(runId, 'run id of the run that --replay repeats', { from: [] }),
  out: setting(
    text('<dir>'),
    'keep report and evidence in this new or empty folder, for "verify"',
    { group: 'Reports and evidence', library: true, yieldsTo: ['replay'] },
  ),
  report: setting(
    texts('<format[=file]>', 'html', 'junit=results.xml'),
    'write a report: html, markdown, junit, ctrf, sarif, har, har-all, badge, github, json',
    { default: [], note: 'Each also as FORMAT=FILE.', yieldsTo: ['replay'] },
  ),
  challenge: setting(
    challenge,
    "a verifier's word: the seed follows from it, and every file and request carries it",
    { yieldsTo: ['seed', 'replay'] },
  ),
  sign: setting(text('<key.pem>'), 'attest the run with this Ed25519 key, in the folder of --out', {
    examples: ['key.pem'],
    yieldsTo: ['replay'],
  }),
  subject: setting(text('<name@sha256:digest>'), 'what was tested, for --sign', {
    note: 'NAME@sha256:DIGEST.',
    yieldsTo: ['replay'],
  }),
}

type Table = typeof SETTINGS

const DOCUMENT = ['spec', 'operation', 'allowRemoteRefs'] as const
const CONNECTION = [
  'target',
  'tokenEnv',
  'secondTokenEnv',
  'header',
  'secretHeader',
  'ca',
  'insecure',
] as const
const UPLOAD = ['uploadField', 'uploadName', 'uploadType', 'uploadContent'] as const

/** Settings that commands beside `run` take. */
export const TAKEN_BY = {
  requirements: [...DOCUMENT, 'config'],
  doctor: [
    ...CONNECTION,
    ...DOCUMENT,
    ...UPLOAD,
    'timeout',
    'files',
    'disposable',
    'readOnly',
    'config',
  ],
  init: [...CONNECTION, ...DOCUMENT, 'files'],
  merge: ['waivers', 'baseline', 'config'],
  cleanup: [...CONNECTION, 'concurrency', 'rate', 'timeout', 'config'],
} as const satisfies Readonly<Record<string, readonly (keyof Table)[]>>

/** Setting with what follows from its key in the table. */
export interface NamedSetting extends Setting {
  readonly group: string
  readonly key: string
  /** Name in flags and config files. */
  readonly name: string
  /** Environment variable that gives it, if any. */
  readonly variable: string | undefined
  readonly inFile: boolean
}

/** All settings, in the order of help. */
export const settings: readonly NamedSetting[] = Object.entries<Setting>(SETTINGS).map(
  ([key, { from = ['variable', 'file'], ...entry }], at, all) => {
    const heading = all.slice(0, at + 1).findLast(([, { group }]) => group !== undefined)
    const name = key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
    const variable = `CONFORMANCE_${name.toUpperCase().replaceAll('-', '_')}`
    return {
      ...(entry.kind.item === undefined ? {} : { defaultText: 'none' }),
      ...entry,
      group: heading?.[1].group ?? '',
      key,
      name,
      variable: from.includes('variable') ? variable : undefined,
      inFile: from.includes('file'),
    }
  },
)

/** Defaults of all settings that have one. */
export const DEFAULTS = Object.fromEntries(
  Object.entries<Setting>(SETTINGS).flatMap(([key, { default: value }]) =>
    value === undefined ? [] : [[key, value]],
  ),
) as { readonly [N in Defaulted]: ValueOf<N> }

type ValueOf<N extends keyof Table> = Table[N] extends { kind: Kind<infer T> } ? T : never
type Defaulted = {
  [N in keyof Table]: Table[N] extends { default: unknown } ? N : never
}[keyof Table]

/** Values of all settings; those with a default are always there. */
export type SettingValues = { readonly [N in Defaulted]: ValueOf<N> } & {
  readonly [N in Exclude<keyof Table, Defaulted>]?: ValueOf<N>
}

/** Values of the options of the library, defaults filled in. */
export type OptionValues = {
  readonly [N in keyof Table as Table[N] extends { library: true } ? N : never]: N extends Defaulted
    ? ValueOf<N>
    : ValueOf<N> | undefined
}
