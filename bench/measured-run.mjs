/*
 * Runs the property, and sends time and peak memory to the parent process:
 * node bench/measured-run.mjs URL CASES
 */
import { propertyRun } from './property-run.mjs'

const [, , target = '', cases] = process.argv
const { spanMs, peakMb } = await propertyRun({ target, runs: Number(cases), concurrency: 16 })
process.send?.({ spanMs, peakMb })
