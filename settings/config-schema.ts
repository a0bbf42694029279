import { type NamedSetting, settings } from './table.ts'

/** Makes the JSON Schema of config files, by which editors complete and check them. */
export function configSchema(): object {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'urn:delete-conformance:config:1',
    title: 'Settings of delete-conformance',
    description:
      'Each name is that of a flag of "delete-conformance run". A flag wins over a variable, a variable over this file. Paths are relative to the current folder. Tokens do not belong here.',
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(
      settings.filter(({ inFile }) => inFile).map((setting) => [setting.name, schemaOf(setting)]),
    ),
  }
}

function schemaOf({ kind, help, note, examples, ...setting }: NamedSetting): object {
  const sentence = `${help.charAt(0).toUpperCase()}${help.slice(1)}.`
  const { default: value, defaultText } = setting
  // A list that is empty has no default that a file could name.
  const isShown = value !== undefined && kind.item === undefined
  return {
    description: [
      sentence,
      ...(note === undefined ? [] : [note]),
      ...(defaultText === undefined || isShown ? [] : [`Default: ${defaultText}.`]),
    ].join(' '),
    ...kind.schema,
    ...(isShown ? { default: defaultText ?? value } : {}),
    ...(examples === undefined ? {} : { examples }),
  }
}
