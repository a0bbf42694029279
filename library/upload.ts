import { UsageError } from '../model/errors.ts'
import type { UploadChoices } from '../model/resource.ts'
import { contentTemplate, isContentTemplate, MAX_TEMPLATE_BYTES } from '../settings/kinds.ts'
import type { SettingValues } from '../settings/table.ts'
import { textOf } from '../spec/bounded-file.ts'

type UploadSetting = 'uploadField' | 'uploadName' | 'uploadType' | 'uploadContent'
type UploadValues = { readonly [N in UploadSetting]?: SettingValues[N] | undefined }

/**
 * Gathers what the user has chosen of uploads; undefined if that is nothing.
 *
 * @param option - name of the option for contents, for messages
 * @throws UsageError if a file with content cannot be read, or its content would not show whose it is
 */
export async function uploadChoices(
  { uploadField, uploadName: name, uploadType: type, uploadContent }: UploadValues,
  option: string,
): Promise<UploadChoices | undefined> {
  const fields = uploadField?.map((field) => {
    const at = field.indexOf('=')
    return [field.slice(0, at), field.slice(at + 1)] as const
  })
  const content = uploadContent && (await contentFrom(uploadContent, option))
  const given = Object.entries({ fields, name, type, content }).filter(
    ([, value]) => value !== undefined && value.length > 0,
  )
  return given.length === 0 ? undefined : Object.fromEntries(given)
}

async function contentFrom(template: string, option: string): Promise<string> {
  if (!template.startsWith('@')) return template
  const named = `${option} ${template}`
  const path = template.slice(1)
  const accepted = 'a file of text'
  const text = await textOf({ named, path, accepted, maxBytes: MAX_TEMPLATE_BYTES })
  if (isContentTemplate(text)) return text
  throw new UsageError(`${named}: found no {run-id} in it; accepted is ${contentTemplate.accepted}`)
}

/** Lists the texts in choices, which reports show. */
export function textsOf({
  fields = [],
  name,
  type,
  content,
}: UploadChoices = {}): readonly string[] {
  return [...fields.flat(), name, type, content].flatMap((text) => text ?? [])
}
