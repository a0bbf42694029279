import type { RecordedExchange, Report } from '../model/report.ts'

/**
 * Shell lines that send what a violation is about once more, the token as a variable. Where the file
 * was uploaded for the case, the first line uploads another.
 *
 * @param exchange - the exchange at fault
 * @param before - all exchanges of its case
 */
export function curlLines(
  report: Report,
  exchange: RecordedExchange,
  before: readonly RecordedExchange[],
): readonly string[] {
  const upload = before.find(
    (one) =>
      one.request.body !== undefined && exchange.id !== undefined && createdId(one) === exchange.id,
  )
  const origin = new URL(report.target.url).origin
  const common = ['curl', '-sS', ...credentials(report)].join(' ')
  const url = origin + exchange.request.target
  if (upload === undefined) {
    return [`${common} -i -g --path-as-is -X ${exchange.request.method} ${shellQuoted(url)}`]
  }
  const { bytes = 0, filename = '' } = upload.request.body ?? {}
  const part = `file=@-;filename="${filename.replaceAll(/["\\]/g, '\\$&')}"`
  const uploadUrl = shellQuoted(origin + upload.request.target)
  const beforeId = url.slice(0, url.lastIndexOf('/') + 1)
  return [
    `ID=$(head -c ${bytes} /dev/zero | ${common} -F purpose=batch -F ${shellQuoted(part)} ${uploadUrl} | sed 's/.*"id" *: *"\\([^"]*\\)".*/\\1/')`,
    `${common} -i -g --path-as-is -X ${exchange.request.method} ${shellQuoted(beforeId)}"$ID"`,
  ]
}

function credentials({ target }: Report): readonly string[] {
  const token =
    target.tokenEnv === undefined ? [] : [`-H "Authorization: Bearer $${target.tokenEnv}"`]
  const headers = target.headerNames.map(
    (name) => `-H "${name}: $${name.toUpperCase().replaceAll('-', '_')}"`,
  )
  return [...token, ...headers]
}

function createdId({ response }: RecordedExchange): unknown {
  try {
    return (JSON.parse(response?.body.value ?? '') as { id?: unknown } | null)?.id
  } catch {
    return undefined
  }
}

/** One word for a POSIX shell. */
export function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
