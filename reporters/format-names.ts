/** The names of all formats: the help of a program shows them without loading what renders them. */
export const FORMAT_NAMES = [
  'html',
  'markdown',
  'junit',
  'ctrf',
  'sarif',
  'har',
  'har-all',
  'badge',
  'github',
  'json',
] as const
