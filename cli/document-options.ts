import { type Command, Option } from 'commander'
import { env } from './variables.ts'

/** Adds the flags that choose document and operation. */
export function addDocumentOptions(command: Command): Command {
  return command
    .addOption(
      env(
        new Option(
          '--spec <file-or-url>',
          'OpenAPI 3.1 document (default: the Delete File document of impala.ai)',
        ),
        'SPEC',
      ),
    )
    .addOption(
      env(
        new Option(
          '--operation <id>',
          'operationId, where the document has several DELETE operations',
        ),
        'OPERATION',
      ),
    )
}
