/** Shades of the colour of a class of statuses, such as `4xx`, in percent. */
export const SHADES = [100, 62, 38]

/** Colours of statuses: `tone-4-1` is the second of those that begin with 4. */
const TONES = [1, 2, 3, 4, 5]
  .flatMap((digit) =>
    SHADES.map(
      (share, shade) =>
        `.tone-${digit}-${shade} { --tone: color-mix(in oklab, var(--tone-${digit}) ${share}%, var(--paper)); }\n`,
    ),
  )
  .join('')

/**
 * Style of the page: colours, type, the top of the page, filters and tables, requirements, plots, paper.
 *
 * Text has a contrast of at least 4.5 to 1 to what is behind it (WCAG 2.2, 1.4.3), in light and dark.
 */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #fdfdfb; --panel: #f5f5f1; --ink: #1b1d21; --muted: #585d66; --line: #e0e0da;
  --accent: #1f4f9e; --focus: #1f6feb;
  --passed: #17693a; --failed: #b3221b; --warned: #875000; --inconclusive: #6b3fa0; --inapplicable: #5b616b;
  --tone-1: #6b7280; --tone-2: #2f8f5b; --tone-3: #8b6fc0; --tone-4: #3d74c4; --tone-5: #cf4b3f; --tone-none: #b4b6b0;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --paper: #141619; --panel: #1c1f23; --ink: #e7e8ea; --muted: #a2a8b1; --line: #32363c;
    --accent: #93b8ff; --focus: #6ea8fe;
    --passed: #6ccb94; --failed: #ff8b80; --warned: #eeb452; --inconclusive: #c8a8ff; --inapplicable: #a2a8b1;
    --tone-1: #9aa1ab; --tone-2: #4fae7b; --tone-3: #a98fdd; --tone-4: #5f93e0; --tone-5: #ec6f63; --tone-none: #6a6f77;
  }
}
.passed { --verdict: var(--passed); }
.failed { --verdict: var(--failed); }
.warned { --verdict: var(--warned); }
.inconclusive { --verdict: var(--inconclusive); }
.inapplicable { --verdict: var(--inapplicable); }

*, ::before, ::after { box-sizing: border-box; }
[hidden] { display: none !important; }
html { scroll-padding-top: 5rem; -webkit-text-size-adjust: 100%; }
body {
  margin: 0 auto; padding: 0 clamp(1rem, 4vw, 2.5rem) 3rem; max-width: 70rem;
  background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  font-variant-numeric: tabular-nums; overflow-wrap: anywhere;
}
h1, h2, h3, h4, p, dl, dd, ul, figure, pre, fieldset { margin: 0; padding: 0; }
ul { list-style: none; }
h2 { font-size: 1.375rem; font-weight: 600; letter-spacing: -.01em; }
h3 { font-size: 1.0625rem; font-weight: 600; }
.part-name { font-size: .9375rem; font-weight: 600; }
a { color: var(--accent); text-underline-offset: .15em; }
code, pre { font: .8125rem/1.55 ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "Liberation Mono", monospace; unicode-bidi: isolate; }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; border-radius: 3px; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 1rem; top: .5rem; z-index: 2; padding: .25rem .75rem; background: var(--paper); }

.icon { width: 1em; height: 1em; flex: none; align-self: center; fill: none; stroke: var(--verdict); stroke-width: 1.6; stroke-linecap: round; stroke-linejoin: round; }
.icon circle { fill: var(--verdict); stroke: none; opacity: .16; }
.mark { display: inline-flex; align-items: baseline; gap: .375em; color: var(--verdict); font-weight: 600; white-space: nowrap; }

header { padding: 2rem 0 0; }
.tested { color: var(--muted); }
.tested code { font-size: .875rem; }
h1 { margin: .5rem 0 1.25rem; font-size: 1.125rem; font-weight: 400; line-height: 1.45; }
h1 .mark { display: flex; margin-bottom: .375rem; font-size: clamp(1.875rem, 5vw, 2.625rem); line-height: 1.15; letter-spacing: -.025em; white-space: normal; }
h1 .icon { width: .85em; height: .85em; }
.proportions { display: block; width: 100%; height: .5rem; border-radius: 4px; overflow: hidden; background: var(--line); }
.proportions rect { fill: var(--verdict); stroke: var(--paper); stroke-width: 2; }
.proportions .inapplicable { opacity: .45; }
.totals { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; margin-top: .625rem; font-size: .875rem; }
.totals li { display: flex; gap: .5rem; }
.facts { display: flex; flex-wrap: wrap; gap: 0 1.5rem; margin-top: .75rem; font-size: .875rem; }
.facts div { display: flex; flex-wrap: wrap; gap: 0 .5rem; min-width: 0; }
.facts dt { font-size: inherit; }
dt { color: var(--muted); font-size: .8125rem; }
.identity { margin-top: .75rem; font-size: .875rem; }
.identity div { display: grid; grid-template-columns: 6rem 1fr; gap: 0 1rem; padding: .125rem 0; }
.identity dt { line-height: 1.3125rem; }
.digest { color: var(--muted); font-size: .75rem; }

