/*
 * A run in a process of its own, which tells its parent how long it took and how much memory it had at
 * most: node bench/measured-run.mjs URL CASES
 */
import { propertyRun } from './property-run.mjs'

const [, , target = '', cases] = process.argv
const { spanMs, peakMb } = await propertyRun({ target, runs: Number(cases), concurrency: 16 })
process.send?.({ spanMs, peakMb })
