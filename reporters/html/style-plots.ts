/** Shades of the colour of a class of statuses, as parts of it. */
const SHADES = [100, 62, 38]

/** `tone-4-1` is the second of the statuses that begin with 4. */
const TONES = [1, 2, 3, 4, 5]
  .flatMap((digit) =>
    SHADES.map(
      (share, shade) =>
        `.tone-${digit}-${shade} { --tone: color-mix(in oklab, var(--tone-${digit}) ${share}%, var(--paper)); }\n`,
    ),
  )
  .join('')

/** Drawings, their legends and their tables. */
export const PLOTS = `
${TONES}.tone-none { --tone: var(--tone-none); }
.plot { margin-top: 1.75rem; }
.plot figcaption { max-width: 46rem; margin: .125rem 0 .75rem; color: var(--muted); font-size: .875rem; }
.drawing { overflow-x: auto; }
.drawing svg { display: block; width: 100%; min-width: 44rem; height: auto; font: 12px system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif; }
.plot text { fill: var(--ink); white-space: pre; }
.plot .tick { fill: var(--muted); }
.plot .name { font-size: 15px; font-weight: 600; }
.plot .label { font: 11px ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "Liberation Mono", monospace; }
.grid { stroke: var(--line); }
.hill { fill: var(--tone); opacity: .45; }
.whisker { stroke: var(--tone); stroke-width: 1.5; }
.box { fill: var(--paper); stroke: var(--tone); stroke-width: 1.5; }
.median { stroke: var(--ink); stroke-width: 2; }
.longest { fill: var(--tone); }
.part { fill: var(--tone); stroke: var(--paper); stroke-width: 1; }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin-bottom: .625rem; font-size: .875rem; }
.legend li { display: flex; align-items: center; gap: .375rem; }
.legend svg { width: .75rem; height: .75rem; }
.numbers { margin-top: .75rem; font-size: .875rem; }
.numbers summary { color: var(--accent); cursor: pointer; }
.numbers table { margin-top: .5rem; }
.numbers :is(td, thead th:not(:first-child)) { padding: .25rem 0 .25rem 1.25rem; text-align: right; }
.numbers tbody th { overflow-wrap: normal; white-space: nowrap; }
`
