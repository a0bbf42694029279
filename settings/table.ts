import {
  CAPABILITIES,
  capabilities,
  caseName,
  challenge,
  duration,
  type Kind,
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
} from './kinds.ts'
import { type NamedSetting, named, type OptionsOf, setting, type ValuesOf } from './setting.ts'

/** Variables that hold tokens, unless `--token-env` and `--second-token-env` name others. */
export const DEFAULT_TOKEN_ENV = 'CONFORMANCE_TOKEN'
export const DEFAULT_SECOND_TOKEN_ENV = 'CONFORMANCE_SECOND_TOKEN'

const DOCUMENT = { requirements: true } as const
const CONNECTION = { cleanup: true } as const
const GATE = { merge: true } as const
const FLAG_ONLY = [] as const
const BUDGET = whole(1, 1_000_000_000)

/**
 * Settings of a run, in the order of its help. The name of a setting is the same everywhere:
 * `maxLive` is the flag `--max-live`, the variable `CONFORMANCE_MAX_LIVE`, and `max-live` in a file.
 */
export const SETTINGS = {
  target: setting(text, '<url>', 'base URL of the server, without the documented path', {
    short: '-t',
    defaultText: 'the embedded reference server',
    examples: ['https://staging.example.com'],
    also: {
      cleanup: 'base URL of the server, the same as in the ledger (default: asks, on a terminal)',
    },
    hides: 'user information',
  }),
  spec: setting(text, '<file-or-url>', 'OpenAPI 3.1 document', {
    defaultText: 'the Delete File document of impala.ai',
    examples: ['openapi.yaml'],
    also: DOCUMENT,
  }),
  operation: setting(
    text,
    '<id>',
    'DELETE operation by its operationId, if the document has several',
    {
      also: DOCUMENT,
    },
  ),
  allowRemoteRefs: setting(
    onOff,
    '',
    'let the document refer ($ref) to files outside its folder, and to other hosts',
    { also: DOCUMENT },
  ),
  tokenEnv: setting(text, '<name>', 'environment variable that holds the bearer token', {
    from: ['file'],
    defaultText: DEFAULT_TOKEN_ENV,
    examples: ['STAGING_TOKEN'],
    also: CONNECTION,
    library: 'tokenEnv',
    hides: 'all but a variable',
  }),
  secondTokenEnv: setting(
    text,
    '<name>',
    'environment variable that holds the token of another account',
    {
      from: ['file'],
      defaultText: DEFAULT_SECOND_TOKEN_ENV,
      library: 'secondTokenEnv',
      hides: 'all but a variable',
    },
  ),
  header: setting(wholeTexts, '<field>', 'header field for every request, "Name: value"', {
    short: '-H',
    from: ['file'],
    note: 'No secrets: those belong in a variable.',
    examples: [['X-Tenant: 7']],
    also: CONNECTION,
    hides: 'field value',
  }),
  secretHeader: setting(
    texts('names of header fields'),
    '<name>',
    'name of a --header field with a secret value; Authorization, Cookie and the like are known',
    {
      default: [],
      defaultText: 'none',
      examples: [['X-Signature']],
      also: CONNECTION,
      library: 'secretHeaders',
      hides: 'all but a field name',
    },
  ),
  ca: setting(text, '<file>', 'PEM file of a certificate authority to trust', { also: CONNECTION }),
  insecure: setting(onOff, '', 'accept any TLS certificate', {
    also: CONNECTION,
    library: 'insecure',
  }),
  concurrency: setting(whole(1, 256), '<n>', 'requests under way at once', {
    default: 16,
    also: CONNECTION,
    library: 'concurrency',
  }),
  rate: setting(rate, '<n/s>', 'requests a second, at most: 50 or 50/s', {
    examples: ['50/s'],
    also: CONNECTION,
    library: 'ratePerSecond',
  }),
  timeout: setting(duration, '<duration>', 'time limit of one request: 500ms, 5s, 2m', {
    default: 10_000,
    defaultText: '10s',
    note: 'A bare number is seconds.',
    examples: ['500ms'],
    also: CONNECTION,
    library: 'timeoutMs',
  }),
  waivers: setting(text, '<file>', 'YAML list of violations that are accepted until a date', {
    examples: ['waivers.yaml'],
    also: GATE,
    yieldsTo: ['replay'],
  }),
  baseline: setting(
    text,
    '<file>',
    'earlier report.json: its violations are known, anything new fails',
    { examples: ['baseline.json'], also: GATE, yieldsTo: ['replay'] },
  ),
  updateBaseline: setting(onOff, '', 'write the report of this run to the --baseline file', {
    from: FLAG_ONLY,
  }),
  config: setting(
    // `--no-config` makes it false.
    text as Kind<string | false>,
    '<file>',
    'file with settings, named as flags are',
    {
      from: ['variable'],
      defaultText: 'delete-conformance.yaml in the current folder',
      also: { requirements: true, merge: true, cleanup: true },
    },
  ),
  printConfig: setting(
    oneOf(['text', 'json']),
    '[format]',
    'show each setting and where it comes from, as text or json; send nothing',
    { from: FLAG_ONLY, preset: 'text' },
  ),
  maxRequests: setting(
    BUDGET,
    '<n>',
    'send at most this many requests, retries and cleanup included; --plan counts them',
    { examples: [2000], library: 'maxRequests' },
  ),
  maxFiles: setting(
    BUDGET,
    '<n>',
    'upload at most this many files, or take at most this many from --files',
    { examples: [500], library: 'maxFiles' },
  ),
  // Seven files stay to the end, and a case may need three. By default, sixteen are deleted at once.
  maxLive: setting(whole(10, 10_000), '<n>', 'files of the run that may exist at once', {
    default: 32,
    library: 'maxLive',
  }),
  deadline: setting(
    duration,
    '<duration>',
    'start no request after this time, except for cleanup: 30s, 10m',
    { examples: ['5m'], library: 'deadlineMs' },
  ),
  files: setting(
    text,
    '<source>',
    'source of disposable files: upload, ids:FILE, command:CMD or none',
    { default: 'upload', examples: ['ids:ids.txt', 'none'], hides: 'command' },
  ),
  only: setting(
    texts('beginnings of ids'),
    '<id-prefix>',
    'run only requirements whose id starts with this',
    {
      default: [],
      defaultText: 'all',
      examples: [['deleted/', 'not-found/']],
      library: 'only',
    },
  ),
  skip: setting(
    texts('beginnings of ids'),
    '<id-prefix>',
    'leave out requirements whose id starts with this',
    { default: [], defaultText: 'none', examples: [['wording/']], library: 'skip' },
  ),
  runs: setting(whole(1, 1_000_000), '<n>', 'cases of each property', {
    default: 100,
    library: 'runs',
  }),
  seed: setting(seed, '<n>', 'send the same cases again', {
    note: 'A whole number of up to 64 bits.',
    examples: [7],
    library: 'seed',
    yieldsTo: ['challenge'],
  }),
  shard: setting(
    shard,
    '<i/n>',
    'run one of n parts, which "merge" joins; all with the same --seed',
    { examples: ['2/4'], yieldsTo: ['replay'] },
  ),
  strict: setting(onOff, '', 'a violated SHOULD fails the run, too', { library: 'strict' }),
  expectStatus: setting(statuses, '<status>', 'inconclusive unless this status was seen', {
    default: [],
    defaultText: 'none',
    examples: [[422]],
    library: 'expectedStatuses',
  }),
  disposable: setting(
    onOff,
    '',
    "no file on the target matters: also delete ids that could be somebody else's",
    { library: 'disposable' },
  ),
  settle: setting(
    duration,
    '<duration>',
    'how long a deletion may take to show in reads: 500ms, 5s, 2m',
    {
      default: 5_000,
      defaultText: '5s',
      note: 'A bare number is seconds.',
      examples: ['2s'],
      library: 'settleMs',
    },
  ),
  capabilities: setting(
    capabilities,
    '<names>',
    `what the target offers beside deletion: ${CAPABILITIES.join(', ')}`,
    {
      default: [],
      defaultText: 'detected',
      examples: [['retrieve', 'list']],
      library: 'capabilities',
    },
  ),
  plan: setting(onOff, '', 'show what would be sent, and send nothing', { from: ['variable'] }),
  idSample: setting(texts('ids'), '<id>', 'for --plan: an id like those of the target', {
    from: FLAG_ONLY,
    default: [],
    defaultText: 'like those of OpenAI',
  }),
  replay: setting(
    caseName,
    '<requirement:case>',
    'send one case again, as a failure names it; needs its --seed',
    { from: FLAG_ONLY },
  ),
  mark: setting(runId, '<run-id>', 'run id of the run that --replay repeats', { from: FLAG_ONLY }),
  out: setting(
    text,
    '<dir>',
    'keep report and evidence in this new or empty folder, for "verify"',
    { library: 'out', yieldsTo: ['replay'] },
  ),
  report: setting(
    texts('formats'),
    '<format[=file]>',
    'write a report: html, markdown, junit, ctrf, sarif, har, har-all, badge, github, json',
    {
      default: [],
      defaultText: 'none',
      note: 'Each also as FORMAT=FILE.',
      examples: [['html', 'junit=results.xml']],
      yieldsTo: ['replay'],
    },
  ),
  challenge: setting(
    challenge,
    '<text>',
    "a verifier's word: the seed follows from it, and every file and request carries it",
    { yieldsTo: ['seed', 'replay'] },
  ),
  sign: setting(text, '<key.pem>', 'attest the run with this Ed25519 key, in the folder of --out', {
    examples: ['key.pem'],
    yieldsTo: ['replay'],
  }),
  subject: setting(text, '<name@sha256:digest>', 'what was tested, for --sign', {
    note: 'NAME@sha256:DIGEST.',
    yieldsTo: ['replay'],
  }),
}

/** Values of all settings; those with a default are always there. */
export type SettingValues = ValuesOf<typeof SETTINGS>

/** Values of the options of the library, defaults filled in. */
export type OptionValues = OptionsOf<typeof SETTINGS>

/** All settings, in the order of help. */
export const settings: readonly NamedSetting[] = named(SETTINGS)
