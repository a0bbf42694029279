import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeUpload } from '../../resources/openai-files.ts'
import { USUAL_FORM } from '../../resources/upload-form.ts'
import { anyFile, fileOf } from '../../suites/arbitraries/files.ts'
import { facts, MARK } from '../harness/made-up.ts'

interface PlainFile {
  readonly filename: string
  readonly content: Uint8Array
}

async function decoded({ mediaType, octets }: ReturnType<typeof encodeUpload>) {
  const form = await new Response(Buffer.from(octets), {
    headers: { 'content-type': mediaType },
  }).formData()
  const file = form.get('file') as File
  return { purpose: form.get('purpose'), file, octets: new Uint8Array(await file.arrayBuffer()) }
}

describe('an upload', () => {
  it('is read back as it was, for every generated file', async () => {
    await fc.assert(
      fc.asyncProperty(anyFile(facts()), async (recipe) => {
        const { filename, content } = fileOf(recipe, MARK) as PlainFile
        const read = await decoded(encodeUpload(`${MARK}-boundary`, USUAL_FORM, filename, content))
        expect(read.purpose).toBe('batch')
        expect(Buffer.compare(read.octets, content)).toBe(0)
        expect(content).toHaveLength(recipe.bytes)
        expect(read.file.name).toContain(MARK)
      }),
    )
  })

  it('escapes quotes and line ends in the name, as browsers do', () => {
    const { octets } = encodeUpload('b', USUAL_FORM, 'a"\r\nX-Evil: 1\r\n\r\n"b', Buffer.from(''))
    const text = Buffer.from(octets).toString()
    expect(text).toContain('; filename="a%22%0D%0AX-Evil: 1%0D%0A%0D%0A%22b"\r\n')
  })

  it('is made of the same octets each time', () => {
    const once = () => encodeUpload('b', USUAL_FORM, 'name', Buffer.from('content'))
    expect(once()).toEqual(once())
    expect(Buffer.from(once().octets).toString()).toMatchInlineSnapshot(`
      "--b
      Content-Disposition: form-data; name="purpose"

      batch
      --b
      Content-Disposition: form-data; name="file"; filename="name"
      Content-Type: application/octet-stream

      content
      --b--
      "
    `)
  })
})

describe('a generated file', () => {
  it('has the run id and no control character in its name, and the same content each time', () => {
    fc.assert(
      fc.property(anyFile(facts()), (recipe) => {
        expect(recipe.filename).toContain(MARK)
        expect(recipe.filename).not.toMatch(/\p{Cc}/u)
        expect(fileOf(recipe, MARK)).toEqual(fileOf(recipe, MARK))
      }),
      { numRuns: 10 },
    )
  })
})
