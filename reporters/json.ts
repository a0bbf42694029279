import type { Format } from './format.ts'

/** Report as JSON, from which every other format is made; `report.schema.json` describes it. */
export const json: Format = {
  name: 'json',
  file: 'report.json',
  about: 'the report itself, for programs',
  render: ({ report }) => [`${JSON.stringify(report, null, 2)}\n`],
}
