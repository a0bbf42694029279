import { type Content, html, type SafeHtml } from './safe-html.ts'

/** A drawing, what it shows in words, and its numbers as a table for who cannot see it. */
interface Figure {
  /** Letters and hyphens; names its parts. */
  readonly name: string
  readonly heading: string
  /** How to read it. */
  readonly caption: string
  /** What it shows, in a sentence. */
  readonly summary: string
  readonly width: number
  readonly height: number
  readonly legend?: SafeHtml
  readonly stream: Content
  readonly table: SafeHtml
}

export function figure(shown: Figure): SafeHtml {
  const { name, heading, caption, summary, width, height, legend, stream, table } = shown
  return html`
<figure class="plot" aria-labelledby="${name}-heading">
<h3 id="${name}-heading">${heading}</h3>
<figcaption>${caption}</figcaption>
${legend}
<div class="drawing" tabindex="0" role="group" aria-label="${heading}, drawn">
<svg viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${name}-title ${name}-desc">
<title id="${name}-title">${heading}</title>
<desc id="${name}-desc">${summary}</desc>
${stream}
</svg>
</div>
<details class="numbers"><summary>${heading}, as a table</summary>
${table}
</details>
</figure>`
}

/** A table whose first column names its rows; all others hold numbers. */
export function numbersTable(
  caption: string,
  columns: readonly string[],
  rows: readonly (readonly [name: Content, ...cells: Content[]])[],
): SafeHtml {
  return html`<div class="scrolled" tabindex="0" role="group" aria-label="${caption}, a table"><table>
<caption class="unseen">${caption}</caption>
<thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
<tbody>
${rows.map(([name, ...cells]) => html`<tr><th scope="row">${name}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>\n`)}</tbody>
</table></div>`
}

/** A coordinate to a tenth of a unit: more only makes the page longer. */
export function tenth(coordinate: number): number {
  return Math.round(coordinate * 10) / 10
}
