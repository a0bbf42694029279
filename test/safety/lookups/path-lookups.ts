import { exactly, type Lookup, lookup, overPaths, rewriting } from '../lookup.ts'

const ROOT = ['storage', 'files']

/** Lookups that cut what was sent, or take it for a path or for something encoded. */
export const pathLookups: readonly Lookup[] = [
  overPaths(
    lookup(
      'path-join',
      'joins the id to a folder; the folder itself means all files',
      (ids, sought) => inFolder(ids, sought.replaceAll('\\', '/')),
    ),
  ),
  overPaths(
    rewriting(
      'last-segment',
      'takes what follows the last slash',
      (sought) => sought.split(/[/\\]/).at(-1) ?? '',
    ),
  ),
  overPaths(
    rewriting(
      'first-segment',
      'takes what comes before the first slash',
      (sought) => sought.split(/[/\\]/)[0] ?? '',
    ),
  ),
  overPaths(
    lookup('any-segment', 'deletes each segment of a path that is an id', (ids, sought) => {
      return sought.split(/[/\\]/).flatMap((segment) => exactly(ids, segment))
    }),
  ),
  cutting('cuts-semicolon', 'a semicolon', ';'),
  cutting('cuts-question-mark', 'a question mark', '?'),
  cutting('cuts-hash', 'a number sign', '#'),
  cutting('cuts-ampersand', 'an ampersand', '&'),
  cutting('cuts-equals', 'an equals sign', '='),
  cutting('cuts-colon', 'a colon', ':'),
  cutting('cuts-at', 'an at sign', '@'),
  cutting('cuts-nul', 'a NUL', '\0'),
  cutting('cuts-line', 'the end of a line', /[\r\n\u2028\u2029\u0085]/),
  cutting('cuts-quote', 'a quote, and the rest is a comment (SQL)', "'"),
  cutting('cuts-comment', 'the beginning of a comment (SQL)', /--|\/\*/),
  rewriting('behind-colon', 'takes what follows a colon', (sought) =>
    sought.slice(sought.lastIndexOf(':') + 1),
  ),
  withoutExtension('without-last-extension', 'the last', (text) => text.replace(/\.[^.]*$/, '')),
  withoutExtension('without-extensions', 'the first', (text) => text.replace(/\..*$/s, '')),
  lookup('base64', 'compares what is decoded from base64', (ids, sought) => {
    const wanted = fromBase64(sought)
    return wanted === '' ? [] : ids.filter((id) => isBase64(id) && fromBase64(id) === wanted)
  }),
  lookup('base64-path', 'decodes base64, and joins that to a folder', (ids, sought) => {
    const path = fromBase64(sought)
    return path === '' ? [] : inFolder(ids, path)
  }),
  lookup(
    'base64-folder',
    'decodes base64, and deletes all files below that path',
    (ids, sought) => {
      const folder = fromBase64(sought).replace(/[/:]*$/, '')
      // Names of files stand in ids; what is in no folder is in that of all.
      return ids.filter((id) => isBase64(id) && isBelow(fromBase64(id), folder))
    },
  ),
]

/** Keeps what comes before the first mark. */
function cutting(name: string, runId: string, separator: string | RegExp): Lookup {
  return rewriting(name, `cuts an id at ${runId}`, (sought) => sought.split(separator)[0] ?? '')
}

function withoutExtension(name: string, dot: string, strip: (text: string) => string): Lookup {
  return lookup(name, `compares without what follows ${dot} dot`, (ids, sought) => {
    const wanted = strip(sought)
    return wanted === '' ? [] : ids.filter((id) => strip(id) === wanted)
  })
}

/** Resolves a path under a folder and deletes what is there: a file, or the folder and all that is in it. */
function inFolder(ids: readonly string[], relative: string): readonly string[] {
  const resolved = [...ROOT]
  for (const part of relative.split('/')) {
    if (part === '..') resolved.pop()
    else if (part !== '.' && part !== '') resolved.push(part)
  }
  const above = resolved.every((part, at) => part === ROOT[at])
  if (above && resolved.length <= ROOT.length) return ids
  const [first, second, ...rest] = resolved
  return first === ROOT[0] && second === ROOT[1] ? exactly(ids, rest.join('/')) : []
}

/** Tells whether a path is in a folder, whichever of the two separators it has. */
function isBelow(path: string, folder: string): boolean {
  return folder === '' || ['/', ':'].some((separator) => path.startsWith(`${folder}${separator}`))
}

const decoded = new Map<string, string>()

/** Whether an encoder of base64 can have made an id: of others, no server decodes any. */
function isBase64(id: string): boolean {
  if (!/[A-Z]/.test(id) || !/[a-z]/.test(id)) return false
  const octets = Buffer.from(id, 'base64')
  return [octets.toString('base64'), octets.toString('base64url')].includes(id)
}

/** Decodes either alphabet of base64; remembers the ids, each of which is decoded for every request. */
function fromBase64(text: string): string {
  const known = decoded.get(text)
  if (known !== undefined) return known
  const octets = Buffer.from(text, 'base64').toString('latin1')
  if (decoded.size > 100_000) decoded.clear()
  decoded.set(text, octets)
  return octets
}
