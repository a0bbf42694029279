/** On paper nothing can be pressed, and what is violated is open, whatever the reader had closed. */
export const PRINT = `
@media print {
  .filters, .skip, .copy, .origin a[href^="#"] { display: none !important; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  header { padding-top: 0; }
  main > * { margin-top: 1.5rem; }
  .requirement > details > summary::before { visibility: hidden; }
  :is(.failed, .warned) > details::details-content { content-visibility: visible; display: block; height: auto; }
  .behind { padding-left: 1.5rem; }
  .exchange, .command, .plot, .requirement > details > summary { break-inside: avoid; }
  .family-head, h2, h3, h5 { break-after: avoid; }
  .drawing svg { min-width: 0; }
  .exchange, .command .bar { background: none; }
  * { print-color-adjust: exact; }
}
`
