import { effectFaults } from '../../../fixtures/faults/effect-faults.ts'
import { findOut } from './find-out.ts'

findOut(effectFaults)
