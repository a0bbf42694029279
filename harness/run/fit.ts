import type { ListParameters, UploadForm } from '../../model/resource.ts'
import type { ResourceProvider } from '../../resources/provider.ts'

/** Form of uploads and parameters of the list that a target takes, as far as the run has found out. */
export interface Fit {
  form: UploadForm | undefined
  list: ListParameters
}

/** Makes a provider whose requests follow what the run finds out about the target. */
export function fitted(provider: ResourceProvider): {
  readonly provider: ResourceProvider
  readonly fit: Fit
} {
  const { source, api } = provider
  const fit: Fit = { form: 'create' in source ? source.forms[0] : undefined, list: {} }
  const list: typeof api.requests.list = (options) =>
    api.requests.list({ ...options, parameters: fit.list })
  const fitting: ResourceProvider = {
    ...provider,
    api: { ...api, requests: { ...api.requests, list } },
    source:
      'create' in source
        ? {
            ...source,
            create: (naming, chosen) =>
              source.create(
                fit.form === undefined ? naming : { ...naming, form: fit.form },
                chosen,
              ),
          }
        : source,
  }
  return { provider: fitting, fit }
}