main > * { margin-top: 1rem; }
.chapter { border-top: 1px solid var(--line); padding-top: .75rem; }
.others { margin-top: 2rem; }
.loss { margin-bottom: 1rem; padding: .75rem 1rem; border: 2px solid var(--verdict); }
.attention { margin-top: 1.25rem; }
.attention .requirements { margin-top: .375rem; border-top: 1px solid var(--ink); }
.narrowing > summary { display: none; }

.filters {
  position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; align-items: center; gap: .5rem;
  padding: .625rem 0; background: var(--paper); border-bottom: 1px solid var(--line); font-size: .875rem;
}
.filters fieldset { display: contents; border: 0; }
.chip { display: inline-flex; align-items: center; gap: .375rem; padding: .1875rem .625rem; border: 1px solid var(--line); border-radius: 99px; color: var(--ink); cursor: pointer; }
.chip:has(:checked) { border-color: var(--verdict); background: var(--panel); box-shadow: inset 0 0 0 1px var(--verdict); }
.chip:has(:disabled) { color: var(--muted); cursor: default; border-style: dashed; }
.chip:has(:focus-visible) { outline: 2px solid var(--focus); outline-offset: 2px; }
.chip input { width: .8125rem; height: .8125rem; margin: 0; accent-color: var(--verdict); outline: none; }
.chip .number { color: var(--muted); }
.search { flex: 1 1 12rem; }
.search input { width: 100%; }
input[type=search], button {
  padding: .25rem .625rem; border: 1px solid var(--line); border-radius: 6px; background: var(--paper); color: var(--ink); font: inherit;
}
input[type=search]::placeholder { color: var(--muted); opacity: 1; }
button { cursor: pointer; }
button:hover:enabled { border-color: var(--muted); }
button:disabled { color: var(--muted); cursor: default; }
.shown { flex: 1 1 calc(100% - 10rem); color: var(--muted); font-size: .8125rem; }
.open-all { font-size: .8125rem; padding: .0625rem .5rem; }

table { border-collapse: collapse; font-size: .8125rem; }
caption { padding: 0 0 .25rem; text-align: left; font-weight: 600; }
th, td { padding: .25rem 1rem .25rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
thead th { color: var(--muted); font-weight: 400; white-space: nowrap; }
tbody th { font-weight: 400; }
.scrolled { position: relative; overflow-x: auto; }
.run .columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 1.5rem 3rem; margin-top: .75rem; }
.run h3 { margin: .75rem 0 .25rem; font-size: .9375rem; }
.run table { width: 100%; }
.run tbody th { overflow-wrap: normal; }
footer { margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--muted); font-size: .8125rem; }

