import type { Report } from '../model/report.ts'
import type { Format } from './format.ts'
import { element, textElement } from './xml.ts'

const LABEL = 'conformance'

/** Backgrounds on which white text has a contrast of at least 4.5 (WCAG 2.1 §1.4.3). */
const COLOURS = {
  label: '#444444',
  good: '#1a7f37',
  part: '#57606a',
  bad: '#cf222e',
  open: '#8a6100',
}

const HEIGHT = 20
const PADDING = 6

/** Average width of a character of Verdana at 11 pixels; `textLength` makes other fonts fit. */
const CHARACTER_WIDTH = 6.6

/** Badge with the verdict in three words, and nothing of the target. */
export const badge: Format = {
  name: 'badge',
  file: 'badge.svg',
  about: 'a badge in SVG, for a README',
  *render({ report }) {
    const { text, colour } = message(report)
    const [left, right] = [widthOf(LABEL), widthOf(text)]
    const title = `${LABEL}: ${text}`
    const attributes = {
      xmlns: 'http://www.w3.org/2000/svg',
      width: left + right,
      height: HEIGHT,
      role: 'img',
      'aria-label': title,
    }
    yield `${element('svg', attributes, [
      textElement('title', {}, title),
      element('rect', { width: left, height: HEIGHT, fill: COLOURS.label }),
      element('rect', { x: left, width: right, height: HEIGHT, fill: colour }),
      label(LABEL, 0, left),
      label(text, left, right),
    ])}\n`
  },
}

/** Words the verdict: a part that conforms must not look like the whole. */
function message(report: Report): { readonly text: string; readonly colour: string } {
  const { verdict, totals, requirements, selection, options } = report
  if (verdict === 'inconclusive') return { text: 'inconclusive', colour: COLOURS.open }
  if (verdict === 'non-conforming') {
    const violated = totals.failed + (options.strict ? totals.warned : 0)
    return { text: `non-conforming · ${violated} violated`, colour: COLOURS.bad }
  }
  const isPart = selection.selected < selection.catalogue
  const all = isPart ? selection.catalogue : requirements.length - totals.inapplicable
  const warned = totals.warned === 0 ? '' : ` · ${totals.warned} warned`
  return {
    text: `conforming${isPart ? ' in part' : ''} · ${totals.passed} of ${all}${warned}`,
    colour: isPart ? COLOURS.part : COLOURS.good,
  }
}

function widthOf(text: string): number {
  return Math.ceil(text.length * CHARACTER_WIDTH) + 2 * PADDING
}

function label(text: string, x: number, width: number): string {
  return textElement(
    'text',
    {
      x: x + PADDING,
      y: 14,
      textLength: width - 2 * PADDING,
      fill: '#ffffff',
      'font-family': 'Verdana,Geneva,DejaVu Sans,sans-serif',
      'font-size': 11,
    },
    text,
  )
}
