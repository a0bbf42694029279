import { segmentOf } from '../model/path-segment.ts'
import type { FormField, UploadChoices, UploadForm } from '../model/resource.ts'

/** Place of the run id in templates of names and contents. */
export const RUN_ID_PLACE = '{run-id}'

/** Purpose that every OpenAI-compatible server is known to take. */
const USUAL_PURPOSE = 'batch'

/** Chat examples that fine-tuning asks for, at least. */
const LEAST_EXAMPLES = 10

/** Forms that servers are known to ask for, the most usual one first. */
const USUAL_FORMS: readonly UploadForm[] = [
  jsonLines(USUAL_PURPOSE, (word, at) => ({
    custom_id: at === 0 ? word : `${word}-${at}`,
    method: 'POST',
    url: '/v1/chat/completions',
    body: { model: 'none', messages: [] },
  })),
  plainText([['purpose', 'user_data']]),
  plainText([['purpose', 'assistants']]),
  jsonLines(
    'fine-tune',
    (word, at) => ({
      messages: [
        { role: 'user', content: `${word} ${at}` },
        { role: 'assistant', content: word },
      ],
    }),
    LEAST_EXAMPLES,
  ),
  plainText([]),
]

/** Purposes of uploads that the API knows. */
export const PURPOSES = ['batch', 'fine-tune', 'assistants', 'user_data', 'vision', 'evals']

/** Makes the form for a purpose: one that servers are known to ask for, or one like another. */
export function formOf(purpose: string, like: UploadForm): UploadForm {
  const known = USUAL_FORMS.find((one) => purposeOf(one) === purpose)
  const others = like.fields.filter(([name]) => name !== 'purpose')
  return known ?? { ...like, fields: [...others, ['purpose', purpose]] }
}

/** Form that is tried first, unless the user has chosen otherwise. */
export const USUAL_FORM = USUAL_FORMS[0] as UploadForm

function jsonLines(
  purpose: string,
  line: (word: string, at: number) => object,
  least = 1,
): UploadForm {
  return {
    fields: [['purpose', purpose]],
    type: 'application/octet-stream',
    nameOf: (word) => `delete-conformance-${word}.jsonl`,
    contentOf: repeated((word, at) => JSON.stringify(line(word, at)), least),
  }
}

function plainText(fields: readonly FormField[]): UploadForm {
  return {
    fields,
    type: 'text/plain',
    nameOf: (word) => `delete-conformance-${word}.txt`,
    contentOf: repeated((word, at) => `${word} ${at}`),
  }
}

/** Makes content of lines, no two of which are alike. */
function repeated(line: (word: string, at: number) => string, least = 1): UploadForm['contentOf'] {
  return (word, bytes = 0) => {
    const lines: string[] = []
    for (let length = 0; lines.length < least || length < bytes; ) {
      const next = `${line(word, lines.length)}\n`
      lines.push(next)
      length += Buffer.byteLength(next)
    }
    return Buffer.from(lines.join(''))
  }
}

/** Lists the forms to try, in this order. All have what the user has chosen, so there may be one alone. */
export function formsWith(choices: UploadChoices | undefined): readonly UploadForm[] {
  if (choices === undefined) return USUAL_FORMS
  const { fields = [], name, type, content } = choices
  const purpose = purposeOf({ fields })
  const chosen = (form: UploadForm): UploadForm => ({
    fields: [...form.fields.filter(([one]) => !fields.some(([other]) => other === one)), ...fields],
    type: type ?? form.type,
    nameOf: name === undefined ? form.nameOf : (word) => name.replaceAll(RUN_ID_PLACE, () => word),
    contentOf:
      content === undefined
        ? form.contentOf
        : (word) => Buffer.from(content.replaceAll(RUN_ID_PLACE, () => word)),
  })
  const isFirst = (form: UploadForm) => purpose !== undefined && purposeOf(form) === purpose
  const inOrder = [...USUAL_FORMS.filter(isFirst), ...USUAL_FORMS].map(chosen)
  const keys = inOrder.map(keyOf)
  return inOrder.filter((_, at) => keys.indexOf(keys[at] ?? '') === at)
}

function keyOf(form: UploadForm): string {
  const { fields, type } = form
  return JSON.stringify([fields, type, form.nameOf(''), String(form.contentOf(''))])
}

/** Makes the content that a file of this name has in one of the usual forms, unless it was chosen. */
export function usualContentOf(
  { fields, type }: Pick<UploadForm, 'fields' | 'type'>,
  filename: string,
): Uint8Array | undefined {
  const [, word] = /delete-conformance-(.*)\.\w+$/s.exec(filename) ?? []
  const form = USUAL_FORMS.find(
    (one) => one.type === type && JSON.stringify(one.fields) === JSON.stringify(fields),
  )
  return word === undefined ? undefined : form?.contentOf(word)
}

/** Makes the query of a list of files that were uploaded in a form. */
export function listFilterOf(form: UploadForm = USUAL_FORM): string {
  return `purpose=${segmentOf(purposeOf(form) ?? USUAL_PURPOSE)}`
}

/** Finds the purpose that a form gives to its files. */
export function purposeOf({ fields }: Pick<UploadForm, 'fields'>): string | undefined {
  return fields.find(([name]) => name === 'purpose')?.[1]
}

/** Describes a form: `purpose=user_data, delete-conformance-*.txt`. */
export function formInWords(form: UploadForm): string {
  const fields = form.fields.map(([name, value]) => `${name}=${value}`)
  return [...fields, form.nameOf('*')].join(', ')
}
