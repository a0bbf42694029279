/** Families, requirements, and what is behind a requirement when it is opened. */
export const REQUIREMENTS = `
.family { margin-top: 1.5rem; }
.family-head { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 .75rem; padding-bottom: .375rem; border-bottom: 1px solid var(--ink); }
.family-head p { color: var(--muted); font-size: .875rem; }
.family-head .tally { margin-left: auto; }
.requirement { border-bottom: 1px solid var(--line); }
.requirement > details > summary {
  display: grid; grid-template-columns: 1rem 8rem 1fr auto; gap: 0 .5rem; align-items: baseline;
  padding: .5625rem 0; cursor: pointer; list-style: none;
}
.requirement > details > summary::-webkit-details-marker { display: none; }
.requirement > details > summary::before {
  content: ""; width: .4375rem; height: .4375rem; margin-left: .125rem; transform: translateY(-.125rem) rotate(-45deg);
  border: solid var(--muted); border-width: 0 1.5px 1.5px 0;
}
.requirement > details[open] > summary::before { transform: translateY(-.1875rem) rotate(45deg); }
.requirement > details > summary:hover { background: var(--panel); }
.requirement .mark { font-size: .875rem; }
.requirement h4 { font-size: 1rem; font-weight: 500; line-height: 1.4; }
.names { display: flex; flex-wrap: wrap; gap: 0 .75rem; color: var(--muted); font-size: .8125rem; }
.level { letter-spacing: .03em; }
.reason { margin-top: .125rem; color: var(--verdict); font-size: .875rem; }
.requirement .count { color: var(--muted); font-size: .8125rem; white-space: nowrap; }
.behind { display: grid; gap: 1.25rem; padding: .25rem 0 1.75rem 10rem; }
.behind > *, .violation > *, .side > * { min-width: 0; }
.origin { color: var(--muted); font-size: .875rem; }
.violation, .undecided, .further { display: grid; gap: .875rem; min-width: 0; padding-left: 1rem; border-left: 3px solid var(--verdict); }
.further li { padding: .125rem 0; font-size: .875rem; }
.compared { display: grid; gap: .25rem; }
.compared div { display: grid; grid-template-columns: 5.5rem 1fr; gap: 0 .75rem; }
.compared dt { line-height: 1.4rem; }
.compared dd { font-size: .875rem; white-space: pre-wrap; min-width: 0; }
.exchange { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); border: 1px solid var(--line); border-radius: 8px; background: var(--panel); }
.side { padding: .625rem .875rem .75rem; }
.side + .side { border-left: 1px solid var(--line); }
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
@media (max-width: 60rem) {
  .behind { padding-left: 1.5rem; }
}
@media (max-width: 44rem) {
  .requirement > details > summary { grid-template-columns: 1rem 1fr auto; }
  .claim { grid-column: 2 / -1; grid-row: 2; }
  .behind { padding-left: 0; }
  .exchange { grid-template-columns: minmax(0, 1fr); }
  .side + .side { border-left: 0; border-top: 1px solid var(--line); }
  .compared div { grid-template-columns: 1fr; }
  .family-head .tally { margin-left: 0; }
}
`
