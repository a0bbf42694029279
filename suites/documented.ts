import { halfCharacterIn, jsonBody, nameTwiceIn } from '../model/body.ts'
import { type Contract, documentedOperation, type Part, rfc } from '../model/contract.ts'
import type { Answered } from '../model/exchange.ts'
import { ANSWERED } from '../model/learnt.ts'
import { bodyText, unexpectedStatus } from '../model/reads.ts'
import { type Family, invariant } from '../model/requirement.ts'
import { quote } from '../model/violation.ts'

const fromOperation = ({ purpose }: Answered) => purpose === 'operation'
const describing = (part: Part) => ({
  part,
  appliesTo: (answer: Answered, contract: Contract) =>
    fromOperation(answer) && contract.describesAnswer(answer, { part }),
})

export const documentedAnswers: Family = {
  name: 'documented',
  subject: 'every answer to every deletion of the run',
  requirements: [
    invariant({
      id: ANSWERED,
      level: 'MUST',
      title: 'answers every deletion',
      why: 'An id or a header field that ends a worker ends what it does for others, too. SDKs take a lost connection for bad luck and send the same again, to the next worker.',
      source: rfc(9110, '3.4'),
      judge: () => [],
      judgeUnanswered: (exchange) => [
        {
          exchange,
          where: '/status',
          expected: 'an answer, as other deletions get one',
          received: `no answer: ${exchange.failure?.message}`,
        },
      ],
    }),
    invariant({
      id: 'documented/status',
      level: 'MUST',
      form: true,
      title: 'answers with a documented status',
      why: 'Client code is generated from the document. A 202, 307 or 410 that is not in it ends as an unexpected error, and stops a cleanup in the middle of its list.',
      source: documentedOperation,
      appliesTo: fromOperation,
      judge: (exchange, contract) => {
        if (contract.documents(exchange.response.status)) return []
        // RFC 9110 says which statuses errors have where the document is silent on them.
        if (contract.statusViolations(exchange, 'not-found', 'invalid').length === 0) return []
        return unexpectedStatus(exchange, `one of ${contract.responses.join(', ')}`)
      },
    }),
    invariant({
      id: 'documented/no-server-error',
      level: 'MUST',
      form: true,
      title: 'never answers with a server error',
      why: 'To SDKs and queues, 5xx means: try again. A lasting condition answered so is sent three times by each caller, and the load comes when the server can least bear it.',
      source: rfc(9110, '15.6'),
      judge: (exchange) =>
        exchange.response.status < 500 ? [] : unexpectedStatus(exchange, 'less than 500'),
    }),
    invariant({
      id: 'documented/media-type',
      level: 'MUST',
      form: true,
      title: 'answers with the media type that the document gives for the status',
      why: 'Caches, firewalls and clients pick a treatment by the label. With a wrong one on rare answers only, errors are blocked or misread in production and never in a trial.',
      source: documentedOperation,
      ...describing('media-type'),
      judge: (answer, contract) => contract.mediaTypeViolations(answer),
    }),
    invariant({
      id: 'documented/whole',
      level: 'MUST',
      form: true,
      title: 'sends the whole body that it announces',
      why: 'A body shorter than announced has clients wait until they give up, after the file is gone. They repeat the deletion, and the 404 that comes back does not tell what happened.',
      source: rfc(9112, '8'),
      judge: (exchange) => {
        const { cut, body } = exchange.response
        if (cut === undefined) return []
        const received = `${body.byteLength} octets: ${cut.message}`
        return [{ exchange, where: '/body', expected: 'a whole body', received }]
      },
    }),
    invariant({
      id: 'documented/json',
      level: 'MUST',
      form: true,
      title: 'answers with well-formed JSON in UTF-8',
      why: 'One byte order mark, or one letter in Latin-1, stops a strict parser. Clients then fail on some ids and not on others, which nobody can explain from the logs.',
      source: rfc(8259, '8.1'),
      ...describing('json'),
      judge: (answer, contract) => contract.jsonViolations(answer),
    }),
    invariant({
      id: 'documented/unique-names',
      level: 'SHOULD',
      title: 'gives each name once in an object of JSON',
      why: 'Of two members of one name some parsers take the first, others the last, and strict ones none. A gateway that logs the one and a client that reads the other do not see the same answer.',
      source: rfc(8259, '4'),
      appliesTo: ({ response }) => jsonBody(response).ok,
      judge: (exchange) => {
        const name = nameTwiceIn(bodyText(exchange))
        if (name === undefined) return []
        const expected = 'names that are unique in their object'
        return [{ exchange, where: '/body', expected, received: `${quote(name)} twice` }]
      },
    }),
    invariant({
      id: 'documented/whole-characters',
      level: 'SHOULD',
      title: 'writes whole characters in its JSON',
      why: 'A text that is cut within a character ends in half of it. Strict parsers refuse the whole answer, others make up another character, and logs in UTF-8 cannot hold it.',
      source: rfc(8259, '8.2'),
      appliesTo: ({ response }) => jsonBody(response).ok,
      judge: (exchange) => {
        const found = halfCharacterIn(bodyText(exchange))
        if (found === undefined) return []
        const expected = 'no lone surrogate, which is half a character'
        return [{ exchange, where: '/body', expected, received: quote(found) }]
      },
    }),
    invariant({
      id: 'documented/body',
      level: 'MUST',
      form: true,
      title: 'answers with a body that the document allows for the status',
      why: 'A field that is missing from one answer in a thousand crashes typed clients where no example showed it: the thousandth is the one on a path that no integration test takes.',
      source: documentedOperation,
      ...describing('body'),
      judge: (answer, contract) => contract.bodyViolations(answer),
    }),
  ],
}
