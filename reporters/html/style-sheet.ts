/** The sheet as a whole: type, top of the page, filters, tables. */
export const SHEET = `
*, ::before, ::after { box-sizing: border-box; }
[hidden] { display: none !important; }
html { scroll-padding-top: 5rem; -webkit-text-size-adjust: 100%; }
body {
  margin: 0 auto; padding: 0 clamp(1rem, 4vw, 2.5rem) 3rem; max-width: 70rem;
  background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  font-variant-numeric: tabular-nums; overflow-wrap: anywhere;
}
h1, h2, h3, h4, h5, p, dl, dd, ul, figure, pre, fieldset { margin: 0; padding: 0; }
ul { list-style: none; }
h2 { font-size: 1.375rem; font-weight: 600; letter-spacing: -.01em; }
h3 { font-size: 1.0625rem; font-weight: 600; }
h5 { font-size: .9375rem; font-weight: 600; }
a { color: var(--accent); text-underline-offset: .15em; }
code, pre { font: .8125rem/1.55 ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "Liberation Mono", monospace; unicode-bidi: isolate; }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; border-radius: 3px; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 1rem; top: .5rem; z-index: 2; padding: .25rem .75rem; background: var(--paper); }

.icon { width: 1em; height: 1em; flex: none; align-self: center; fill: none; stroke: var(--verdict); stroke-width: 1.6; stroke-linecap: round; stroke-linejoin: round; }
.icon circle { fill: var(--verdict); stroke: none; opacity: .16; }
.mark { display: inline-flex; align-items: baseline; gap: .375em; color: var(--verdict); font-weight: 600; white-space: nowrap; }

header { padding: 2.25rem 0 0; }
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
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 17rem), auto)); justify-content: space-between; gap: .75rem 2rem; margin-top: 1.375rem; }
.statuses { display: flex; flex-wrap: wrap; gap: 0 1rem; }
dt { color: var(--muted); font-size: .8125rem; }
.identity { margin-top: 1rem; padding-top: .75rem; border-top: 1px solid var(--line); font-size: .875rem; }
.identity div { display: grid; grid-template-columns: 6rem 1fr; gap: 0 1rem; padding: .125rem 0; }
.identity dt { line-height: 1.3125rem; }
.digest { color: var(--muted); font-size: .75rem; }

main > * { margin-top: 2.5rem; }
.loss { margin-bottom: 1rem; padding: .75rem 1rem; border: 2px solid var(--verdict); }
.attention ul { margin-top: .5rem; border-top: 1px solid var(--line); }
.attention li { display: grid; grid-template-columns: 8rem 1fr fit-content(20rem); gap: 0 1rem; align-items: baseline; padding: .4375rem 0; border-bottom: 1px solid var(--line); }
.attention code { color: var(--muted); }
.attention .mark { font-size: .875rem; }
.attention .more { display: block; color: var(--muted); }

.filters {
  position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; align-items: center; gap: .5rem;
  margin: .25rem 0 0; padding: .625rem 0; background: var(--paper); border-bottom: 1px solid var(--line); font-size: .875rem;
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
footer { margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--muted); font-size: .8125rem; }
@media (max-width: 44rem) {
  header { padding-top: 1.5rem; }
  html { scroll-padding-top: 1rem; }
  .filters { position: static; }
  .attention li { grid-template-columns: 1fr; }
  .identity div { grid-template-columns: 1fr; padding: .25rem 0; }
}
`