summary { cursor: pointer; }
:is(.family, .chapter, .exchanges, .narrowing, .numbers) > summary { list-style: none; }
:is(.family, .chapter, .exchanges, .narrowing, .numbers) > summary::-webkit-details-marker { display: none; }
:is(.family, .chapter, .exchanges, .narrowing, .numbers, .requirement > details) > summary::before { /* a chevron */
  content: ""; flex: none; width: .4375rem; height: .4375rem; margin: 0 .4375rem 0 .125rem; transform: translateY(-.125rem) rotate(-45deg);
  border: solid var(--muted); border-width: 0 1.5px 1.5px 0;
}
:is(.family, .chapter, .exchanges, .narrowing, .numbers, .requirement > details)[open] > summary::before { transform: translateY(-.1875rem) rotate(45deg); }
:is(.family, .chapter, .requirement > details) > summary:hover { background: var(--panel); }
.family { border-bottom: 1px solid var(--line); }
.others + .family { margin-top: .375rem; border-top: 1px solid var(--ink); }
.family > summary { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 .5rem; padding: .4375rem 0; }
.subject, .tally { color: var(--muted); font-size: .875rem; }
.tally { margin-left: auto; }
.family .requirements { margin-left: 1rem; border-top: 1px solid var(--line); }
.family .requirement:last-child { border-bottom: 0; }
.chapter > summary { display: flex; align-items: baseline; gap: .5rem; }
.chapter h2 { font-size: 1.0625rem; }
.exchanges > summary, .numbers > summary { display: flex; align-items: baseline; gap: .25rem; color: var(--accent); font-size: .875rem; }
.requirement { border-bottom: 1px solid var(--line); }
.requirement > details > summary {
  display: grid; grid-template-columns: 1rem 8rem 1fr auto; gap: 0 .5rem; align-items: baseline;
  padding: .5625rem 0; list-style: none;
}
.requirement > details > summary::-webkit-details-marker { display: none; }
.requirement .mark { font-size: .875rem; }
.requirement .title { font-size: 1rem; font-weight: 500; line-height: 1.4; }
.names { display: flex; flex-wrap: wrap; gap: 0 .75rem; color: var(--muted); font-size: .8125rem; }
.level { letter-spacing: .03em; }
.reason { margin-top: .125rem; color: var(--verdict); font-size: .875rem; }
.comparison { display: flex; flex-wrap: wrap; gap: 0 .5rem; margin-top: .125rem; font-size: .875rem; }
.requirement .count { color: var(--muted); font-size: .8125rem; white-space: nowrap; }
.behind { display: grid; gap: 1.25rem; padding: .25rem 0 1.75rem 10rem; }
.behind > *, .violation > *, .side > * { min-width: 0; }
.origin { color: var(--muted); font-size: .875rem; }
.violation, .undecided, .further { display: grid; gap: .875rem; min-width: 0; padding-left: 1rem; border-left: 3px solid var(--verdict); }
.touching, .touching ul { display: flex; flex-wrap: wrap; gap: 0 .75rem; align-items: baseline; font-size: .875rem; }
.further li { padding: .125rem 0; font-size: .875rem; }
.compared { display: grid; gap: .25rem; }
.compared div { display: grid; grid-template-columns: 5.5rem 1fr; gap: 0 .75rem; }
.compared dt { line-height: 1.4rem; }
.compared dd { font-size: .875rem; white-space: pre-wrap; min-width: 0; }
.exchange { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); border: 1px solid var(--line); border-radius: 8px; background: var(--panel); }
.side { padding: .625rem .875rem .75rem; }
.side + .side { border-left: 1px solid var(--line); }
pre:focus-visible { outline-offset: -2px; }
.side-name { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 .75rem; margin-bottom: .375rem; font-size: .8125rem; font-weight: 600; }
.aside { color: var(--muted); font-weight: 400; }
pre { white-space: pre-wrap; tab-size: 2; }
.payload { margin-top: .5rem; padding-top: .5rem; border-top: 1px dashed var(--line); }
.note { color: var(--muted); font-size: .875rem; }
.command { border: 1px solid var(--line); border-radius: 8px; overflow: hidden; }
.command .bar { display: flex; align-items: center; justify-content: space-between; gap: .75rem; padding: .25rem .375rem .25rem .875rem; border-bottom: 1px solid var(--line); background: var(--panel); font-size: .8125rem; }
.command pre { padding: .5rem .875rem; }
.command .label { font-weight: 600; }
.copy { display: none; font-size: .8125rem; padding: .125rem .625rem; }
.scripted .copy { display: block; }
.rows { width: 100%; }
.rows td:nth-child(-n+2), .rows td:nth-child(n+4) { white-space: nowrap; }
.rows td:nth-child(2), .rows td:nth-child(5), .rows th:nth-child(2), .rows th:nth-child(5) { text-align: right; }
.rows td:nth-child(3) { width: 100%; min-width: 12rem; }
.rows code { font-size: .75rem; }
.rows .at-fault { box-shadow: inset 3px 0 var(--verdict); background: var(--panel); }
.rows :is(td, th):first-child { padding-left: .625rem; }

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
.numbers table { margin-top: .5rem; }
.numbers :is(td, thead th:not(:first-child)) { padding: .25rem 0 .25rem 1.25rem; text-align: right; }
.numbers tbody th { overflow-wrap: normal; white-space: nowrap; }

@media (max-width: 60rem) {
  .behind { padding-left: 1.5rem; }
}
@media (max-width: 44rem) {
  header { padding-top: 1rem; }
  html { scroll-padding-top: 1rem; }
  .facts { gap: 0; }
  .narrowing > summary { display: flex; align-items: baseline; padding: .375rem 0; color: var(--accent); font-size: .875rem; }
  .filters { position: static; padding-top: 0; }
  .identity div { grid-template-columns: 1fr; padding: .25rem 0; }
  .requirement > details > summary { grid-template-columns: 1rem 1fr auto; }
  .claim { grid-column: 2 / -1; grid-row: 2; }
  .behind { padding-left: 0; }
  .violation, .undecided, .further { padding-left: .625rem; }
  .exchange { grid-template-columns: minmax(0, 1fr); }
  .side + .side { border-left: 0; border-top: 1px solid var(--line); }
  .compared div { grid-template-columns: 1fr; }
  .command pre { white-space: pre; overflow-x: auto; }
  .subject { flex-basis: 100%; order: 1; padding-left: 1.5rem; }
}

/* On paper nothing can be pressed, and what is violated is open. */
@media print {
  .narrowing, .skip, .copy, .origin a[href^="#"] { display: none !important; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  header { padding-top: 0; }
  main > * { margin-top: 1.5rem; }
  summary::before { visibility: hidden; }
  :is(.family, .chapter)::details-content { content-visibility: visible; display: block; height: auto; }
  :is(.failed, .warned) > details::details-content { content-visibility: visible; display: block; height: auto; }
  .behind { padding-left: 1.5rem; }
  .exchange, .command, .plot, .requirement > details > summary { break-inside: avoid; }
  .family > summary, .chapter > summary, h2, h3, .part-name { break-after: avoid; }
  .drawing svg { min-width: 0; }
  .exchange, .command .bar { background: none; }
  * { print-color-adjust: exact; }
}
`
