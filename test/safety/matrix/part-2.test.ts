import { runPart } from './run-part.ts'

runPart(1)
