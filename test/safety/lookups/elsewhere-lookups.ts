import { type Beside, exactly, type Lookup, leniently, someOf } from '../lookup.ts'

/** Names under which servers look for an id. */
const NAMES = ['id', 'file_id', 'fileId', 'ids', 'ids[]']
/** Header fields with which a request takes another method. */
const OVERRIDES = ['x-http-method-override', 'x-http-method', 'x-method-override']

/**
 * Lookups that prefer an id beside the path, or take another method for DELETE. A plain deletion has
 * nothing beside its path, so that it stays honest.
 */
export const elsewhereLookups: readonly Lookup[] = [
  elsewhere('id-from-query', 'prefers an id in the query', ({ query }) => named(query)),
  elsewhere('id-from-json', 'prefers an id in a JSON body', ({ body }) => fromJson(body)),
  elsewhere('id-from-form', 'prefers an id in the body of a form', ({ body }) =>
    named(Buffer.from(body).toString('utf8')),
  ),
  overridden(
    'override-header',
    'takes POST and PATCH for DELETE by a header field',
    ({ headers }) => OVERRIDES.map((name) => headers[name]),
  ),
  overridden('override-parameter', 'takes POST and PATCH for DELETE by `_method`', (beside) => {
    const texts = [beside.query, Buffer.from(beside.body).toString('utf8')]
    return texts.map((text) => new URLSearchParams(text).get('_method'))
  }),
]

function elsewhere(
  name: string,
  does: string,
  idsIn: (beside: Beside) => readonly string[],
): Lookup {
  return {
    name,
    does,
    find: (ids, segment, beside) => {
      const wanted = beside === undefined ? [] : idsIn(beside)
      return wanted.length > 0 ? someOf(ids, wanted) : exactly(ids, leniently(segment))
    },
  }
}

function overridden(
  name: string,
  does: string,
  methodsIn: (beside: Beside) => readonly unknown[],
): Lookup {
  return {
    name,
    does,
    find: (ids, segment) => exactly(ids, leniently(segment)),
    deletes: (beside) =>
      ['POST', 'PATCH', 'PUT'].includes(beside.method) &&
      methodsIn(beside).some((method) => String(method).toUpperCase() === 'DELETE'),
  }
}

function named(text: string): readonly string[] {
  const parameters = new URLSearchParams(text)
  return NAMES.flatMap((name) => parameters.getAll(name)).flatMap((value) => value.split(','))
}

function fromJson(body: Uint8Array): readonly string[] {
  try {
    const value = JSON.parse(Buffer.from(body).toString('utf8')) as Record<string, unknown>
    return NAMES.flatMap((name) => value?.[name] ?? [])
      .flat()
      .map(String)
  } catch {
    return []
  }
}
