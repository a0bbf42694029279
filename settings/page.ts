import { type NamedSetting, settings } from './table.ts'

/** Makes `docs/settings.md`: every setting by its names, in the order of help. */
export function settingsPage(): string {
  return `# Settings

A setting has one name: \`max-live\` is the flag \`--max-live\`, the variable \`CONFORMANCE_MAX_LIVE\`, the key
\`max-live\` of a config file, and \`maxLive\` in the library. A flag wins over a variable, and a variable over the
file. \`delete-conformance run --print-config\` shows which value applies, and where it comes from.

The table says where each can be given. A flag that is repeatable takes several values in one text, too, with commas
between; a variable likewise; a file and the library take a list. In the library, a time is a text: \`'5s'\`.

| setting | variable | file | library | default | purpose |
| --- | --- | --- | --- | --- | --- |
${settings.map(row).join('\n')}

## Options of the library alone

What needs no text is a value in \`RunOptions\`, the options of [\`run\`](library.md#a-run):

- \`target\`: text or \`URL\`; without it, the embedded reference server
- \`token\`, \`secondToken\`: text, or \`null\` for none; by default that of the variable
- \`header\`: an object of header fields: \`{ 'X-Tenant': '7' }\`
- \`ca\`: a certificate authority, in PEM
- \`contract\`: from \`loadContract(fileOrUrl, { operation, allowRemoteRefs })\`; by default the shipped document
- \`files\`: \`'upload'\`, \`'none'\`, \`{ ids: [...] }\`, or a function that makes a file and gives its id
- \`signal\`: an \`AbortSignal\`; the run removes its files and then rejects
- \`onProgress\`: a function that hears how the run goes on
`
}

function row(setting: NamedSetting): string {
  const { kind, name, short, variable, inFile, library, help } = setting
  const flag = `\`${short === undefined ? '' : `${short}, `}--${name} ${kind.placeholder}`.trimEnd()
  const cells = [
    `${flag}\``,
    variable === undefined ? '' : `\`${variable}\``,
    inFile ? 'yes' : '',
    library === true ? 'yes' : '',
    defaultOf(setting),
    kind.item === undefined ? help : `${help}; repeatable`,
  ]
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

function defaultOf({ default: value, defaultText }: NamedSetting): string {
  return defaultText ?? (value === undefined ? '' : `${value}`)
}
