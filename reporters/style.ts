import { styleText } from 'node:util'
import type { Verdict } from '../model/verdict.ts'

/** Colours for a terminal, or none. */
export interface Style {
  verdict(verdict: Verdict | 'conforming' | 'non-conforming', text: string): string
  dim(text: string): string
  bold(text: string): string
}

const COLOURS = {
  passed: 'green',
  conforming: 'green',
  failed: 'red',
  'non-conforming': 'red',
  warned: 'yellow',
  inconclusive: 'yellow',
  inapplicable: 'gray',
} as const

export function createStyle(coloured: boolean): Style {
  const style = (format: Parameters<typeof styleText>[0], text: string) =>
    coloured ? styleText(format, text, { validateStream: false }) : text
  return {
    verdict: (verdict, text) => style(COLOURS[verdict], text),
    dim: (text) => style('dim', text),
    bold: (text) => style('bold', text),
  }
}
