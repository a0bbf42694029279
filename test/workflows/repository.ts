import { readFileSync } from 'node:fs'

const MANIFEST = new URL('../../package.json', import.meta.url)
const { repository } = JSON.parse(readFileSync(MANIFEST, 'utf8')) as {
  readonly repository: { readonly url: string }
}

/** Owner and name of the published repository, as `package.json` has it, or the placeholder. */
export const REPOSITORY = repository.url.replace(/^git\+https:\/\/github\.com\/|\.git$/g, '')
