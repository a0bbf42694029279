import { aftermathFaults } from '../../../fixtures/faults/aftermath-faults.ts'
import { findOut } from './find-out.ts'

findOut(aftermathFaults)
