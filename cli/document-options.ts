import { type Command, Option } from 'commander'
import { env } from './variables.ts'

const ALLOW = '--allow-remote-refs'
const ALLOW_DOES = 'let the document refer to files outside its folder, and to other hosts'

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
    .addOption(env(new Option(ALLOW, ALLOW_DOES), 'ALLOW_REMOTE_REFS'))
}

/** Adds the flags of a document beside what was recorded. */
export function addRecordedDocumentOptions(command: Command): Command {
  return command
    .option('--spec <file>', 'the document, where it refers to other files')
    .option(ALLOW, 'let it refer to files outside its folder')
}
