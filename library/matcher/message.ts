import type { Contract } from '../../model/contract.ts'
import { type Answered, headerValues } from '../../model/exchange.ts'
import { quote, type Violation } from '../../model/violation.ts'
import { printable } from '../../reporters/printable.ts'

/** What a test that fails says: where, expected, received, and the answer as a whole. */
export function messageFor(
  answer: Answered,
  contract: Contract,
  violations: readonly Violation[],
): string {
  const operation = `${contract.method} ${contract.template}`
  const lines =
    violations.length === 0
      ? [`the answer is as the document has it for ${operation}, and was not to be`]
      : [
          `the answer is not as the document has it for ${operation}:`,
          ...violations.map(
            ({ where, expected, received }) =>
              `  ${where}: expected ${expected}, received ${received}`,
          ),
        ]
  return [...lines, `received: ${outlineOf(answer)}`].map(printable).join('\n')
}

function outlineOf({ response }: Answered): string {
  const { status, body, cut } = response
  const type = headerValues(response, 'content-type').join(', ') || 'no media type'
  const text = body.byteLength === 0 ? 'no body' : quote(Buffer.from(body).toString('utf8'))
  return `${status}, ${type}, ${text}${cut === undefined ? '' : ` (${cut.message})`}`
}
