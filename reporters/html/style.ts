import { COLOURS } from './style-colours.ts'
import { PLOTS } from './style-plots.ts'
import { PRINT } from './style-print.ts'
import { REQUIREMENTS } from './style-requirements.ts'
import { SHEET } from './style-sheet.ts'

/** The style of the page, in the order of its cascade. */
export const STYLE = [COLOURS, SHEET, REQUIREMENTS, PLOTS, PRINT].join('')
